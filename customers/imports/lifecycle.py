"""The steps of an import that a person takes: upload, match columns, start, go on after a stop."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.imports import readers
from customers.imports.columns import guess, twice_filled
from customers.imports.errors import FileTooLargeError
from customers.imports.limits import max_bytes
from customers.imports.modes import MODES
from customers.imports.targets import BY_CODE, IDENTIFYING, label
from customers.models import ImportRun
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record
from helpdesk.core.errors import DomainError

PERMISSION = "customers.import_contacts"
#: A busy run that saved nothing for so long was cut off, and may be taken up again.
STALLED_AFTER = timedelta(minutes=2)
Status = ImportRun.Status


class WrongStateError(DomainError):
    """The import has moved on, and what was asked for is no longer its next step."""

    def __init__(self) -> None:
        super().__init__(_("This import is already past that step."))


class MappingError(DomainError):
    """The columns cannot be matched like this; ``columns`` are those at fault."""

    def __init__(self, message: str, columns: Sequence[int] = ()) -> None:
        super().__init__(message)
        self.columns = list(columns)


def receive(upload: UploadedFile, *, actor: Actor) -> ImportRun:
    """Take in an uploaded file and guess its columns. Raises :class:`FileError`; then nothing is kept."""
    actor.require(PERMISSION)
    size, stream = upload.size or 0, upload.file
    if size > max_bytes():
        raise FileTooLargeError(max_bytes())
    name = upload.name or ""
    table = readers.read(cast("BinaryIO", stream), name)
    run = ImportRun(
        name=name[-255:],
        size=size,
        digest=_digest(upload),
        layout=table.layout,
        columns=[{"header": h, "samples": s} for h, s in zip(table.header, table.samples, strict=True)],
        mapping=[one.target for one in guess(table.header, table.samples)],
        total_rows=table.row_count,
        created_by=actor.user,
    )
    upload.seek(0)
    run.file.save(name, upload, save=False)
    with transaction.atomic():
        run.save(force_insert=True)
        record("import.uploaded", subject=run, actor=actor, name=run.name, rows=run.total_rows)
    return run


def _digest(upload: UploadedFile) -> str:
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def match_columns(run: ImportRun, mapping: Sequence[str], mode: str, *, actor: Actor) -> ImportRun:
    """Say what each column is, and have the dry run made. Raises :class:`MappingError`."""
    actor.require(PERMISSION)
    _check_mapping(mapping)
    with transaction.atomic():
        run = _locked(run, Status.UPLOADED, Status.MATCHED, Status.CHECKING)
        run.mapping, run.mode = list(mapping), MODES[mode].code
        run.status, run.preview, run.checked_rows = Status.CHECKING, {}, 0
        run.progressed_at = timezone.now()
        run.save()
    return run


def _check_mapping(mapping: Sequence[str]) -> None:
    if any(code and code not in BY_CODE for code in mapping):
        raise MappingError(_("Choose one of the fields."))
    for code, columns in twice_filled(mapping).items():
        raise MappingError(_("Only one column can fill “%(field)s”.") % {"field": label(code)}, columns[1:])
    if not IDENTIFYING.intersection(mapping):
        raise MappingError(_("Choose a column for the name or for the email address."))


def start(run: ImportRun, *, actor: Actor) -> ImportRun:
    """Let the import run. Raises :class:`WrongStateError` when it already does."""
    actor.require(PERMISSION)
    with transaction.atomic():
        run = _locked(run, Status.MATCHED)
        run.status = Status.RUNNING
        run.started_at = run.progressed_at = timezone.now()
        run.save()
        record("import.started", subject=run, actor=actor, name=run.name, rows=run.total_rows, mode=run.mode)
    return run


def resume(run: ImportRun, *, actor: Actor) -> ImportRun:
    """Go on with a run that was stopped or cut off, from the row after the last one saved."""
    actor.require(PERMISSION)
    with transaction.atomic():
        run = _locked(run, Status.FAILED, Status.RUNNING)
        if run.status == Status.RUNNING and not is_stalled(run):
            raise WrongStateError
        run.status, run.problem, run.finished_at = Status.RUNNING, "", None
        run.progressed_at = timezone.now()
        run.save()
    return run


def is_stalled(run: ImportRun) -> bool:
    """Whether a busy run has been still for so long that its worker must be gone."""
    return run.is_busy and (run.progressed_at or run.created_at) < timezone.now() - STALLED_AFTER


def stalled_runs() -> QuerySet[ImportRun]:
    """The busy runs that :func:`is_stalled` says were cut off."""
    busy = ImportRun.objects.filter(status__in=[Status.CHECKING, Status.RUNNING])
    return busy.filter(progressed_at__lt=timezone.now() - STALLED_AFTER)


def _locked(run: ImportRun, *states: str) -> ImportRun:
    """The run as it is now, kept from others until the transaction ends."""
    locked = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.status not in states:
        raise WrongStateError
    return locked
