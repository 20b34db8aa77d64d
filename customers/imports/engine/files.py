"""The file of an import run as a spool: kept beside the original, read in batches, made again when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import IO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from customers.imports.matching.targets import ACCOUNT_CUSTOM, CUSTOM
from customers.models import CustomField, ImportRun
from helpdesk.core.background.batches import collector_resting
from helpdesk.core.web.uploads import store_file
from helpdesk.spreadsheets.conversion import Converted, convert
from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.spool import BrokenSpoolError, Row, Spool

BATCH = 1000


@contextmanager
def opened(run: ImportRun) -> Iterator[Spool]:
    """The rows of a run's file. Raises :class:`FileError` when it is no longer there, or cannot be read any more."""
    with ExitStack() as stack:
        yield _kept(run, stack) or _made_again(run, stack)


def _kept(run: ImportRun, stack: ExitStack) -> Spool | None:
    if not run.spool:
        return None
    try:
        stored = stack.enter_context(run.spool.storage.open(str(run.spool.name), "rb"))
        return Spool(cast("IO[bytes]", stored.file))
    except (FileNotFoundError, BrokenSpoolError):
        return None


def _made_again(run: ImportRun, stack: ExitStack) -> Spool:
    converted = stack.enter_context(converted_again(run, run.layout.get("sheet")))
    before, name = str(run.spool.name or ""), store_spool(run, converted)
    if not ImportRun.objects.filter(pk=run.pk, spool=before).update(spool=name):
        run.spool.storage.delete(name)  # somebody else was faster
        return converted.spool
    run.spool.name = name
    if before:
        run.spool.storage.delete(before)
    return converted.spool


def converted_again(run: ImportRun, sheet: str | None) -> Converted:
    """The stored original, converted anew. Raises :class:`FileError`."""
    try:
        stored = run.file.storage.open(str(run.file.name or ""), "rb")
    except (OSError, ValueError) as error:
        raise FileError("lost") from error
    with stored:
        return convert(cast("IO[bytes]", stored.file), run.name, sheet=sheet)


def store_spool(run: ImportRun, converted: Converted) -> str:
    """Keep a spool in the desk's storage; returns its name there. The run is not saved. Raises `NoRoomLeft`."""
    return store_file(run.spool, File(converted.file, "spool"), "spool")


def batches(spool: Spool, *, skip: int = 0) -> Iterator[list[Row]]:
    """The rows of the file, a batch at a time, after leaving out the first ``skip``."""
    rows = spool.rows(skip=skip)
    while True:
        with collector_resting():
            batch = list(islice(rows, BATCH))
        if not batch:
            return
        yield batch


def drop_old_spools() -> None:
    """Delete the spools of imports that were over, or left alone, for so many days as the desk keeps them.

    One that is left alone can still be run: its spool is made again from the original then.
    """
    until = timezone.now() - timedelta(days=settings.HELPDESK_SPOOLS_KEPT_DAYS)
    waiting = Q(status__in=[ImportRun.Status.DRAFT, ImportRun.Status.READY])
    left_alone = waiting & (Q(progressed_at__lt=until) | Q(progressed_at__isnull=True, created_at__lt=until))
    runs = ImportRun.objects.filter(
        Q(finished_at__lt=until) & ~Q(status__in=sorted(ImportRun.BUSY)) | left_alone
    )
    for run in runs.exclude(spool="").only("spool"):
        name = str(run.spool.name)
        if ImportRun.objects.filter(pk=run.pk, spool=name).update(spool=""):
            transaction.on_commit(partial(run.spool.storage.delete, name), robust=True)


def custom_fields(run: ImportRun) -> dict[str, CustomField]:
    """The desk's own fields that the columns of a run fill, by target code."""
    wanted = [code for code in run.mapping if code.startswith((CUSTOM, ACCOUNT_CUSTOM))]
    if not wanted:
        return {}
    prefixes: dict[str, str] = {
        CustomField.Module.CONTACT: CUSTOM,
        CustomField.Module.ACCOUNT: ACCOUNT_CUSTOM,
    }
    found = {f"{prefixes[field.module]}{field.key}": field for field in CustomField.objects.all()}
    return {code: found[code] for code in wanted if code in found}
