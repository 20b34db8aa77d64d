"""The import in the words of django-import-export: a Format that reads any table, and Resources that import by ours.

What django-import-export would do row by row through a model, our engine does with the whole file; it tells about it
in a Result, as the Resource of any other project would.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import IO, Any, ClassVar, cast

from django.core.files.base import ContentFile, File
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.formats.base_formats import Format
from import_export.results import Error, Result, RowResult
from tablib import Dataset

from customers.imports.engine import doors
from customers.imports.engine.modes import ADD, CREATED, FAILED, SKIPPED, UNCHANGED, UPDATED
from customers.imports.engine.results import outcome_of
from customers.imports.matching import targets
from customers.imports.screens.presenting import Change, RowDiff, Tile, diffs, left_out
from customers.models import ImportRun, PreviewRow
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.words import phrase
from helpdesk.spreadsheets.cells import neutral
from helpdesk.spreadsheets.conversion import Converted, convert

AT_ONCE = 1000  # rows that a person waits for; more of them are checked and imported by the worker
IMPORT_TYPES = {
    CREATED: RowResult.IMPORT_TYPE_NEW,
    UPDATED: RowResult.IMPORT_TYPE_UPDATE,
    UNCHANGED: RowResult.IMPORT_TYPE_SKIP,
    SKIPPED: RowResult.IMPORT_TYPE_SKIP,
    FAILED: RowResult.IMPORT_TYPE_ERROR,
}

LABELS = {
    CREATED: gettext_lazy("New"),
    UPDATED: gettext_lazy("Updated"),
    UNCHANGED: gettext_lazy("Unchanged"),
    SKIPPED: gettext_lazy("Skipped"),
    FAILED: gettext_lazy("Failed"),
}


# --- In ----------------------------------------------------------------------------
class TableDataset(Dataset):
    """A file and its spool. The rows stay there, however many there are."""

    def __init__(self, file: File[Any], converted: Converted) -> None:
        super().__init__(headers=converted.table.header)
        self.file, self.converted, self.row_count = file, converted, converted.table.row_count

    def __len__(self) -> int:
        return self.row_count


class TableFile(Format):
    """Whatever the desk reads: CSV in any encoding, XLS, XLSX, ODS; told by the content."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        return "CSV, XLS, XLSX, ODS"

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: File[Any] | bytes) -> TableDataset:
        """Raises :class:`FileError`."""
        file = ContentFile(in_stream, "table") if isinstance(in_stream, bytes) else in_stream
        name = "" if isinstance(in_stream, bytes) else file.name or ""
        return TableDataset(file, convert(cast("IO[bytes]", file.file), name))


def _file(dataset: Dataset, name: str) -> File[Any]:
    """The file that a dataset was read from; of any other dataset a CSV is made."""
    if isinstance(dataset, TableDataset):
        return dataset.file
    text = io.StringIO()
    writer = csv.writer(text)
    for row in [dataset.headers or [], *dataset]:
        writer.writerow([neutral("" if cell is None else str(cell)) for cell in row])
    return ContentFile(text.getvalue().encode("utf-8-sig"), name or "table.csv")


# --- Out -----------------------------------------------------------------------------
class ImportRowResult(RowResult):
    """One row: its number in the file, whom it is about, and the reason if it is left out."""

    def __init__(self, number: int, outcome: str, who: str, reason: str = "") -> None:
        super().__init__()
        self.number, self.outcome, self.reason = number, outcome, reason
        self.import_type, self.object_repr = IMPORT_TYPES[outcome], who
        self.label = str(LABELS[outcome])
        if outcome == FAILED:
            self.errors = [Error(DomainError(reason), number=number)]


class ImportResult(Result):
    """What an import did, or in a dry run would do. A row at fault stops no other, and so is no error of the whole."""

    def __init__(self, run: ImportRun | None = None) -> None:
        super().__init__()
        self.run = run
        self.is_checked = run is not None and run.status != ImportRun.Status.CHECKING

    def has_errors(self) -> bool:
        return bool(self.base_errors)

    def count(self, counts: dict[str, int]) -> None:
        """Take over the totals of the engine."""
        for outcome, import_type in IMPORT_TYPES.items():
            self.totals[import_type] += counts[outcome]
        self.total = sum(counts[outcome] for outcome in IMPORT_TYPES)

    @property
    def changes(self) -> int:
        """How many rows bring something."""
        return int(self.totals[RowResult.IMPORT_TYPE_NEW] + self.totals[RowResult.IMPORT_TYPE_UPDATE])


def previewed(run: ImportRun) -> ImportResult:
    """The result of a dry run, with a difference for each of the first rows."""
    result = ImportResult(run)
    if result.is_checked:
        result.count(run.preview)
        _append_rows(result, run, list(run.preview_rows.order_by("number")[:AT_ONCE]))
    return result


def _append_rows(result: ImportResult, run: ImportRun, kept: Sequence[PreviewRow]) -> None:
    done = [outcome_of(one) for one in kept if not one.problem]
    reasons = {row.number: row for row in left_out(run, [one for one in kept if one.problem])}
    rows = {row.number: row for row in diffs(done)}
    labels = list(dict.fromkeys(change.label for row in rows.values() for change in row.changes))
    is_about_people = run.kind == targets.CONTACTS
    result.diff_headers = ([phrase("%(Term_accounts)s")] if is_about_people else []) + labels
    for one in kept:
        if one.number in reasons:
            said = reasons[one.number]
            result.rows.append(ImportRowResult(one.number, one.outcome, said.who, said.reason))
        else:
            row = ImportRowResult(one.number, one.outcome, rows[one.number].who)
            row.diff = _difference(rows[one.number], labels, with_accounts=is_about_people)
            result.rows.append(row)


def _difference(row: RowDiff, labels: Iterable[str], *, with_accounts: bool) -> list[SafeString]:
    """A cell for each heading, with what goes struck out and what comes marked, as django-import-export does."""
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in row.changes:
        changes[change.label].append(change)
    cells = [_joined(_marked(change.old, change.new) for change in changes[label]) for label in labels]
    return [_accounts(row.before, row.after), *cells] if with_accounts else cells


def _accounts(before: Sequence[Tile], after: Sequence[Tile]) -> SafeString:
    """The list as it would be, the primary one first; marked is what comes to its place, struck out what goes."""
    known, kept = {tile.name for tile in before}, {tile.name for tile in after}
    primary = before[0].name if before else ""
    shown = [_marked(tile.name if _stays(tile, known, primary) else "", tile.name) for tile in after]
    gone = [_marked(tile.name, "") for tile in before if tile.name not in kept]
    return mark_safe(", ".join([*shown, *gone]))  # noqa: S308 - made of marked cells alone


def _stays(tile: Tile, known: set[str], primary: str) -> bool:
    return tile.name in known and (not tile.is_primary or tile.name == primary)


def _marked(old: str, new: str) -> SafeString:
    if old == new:
        return escape(old)
    parts = [f"<{tag}>{escape(text)}</{tag}>" for tag, text in (("del", old), ("ins", new)) if text]
    return mark_safe(" ".join(parts))  # noqa: S308 - both are escaped


def _joined(cells: Iterable[SafeString]) -> SafeString:
    return mark_safe("<br>".join(cells))  # noqa: S308 - made of marked cells alone


def imported(run: ImportRun) -> ImportResult:
    """The result of an import that ran, with the rows that it left out."""
    result = ImportResult(run)
    result.count({outcome: run.counts[outcome] for outcome in IMPORT_TYPES})
    rows = list(run.rejected_rows.order_by("number")[:AT_ONCE])
    for row, said in zip(rows, left_out(run, rows), strict=True):
        result.rows.append(ImportRowResult(row.number, row.outcome, said.who, said.reason))
    return result


class Importable:
    """For a Resource whose columns our engine imports."""

    import_kind: ClassVar[str] = targets.CONTACTS

    def import_data(
        self,
        dataset: Dataset | None,
        dry_run: bool = False,
        raise_errors: bool = False,
        **options: Any,
    ) -> ImportResult:
        """Import a dataset, or say what that would do.

        ``mode`` and ``also_add`` are those of the engine, ``actor`` (or ``user``) is who imports. After a dry run its
        ``result.run`` can be given as ``run``, and is carried out; ``agreed`` as in `lifecycle.start`. With
        ``at_once`` a longer file is not checked here: its run stays to be checked by the worker.
        """
        actor = _actor(options)
        try:
            run = options.get("run") or self._taken_in(dataset, options, actor=actor)
            if run.status == ImportRun.Status.CHECKING and run.total <= options.get("at_once", run.total):
                run = doors.check(run)
            if dry_run:
                return previewed(run)
            return imported(doors.carry_out(run, actor=actor, agreed=options.get("agreed")))
        except DomainError as error:
            if raise_errors:
                raise
            result = ImportResult()
            result.append_base_error(Error(error))
            return result

    def _taken_in(self, dataset: Dataset | None, options: dict[str, Any], *, actor: Actor) -> ImportRun:
        order = doors.Order(options.get("mode", ADD), options.get("also_add", False), kind=self.import_kind)
        file = _file(dataset if dataset is not None else Dataset(), options.get("file_name") or "")
        converted = dataset.converted if isinstance(dataset, TableDataset) else None
        return doors.take_in(file, order, actor=actor, converted=converted)


def _actor(options: dict[str, Any]) -> Actor:
    if actor := options.get("actor"):
        return actor
    user = options.get("user")
    return Actor.for_user(user) if user else Actor.system(_("import"))
