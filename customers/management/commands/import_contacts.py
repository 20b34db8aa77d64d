"""`manage.py import_contacts`: the import of the workspace on the command line."""

from __future__ import annotations

import signal
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from customers.imports.engine import doors, rejected, undo
from customers.imports.engine.modes import ADD, FAILED, MODES, OUTCOMES, SKIPPED
from customers.imports.engine.opening import opened_by
from customers.imports.matching import targets
from customers.imports.matching.headers import heading
from customers.imports.matching.problems import sentence
from customers.models import ImportRun
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.models import User
from helpdesk.core.text.addresses import address_key
from helpdesk.jobs import lifecycle as jobs
from helpdesk.spreadsheets.errors import sentence as problem_of_file

SHOWN_ROWS = 20
Status = ImportRun.Status
EXAMPLES = """
  manage.py import_contacts people.csv --dry-run
  manage.py import_contacts people.xlsx --mode overwrite --also-add --rejected left-out.xlsx
  manage.py import_contacts firms.csv --kind accounts --map "Firma=account" --map "Sparte="
  manage.py import_contacts --undo 12
"""


class Command(BaseCommand):
    help = (
        "Import a CSV, XLS, XLSX or ODS file of contacts or accounts. Files are checked first; a row that cannot "
        "be imported never stops the others. Exits with 0 when the file was imported, with 1 when it was not."
    )

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.epilog, parser.formatter_class = f"Examples:{EXAMPLES}", RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="the file to import")
        parser.add_argument(
            "--mode", choices=list(MODES), default=ADD, help="what happens to who is here already"
        )
        parser.add_argument(
            "--also-add", action="store_true", help="with fill and overwrite: create who is not here"
        )
        parser.add_argument("--kind", choices=list(targets.TARGETS), default=targets.CONTACTS)
        parser.add_argument("--sheet", default="", metavar="NAME", help="the sheet of a workbook")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=FIELD",
            help="what a column fills; nothing behind the = leaves it out. The others are guessed",
        )
        parser.add_argument("--user", metavar="EMAIL", help="who imports; without it, the desk itself")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--rejected", metavar="PATH", help="write the rows left out to this file")
        parser.add_argument("--resume", type=int, metavar="RUN", help="go on with an import that was stopped")
        parser.add_argument("--undo", type=int, metavar="RUN", help="take an import back")

    def handle(self, *args: Any, **options: Any) -> None:
        self._require_one_task(options)
        try:
            actor = _actor(options["user"])
            if options["undo"]:
                self._undo(_run(options["undo"]), actor=actor)
            elif options["resume"]:
                self._carry_out(_run(options["resume"]), options, actor=actor)
            else:
                self._import(options, actor=actor)
        except DomainError as error:
            raise CommandError(error.message) from error
        except PermissionDenied as error:
            raise CommandError(f"{options['user']} may not import.") from error

    @staticmethod
    def _require_one_task(options: dict[str, Any]) -> None:
        asked = [name for name in ("file", "undo", "resume") if options[name]]
        if len(asked) != 1:
            raise CommandError("Give one file to import, or --resume RUN, or --undo RUN.")
        if options["dry_run"] and (options["rejected"] or asked != ["file"]):
            raise CommandError("--dry-run changes nothing and writes no file; it goes with a file to import.")

    # --- A file ---------------------------------------------------------------------
    def _import(self, options: dict[str, Any], *, actor: Actor) -> None:
        run = _taken_in(options, actor=actor)
        try:
            self._say_columns(run)
            run = doors.check(run)
            if options["dry_run"]:
                self._say_dry_run(run)
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was imported.") from None
        finally:
            if options["dry_run"] or run.status != Status.READY:
                doors.discard(run)
        if not options["dry_run"]:
            self._say_opened(run)
            self._carry_out(run, options, actor=actor)

    def _carry_out(self, run: ImportRun, options: dict[str, Any], *, actor: Actor) -> None:
        with _interruptions() as interrupted:

            def watch(current: ImportRun) -> None:
                self._say_progress(current)
                if interrupted and current.processed < current.total:
                    jobs.cancel(current, actor=actor)

            run = doors.carry_out(run, actor=actor, watch=watch)
        self._say_counts(run.counts)
        self._say_rows(run.rejected_rows.order_by("outcome", "number")[:SHOWN_ROWS], run.left_out)
        if options["rejected"]:
            self._write_rejected(run, Path(options["rejected"]))
        self._say_end(run)

    def _say_end(self, run: ImportRun) -> None:
        """The last line. Raises when there is something left to do."""
        if run.can_be_undone:
            self.stdout.write(f"Take it back with: manage.py import_contacts --undo {run.pk}")
        if run.status == Status.DONE:
            return
        reason = "Stopped as asked" if run.status == Status.CANCELLED else problem_of_file(run.problem)
        raise CommandError(
            f"{reason.rstrip('.')}, after {run.processed} of {run.total} rows. "
            f"Go on with: manage.py import_contacts --resume {run.pk}"
        )

    def _write_rejected(self, run: ImportRun, path: Path) -> None:
        if not run.left_out:
            self.stdout.write("No row was left out, so no file was written.")
            return
        try:
            with path.open("wb") as file:
                file.writelines(rejected.chunks(run, rejected.format_of(run, path.name)))
        except OSError as error:
            self.stderr.write(f"{path}: {error.strerror}")
        else:
            self.stdout.write(f"The rows left out, with the reasons: {path}")

    # --- Undo --------------------------------------------------------------------------
    def _undo(self, run: ImportRun, *, actor: Actor) -> None:
        jobs.undo(run, actor=actor)
        undo.take_back(run.pk)
        run.refresh_from_db()
        self.stdout.write(f"Undone: {run.undone_records} records are as before.")
        if run.kept_records:
            self.stdout.write(f"{run.kept_records} were edited since and keep the newer values.")

    # --- Saying it ---------------------------------------------------------------------
    def _say_columns(self, run: ImportRun) -> None:
        sheet = f", sheet {run.layout['sheet']}" if run.layout.get("sheet") else ""
        self.stdout.write(f"{run.name}{sheet}: {run.total} rows")
        for index, (column, code) in enumerate(zip(run.columns, run.mapping, strict=True)):
            fills = targets.label(code, kind=run.kind) if code else "(left out)"
            self.stdout.write(f"  {heading(column['header'], index)} → {fills}")

    def _say_dry_run(self, run: ImportRun) -> None:
        self.stdout.write("Nothing is changed. The import would come to:")
        self._say_counts(run.preview)
        rows = run.preview_rows.exclude(problem="").order_by("outcome", "number")[:SHOWN_ROWS]
        self._say_rows(rows, run.preview[FAILED] + run.preview[SKIPPED])
        self._say_opened(run)

    def _say_counts(self, counts: dict[str, int]) -> None:
        added = " + ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES)
        self.stdout.write(f"{added} = {sum(counts[outcome] for outcome in OUTCOMES)} rows")

    def _say_opened(self, run: ImportRun) -> None:
        opened = opened_by(run)
        for line in opened.lines[:SHOWN_ROWS]:
            self.stdout.write(line.sentence)
        if opened.accounts > SHOWN_ROWS:
            self.stdout.write(
                f"… and more people will see more of {opened.accounts - SHOWN_ROWS} more accounts."
            )

    def _say_rows(self, rows: Any, total: int) -> None:
        shown = list(rows)
        for row in shown:
            self.stdout.write(f"  row {row.number} {row.outcome}: {sentence(row.problem, row.details)}")
        if total > len(shown):
            self.stdout.write(f"  … and {total - len(shown)} more")

    def _say_progress(self, run: ImportRun) -> None:
        if self.stdout.isatty():
            end = "\n" if run.processed >= run.total else ""
            self.stdout.write(f"\r{run.processed} of {run.total} rows", ending=end)
            self.stdout.flush()


def _actor(email: str | None) -> Actor:
    if not email:
        return Actor.system("manage.py import_contacts")
    user = User.objects.filter(email_key=address_key(email) or None, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return Actor.for_user(user)


def _run(number: int) -> ImportRun:
    run = ImportRun.objects.filter(pk=number).first()
    if run is None:
        raise CommandError(f"There is no import number {number}.")
    return run


def _taken_in(options: dict[str, Any], *, actor: Actor) -> ImportRun:
    path = Path(options["file"])
    order = doors.Order(
        mode=options["mode"],
        also_add=options["also_add"],
        kind=options["kind"],
        sheet=options["sheet"],
        chosen=dict(_choice(one) for one in options["map"]),
    )
    try:
        with path.open("rb") as stream:
            return doors.take_in(File(stream, name=path.name), order, actor=actor)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def _choice(text: str) -> tuple[str, str]:
    heading_, equals, code = text.rpartition("=")
    if not equals:
        raise CommandError(f"--map takes HEADING=FIELD, not “{text}”.")
    return heading_, code.strip()


@contextmanager
def _interruptions() -> Iterator[list[int]]:
    """What Ctrl-C fills instead of ending us in the midst of a batch; pressed again, it ends us."""
    found: list[int] = []

    def note(number: int, _frame: Any) -> None:
        found.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
