"""`manage.py compile_locale`: make the .mo files that Django reads, without the gettext programs."""

import os
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compiles the translations under locale/ where the source is newer than what was compiled from it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for root in settings.LOCALE_PATHS:
            for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
                if _is_stale(source):
                    _compile(source)
                    if options["verbosity"]:
                        self.stdout.write(f"Compiled {source.parent.parent.name}.")


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime <= source.stat().st_mtime


def _compile(source: Path) -> None:
    """Write beside the target and rename, so that a running process never reads half a file."""
    handle, name = tempfile.mkstemp(dir=source.parent, suffix=".mo.part")
    os.close(handle)
    try:
        polib.pofile(str(source)).save_as_mofile(name)
        Path(name).chmod(0o644)
        Path(name).replace(source.with_suffix(".mo"))
    finally:
        Path(name).unlink(missing_ok=True)
