"""Making the file of an export job: its rows in batches, on the rights that its starter has at that moment.

The file grows in a temporary one and is kept when it is whole, so that half a file is never offered. A worker that is
killed leaves nothing; whoever takes the job up begins anew.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from helpdesk.core.actors import Actor
from helpdesk.core.background.batches import persistently
from helpdesk.core.web.pagination import Part, as_parts
from helpdesk.core.web.uploads import NO_ROOM, NoRoomLeft, store_file
from helpdesk.exports import errors
from helpdesk.exports.models import ExportJob
from helpdesk.exports.sources import ExportSource, ListedRows, source_of
from helpdesk.jobs import running
from helpdesk.jobs.errors import Cancelled, Stopped, TakenOver
from helpdesk.jobs.lifecycle import locked
from helpdesk.jobs.models import COUNTS
from helpdesk.jobs.running import Counts, actor_of
from helpdesk.spreadsheets.streaming import Export
from helpdesk.spreadsheets.writers import Value

BATCH = 2000


def make(job_id: int) -> None:
    """Write the file of a running job. Safe to call twice, or after a crash."""
    job = ExportJob.objects.select_related("created_by").get(pk=job_id)
    running.carry_out(job, _write)


def _write(job: ExportJob) -> None:
    if job.file:
        return  # a worker was killed between the whole file and the end of the job
    actor, source = actor_of(job), source_of(job.list_kind)
    if not source.allows(actor):
        raise Stopped(errors.NOT_ALLOWED)
    job = _begun(job)
    try:
        with translation.override(job.language), timezone.override(ZoneInfo(job.time_zone)):
            _Writing(job, source, actor).write()
    except NoRoomLeft as error:
        raise Stopped(errors.NO_ROOM) from error
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise Stopped(errors.NO_ROOM) from error


def _begun(job: ExportJob) -> ExportJob:
    """The job with nothing done yet; whoever wrote for an earlier attempt finds that it has passed."""
    with transaction.atomic():
        current = locked(job)
        if current.status != ExportJob.Status.RUNNING:
            raise TakenOver
        if current.cancel_requested:
            raise Cancelled
        zeros = dict.fromkeys([*COUNTS, "processed"], 0)
        ExportJob.objects.filter(pk=job.pk).update(
            attempt=F("attempt") + 1, progressed_at=timezone.now(), **zeros
        )
    return ExportJob.objects.select_related("created_by").get(pk=job.pk)


class _Writing:
    """One attempt at the file of a job."""

    def __init__(self, job: ExportJob, source: ExportSource, actor: Actor) -> None:
        self.job, self.actor = job, actor
        listed, table = job.listed, source.resource(actor)
        self.listed: ListedRows = source.rows(listed, actor)
        if len(self.listed.lost_filters) > job.lost_filters:
            raise Stopped(errors.FILTER_GONE)  # what is gone narrows nothing, and the file would hold more
        codes = [code for code in table.codes if code in job.columns]
        if not codes:
            raise Stopped(errors.NO_COLUMNS)
        queryset, order = self.listed.queryset, self.listed.order
        self.export = Export(job.list_kind, table, codes, queryset, order, job.format, listed.criteria)
        self.position = 0

    def write(self) -> None:
        """The whole file, which is then the job's. Raises `TakenOver`, `Cancelled`, `Stopped`, `NoRoomLeft`."""
        parts = self._parts()
        self._save_total(sum(len(keys) for _part, keys in parts))
        with tempfile.TemporaryFile() as file:
            for chunk in self.export.written(self._rows(parts)):
                file.write(chunk)
            self._keep(file)

    def _parts(self) -> list[tuple[Part, array[int]]]:
        """The keys of all rows in their order. With them each batch is a query of its own: a cursor that stays open
        would keep SQLite from saving the progress on the same connection once anybody else has written."""
        found = []
        for part in as_parts(self.listed.order):
            rows = self.listed.queryset.filter(part.condition).order_by(*part.order)
            found.append((part, array("q", rows.values_list("pk", flat=True).iterator(chunk_size=BATCH))))
        return found

    def _rows(self, parts: list[tuple[Part, array[int]]]) -> Iterator[list[Value]]:
        """What a batch no longer finds among the rows of the list was deleted, or changed, meanwhile."""
        for part, keys in parts:
            for start in range(0, len(keys), BATCH):
                batch = keys[start : start + BATCH].tolist()
                rows = self._batch(part, batch)
                yield from rows
                self.export.count += len(rows)
                self._count({"unchanged": len(rows), "skipped": len(batch) - len(rows)})
                running.breathe()

    def _batch(self, part: Part, keys: list[int]) -> list[list[Value]]:
        queryset: Any = self.listed.queryset
        ordered = queryset.filter(part.condition, pk__in=keys).order_by(*part.order)
        return list(self.export.resource.rows(ordered, self.export.codes))

    # --- The job --------------------------------------------------------------------
    def _own(self, current: ExportJob) -> None:
        """Raises `TakenOver` when the job was begun anew since."""
        if current.attempt != self.job.attempt:
            raise TakenOver

    def _save_total(self, total: int) -> None:
        def save(current: ExportJob) -> Counts:
            self._own(current)
            current.total = total
            current.save(update_fields=["total"])
            return {}

        persistently(lambda: running.do_batch(self.job, 0, save))

    def _count(self, counts: Counts) -> None:
        def save(current: ExportJob) -> Counts:
            self._own(current)
            return counts

        persistently(lambda: running.do_batch(self.job, self.position, save))
        self.position += sum(counts.values())

    def _keep(self, file: IO[bytes]) -> None:
        """The file becomes the job's, and it is recorded who took what. Not as one of many: it is all there is."""
        size = file.seek(0, 2)
        file.seek(0)
        name = store_file(self.job.file, File(file, "export"), "export")

        def keep(current: ExportJob) -> Counts:
            self._own(current)
            current.file, current.size = name, size
            current.save(update_fields=["file", "size"])
            self.export.record(replace(self.actor, batch=None), complete=True)
            return {}

        try:
            persistently(lambda: running.do_batch(self.job, self.position, keep))
        except BaseException:
            self.job.file.storage.delete(name)
            raise
