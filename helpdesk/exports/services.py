"""Starting an export job, taking its file, and beginning those anew that are at work.

Stopping is the same for every job (`helpdesk.jobs.lifecycle.cancel`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation

from helpdesk.core.actors import Actor
from helpdesk.events.recording import record
from helpdesk.exports.listed import Listed
from helpdesk.exports.models import ExportJob
from helpdesk.exports.sources import ExportSource, ListedRows, source_of
from helpdesk.jobs.lifecycle import begin

#: So many rows are sent while one waits; more are written in the background.
AT_ONCE = 10_000


def is_large(rows: ListedRows) -> bool:
    """Whether a list has more rows than are sent at once. It counts no further than that."""
    return rows.queryset.order_by()[: AT_ONCE + 1].count() > AT_ONCE


def start_export(
    source: ExportSource, listed: Listed, *, columns: Sequence[str], file_format: str, actor: Actor
) -> ExportJob:
    """Take down what is wanted, in the language and the time zone of now, and set it running; the caller enqueues it.

    Who asks for the same again while it is at work gets the job that is there: a page that is loaded twice starts
    nothing twice. Raises `PermissionDenied`.
    """
    source.require(actor)
    wanted: dict[str, Any] = {
        "list_kind": source.kind,
        "columns": list(columns),
        "format": file_format,
        "criteria": listed.to_json(),
        "language": translation.get_language() or "en",
        "time_zone": timezone.get_current_timezone_name(),
    }
    with transaction.atomic():
        own = ExportJob.objects.filter(created_by=actor.user, status=ExportJob.Status.RUNNING)
        for job in own:
            if not job.cancel_requested and all(
                getattr(job, name) == value for name, value in wanted.items()
            ):
                return job
        lost = len(source.rows(listed, actor).lost_filters)
        job = ExportJob(created_by=actor.user, lost_filters=lost, **wanted)
        begin(job, actor=actor, columns=wanted["columns"], format=file_format)
    return job


def note_download(job: ExportJob, *, actor: Actor) -> None:
    """Record that somebody takes the file of a job. Raises `PermissionDenied` for who may no longer export the list."""
    source_of(job.list_kind).require(actor)
    record("export.downloaded", subject=job, actor=actor, list=job.list_kind, rows=job.rows)


def finished_files() -> QuerySet[ExportJob]:
    """The jobs that have a file."""
    return ExportJob.objects.exclude(file="")


def forget_files() -> None:
    """Delete all files, since nobody can look into each, and have those that are being written begun anew.

    For the erasure of a person, in its transaction. A writer finds its attempt passed at its next batch and stops; the
    clock takes the job up again, and the new file holds what is there then.
    """
    ExportJob.objects.filter(status=ExportJob.Status.RUNNING).update(attempt=F("attempt") + 1)
    for job in finished_files():
        transaction.on_commit(partial(job.file.storage.delete, str(job.file.name)), robust=True)
    finished_files().update(file="", size=0)
