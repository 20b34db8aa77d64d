"""The steps of an import that a person takes before it runs: upload, match columns, start.

Stopping, going on and undoing are the same for every job (`helpdesk.jobs.lifecycle`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import IO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumbers import SUPPORTED_REGIONS

from customers.imports.engine import results
from customers.imports.engine.files import converted_again, opened, store_spool
from customers.imports.engine.modes import ADD, MODES
from customers.imports.engine.opening import opened_by
from customers.imports.matching import targets
from customers.imports.matching.columns import guess, guess_kind, kind_of_values, normal
from customers.models import CustomField, ImportRun
from customers.services.custom_fields import create_custom_field
from customers.services.exposure import Exposure, WidensSight
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.validation import InvalidFields
from helpdesk.core.web.uploads import store_file
from helpdesk.core.words import phrase
from helpdesk.events.recording import record
from helpdesk.jobs.lifecycle import begin, locked
from helpdesk.spreadsheets.conversion import Converted, convert
from helpdesk.spreadsheets.errors import FileError, FileTooLargeError
from helpdesk.spreadsheets.limits import max_bytes
from helpdesk.spreadsheets.spool import Table

PERMISSION = "customers.import_contacts"
REMEMBERED_RUNS = 50
Status = ImportRun.Status


class MappingError(DomainError):
    """The columns cannot be matched like this; ``columns`` are those at fault."""

    def __init__(self, message: str, columns: Sequence[int] = ()) -> None:
        super().__init__(message)
        self.columns = list(columns)


# --- Upload --------------------------------------------------------------------
def receive(
    upload: UploadedFile, *, actor: Actor, kind: str = "", converted: Converted | None = None
) -> ImportRun:
    """Take in an uploaded file and guess what it holds. Raises :class:`FileError`; then nothing is kept.

    ``kind`` is contacts or accounts; when empty, the names of the columns tell. ``converted`` is the file's spool, if
    it was converted before; it is closed here.
    """
    actor.require(PERMISSION)
    size = upload.size or 0
    if size > max_bytes():
        raise FileTooLargeError(max_bytes())
    name = upload.name or ""
    with converted or convert(cast("IO[bytes]", upload.file), name) as spooled:
        table = spooled.table
        run = ImportRun(name=name[-255:], size=size, digest=spooled.digest, created_by=actor.user)
        _take(run, table, kind or guess_kind(table.header, table.samples), actor=actor)
        upload.seek(0)
        run.file = store_file(run.file, upload, name)
        try:
            run.spool = store_spool(run, spooled)
        except BaseException:
            run.file.delete(save=False)
            raise
    with transaction.atomic():
        run.save(force_insert=True)
        record("import.uploaded", subject=run, actor=actor, name=run.name, rows=run.total)
    return run


def _take(run: ImportRun, table: Table, kind: str, *, actor: Actor) -> None:
    """What one look through the file tells, and the columns as they are probably meant."""
    run.kind, run.layout, run.total = kind, table.layout, table.row_count
    run.sheets = [asdict(sheet) for sheet in table.sheets]
    run.columns = [
        {"header": header, "samples": samples}
        for header, samples in zip(table.header, table.samples, strict=True)
    ]
    guesses = guess(table.header, table.samples, kind=kind, remembered=remembered(kind, actor=actor))
    run.mapping = [one.target for one in guesses]


def remembered(kind: str, *, actor: Actor) -> dict[str, str]:
    """What people chose for a heading the last times: this person's choice before anybody else's."""
    done = ImportRun.objects.filter(kind=kind, started_at__isnull=False).order_by("-pk")
    runs = list(done.values_list("created_by", "columns", "mapping")[:REMEMBERED_RUNS])
    runs.sort(key=lambda run: actor.user is None or run[0] != actor.user.pk)
    chosen: dict[str, str] = {}
    for _by, columns, mapping in runs:
        for column, code in zip(columns, mapping, strict=False):
            if heading := normal(column["header"]):
                chosen.setdefault(heading, code)
    return chosen


def choose(run: ImportRun, *, actor: Actor, sheet: str = "", kind: str = "") -> ImportRun:
    """Read another sheet of the workbook, or take the file as contacts or accounts; the columns are guessed anew.

    Raises :class:`FileError` and :class:`StepPassed`.
    """
    actor.require(PERMISSION)
    with transaction.atomic():
        run = locked(run, Status.DRAFT, Status.READY)
        if sheet and sheet not in {one["name"] for one in run.sheets}:
            raise FileError("empty")
        table = _of_sheet(run, sheet) if sheet and sheet != run.layout.get("sheet") else _of_spool(run)
        _take(run, table, kind or run.kind, actor=actor)
        run.status, run.preview = Status.DRAFT, {}
        run.save()
        results.forget(run)
    return run


def _of_spool(run: ImportRun) -> Table:
    with opened(run) as spool:
        return spool.table


def _of_sheet(run: ImportRun, sheet: str) -> Table:
    """The file read anew, with the spool of another sheet in place of the one before."""
    with converted_again(run, sheet) as converted:
        if before := str(run.spool.name or ""):
            transaction.on_commit(partial(run.spool.storage.delete, before), robust=True)
        run.spool = store_spool(run, converted)
        return converted.table


# --- Matching columns ------------------------------------------------------------
def match_columns(
    run: ImportRun,
    mapping: Sequence[str],
    mode: str,
    *,
    actor: Actor,
    also_add: bool = False,
    phone_region: str = "",
) -> ImportRun:
    """Say what each column is, and have the dry run made. Raises :class:`MappingError`.

    A column that is to become a field of its own gets one here.
    """
    actor.require(PERMISSION)
    _check_mapping(run.kind, mapping)
    with transaction.atomic():
        run = locked(run, Status.DRAFT, Status.READY, Status.CHECKING)
        run.mapping, run.mode = _with_new_fields(run, mapping, actor=actor), MODES[mode].code
        run.also_add = also_add and run.mode != ADD
        run.phone_region = phone_region if phone_region in SUPPORTED_REGIONS else ""
        run.status, run.preview, run.checked_rows = Status.CHECKING, {}, 0
        run.progressed_at = timezone.now()
        run.save()
        results.forget(run)
    return run


def _check_mapping(kind: str, mapping: Sequence[str]) -> None:
    if any(not targets.is_known(kind, code) for code in mapping):
        raise MappingError(_("Choose one of the fields."))
    for code, columns in targets.twice_filled(mapping).items():
        message = _("Only one column can fill “%(field)s”.") % {"field": targets.label(code, kind=kind)}
        raise MappingError(message, columns[1:])
    if not targets.IDENTIFYING[kind].intersection(mapping):
        if kind == targets.ACCOUNTS:
            raise MappingError(
                phrase("Choose a column for the name, the number or the external id of the %(term_account)s.")
            )
        raise MappingError(
            _("Choose a column for the name, the email address, the reference number or the external id.")
        )


def _with_new_fields(run: ImportRun, mapping: Sequence[str], *, actor: Actor) -> list[str]:
    """The mapping with a field of the desk made for every column that asks for one."""
    module, prefix = (
        (CustomField.Module.CONTACT, targets.CUSTOM)
        if run.kind == targets.CONTACTS
        else (CustomField.Module.ACCOUNT, targets.ACCOUNT_CUSTOM)
    )
    filled = list(mapping)
    for index, code in enumerate(mapping):
        if code == targets.CREATE:
            column = run.columns[index]
            try:
                made = create_custom_field(
                    module, column["header"], actor=actor, kind=kind_of_values(column["samples"])
                )
            except InvalidFields as error:
                raise MappingError(error.message, [index]) from error
            filled[index] = f"{prefix}{made.key}"
    return filled


# --- Running -------------------------------------------------------------------------
def start(run: ImportRun, *, actor: Actor, agreed: str | None = None) -> ImportRun:
    """Let the import run. Raises `StepPassed` when it already does, and `WidensSight` unless what it opens was
    `agreed` to (`opening.Opened.key`; None from doors that do not ask). What it opens is recorded."""
    actor.require(PERMISSION)
    with transaction.atomic():
        run = locked(run, Status.READY)
        opened = opened_by(run)
        if agreed is not None and agreed != opened.key:
            raise WidensSight(Exposure(tuple(opened.lines)))
        results.forget(run)
        begin(run, actor=actor, rows=run.total, mode=run.mode, **opened.told)
    return run
