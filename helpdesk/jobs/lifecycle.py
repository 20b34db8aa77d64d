"""The steps of a job that a person takes: start, stop, go on, undo. Each locks the job's row, and is recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.events.recording import record
from helpdesk.jobs.errors import StepPassed, UndoTooLate
from helpdesk.jobs.kinds import kind_of
from helpdesk.jobs.models import Job

AnyJob = TypeVar("AnyJob", bound=Job)
Status = Job.Status


def locked(job: AnyJob, *states: str) -> AnyJob:
    """The job as it is now, kept from others until the transaction ends. Raises `StepPassed` unless its status is one
    of `states`; without any, it may be in whichever."""
    model: type[AnyJob] = type(job)
    # The row of `jobs_job` is the one that everybody locks; a kind's own row goes with it.
    rows = model._default_manager.select_for_update(of=("self", "job_ptr")).defer(*model.HEAVY)
    current: Any = rows.get(pk=job.pk)
    if states and current.status not in states:
        raise StepPassed
    return current


def begin(job: Job, *, actor: Actor, **data: Any) -> None:
    """Set a job running whose row is locked or new, and record it; `data` goes into the entry.

    What a kind asks before it starts (permission, exposure) is asked by the kind.
    """
    job.status = Status.RUNNING
    job.started_at = job.progressed_at = timezone.now()
    job.save()
    record_event(job, "started", actor=actor, **data)


def cancel(job: AnyJob, *, actor: Actor) -> AnyJob:
    """Ask a running job to stop after the batch it is at. What is done by then stays, and can be undone.

    Raises `StepPassed`.
    """
    kind_of(job).require(job, actor)
    with transaction.atomic():
        job = locked(job, Status.RUNNING)
        job.cancel_requested = True
        job.save(update_fields=["cancel_requested"])
        record_event(job, "cancelled", actor=actor)
    return job


def resume(job: AnyJob, *, actor: Actor) -> AnyJob:
    """Go on with a job that was stopped or cut off, after the last item that is done. Raises `StepPassed`."""
    kind_of(job).require(job, actor)
    with transaction.atomic():
        job = locked(job, Status.FAILED, Status.CANCELLED, Status.RUNNING)
        if job.started_at is None or (job.status == Status.RUNNING and not job.is_stalled):
            raise StepPassed
        job.status, job.problem, job.cancel_requested = Status.RUNNING, "", False
        job.progressed_at, job.finished_at = timezone.now(), None
        job.save(update_fields=["status", "problem", "cancel_requested", "progressed_at", "finished_at"])
        record_event(job, "resumed", actor=actor)
    return job


def undo(job: AnyJob, *, actor: Actor) -> AnyJob:
    """Have a job taken back. Raises `UndoTooLate` when it is too late or there is nothing to undo, `StepPassed`."""
    kind_of(job).require(job, actor)
    with transaction.atomic():
        job = locked(job, *Job.ENDED)
        if not job.can_be_undone:
            raise UndoTooLate
        job.status, job.progressed_at = Status.UNDOING, timezone.now()
        job.save(update_fields=["status", "progressed_at"])
        record_event(job, "undo_started", actor=actor)
    return job


def record_event(job: Job, event: str, *, actor: Actor, **data: Any) -> None:
    """Record what happened to a job, with what its kind tells of that event."""
    kind = kind_of(job)
    record(f"{kind.code}.{event}", subject=job, actor=actor, **kind.data(job, event), **data)


def still_jobs(after: timedelta) -> QuerySet[Job]:
    """The busy jobs that saved nothing for so long."""
    return Job.objects.filter(status__in=sorted(Job.BUSY), progressed_at__lt=timezone.now() - after)
