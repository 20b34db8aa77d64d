"""`manage.py makemessages`: collect the texts for translators; needs the gettext programs."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import makemessages
from django.utils.functional import cached_property

NOT_OURS_TO_TRANSLATE = ["tests", "benchmarks", "docs", "fixtures", "var", "node_modules"]
QUIET = ["--no-location", "--no-wrap", "--sort-output"]


class BuildFile(makemessages.BuildFile):
    """Turns a template into something to read outside the tree, where nobody's commit can pick it up."""

    command: "Command"

    @cached_property
    def work_path(self) -> str:
        if not self.is_templatized:
            return str(self.path)
        name = re.sub(r"[^\w.]", "_", self.path)
        return str(Path(self.command.work_directory) / f"{name}.py")


class Command(makemessages.Command):
    help = (
        "Updates every language's .po file from the sources, or with --check only says what is out of date."
    )
    build_file_class = BuildFile
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        *QUIET,
        "--keyword=phrase",
        "--keyword=phrase_lazy",
        "--keyword=phrase_n:1,2",
    ]
    msguniq_options = [*makemessages.Command.msguniq_options, *QUIET]
    msgmerge_options = ["-q", "--backup=none", "--update", "--no-fuzzy-matching", *QUIET]
    msgattrib_options = [*makemessages.Command.msgattrib_options, *QUIET]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail when a file is out of date."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_OURS_TO_TRANSLATE]
        options["all"] = not options["locale"]
        options["no_obsolete"] = True
        self.check_only: bool = options["check"]
        self.out_of_date: list[str] = []
        with tempfile.TemporaryDirectory() as self.work_directory:
            super().handle(*args, **options)
        if self.out_of_date:
            raise CommandError("\n".join(["Run makemessages and translate:", *self.out_of_date]))

    def find_files(self, root: str) -> list[Any]:
        """The template of all texts is put together outside the tree too: two runs at once do not meet."""
        files: list[Any] = super().find_files(root)
        for file in files:
            file.locale_dir = self.work_directory
        self.locale_paths = [self.work_directory]
        return files

    def write_po_file(self, potfile: str, locale: str) -> None:
        path = Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / f"{self.domain}.po"
        if self.check_only:
            self.out_of_date += _differences(polib.pofile(potfile), polib.pofile(str(path)), locale)
            return
        worked_on = Path(self.work_directory) / locale / "LC_MESSAGES" / path.name
        worked_on.parent.mkdir(parents=True)
        if path.exists():
            shutil.copy(path, worked_on)
        super().write_po_file(potfile, locale)
        text = re.sub(
            r'^"POT-Creation-Date:.*\n', "", worked_on.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _differences(template: polib.POFile, translation: polib.POFile, locale: str) -> list[str]:
    wanted = {_identity(entry) for entry in template if not entry.obsolete}
    present = {_identity(entry) for entry in translation if not entry.obsolete}
    missing = [f"{locale}: missing {identity[1]!r}" for identity in sorted(wanted - present)]
    return missing + [f"{locale}: no longer used {identity[1]!r}" for identity in sorted(present - wanted)]


def _identity(entry: polib.POEntry) -> tuple[str, str, str]:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")
