"""What a worker does for jobs: the step that is next, and by the clock the jobs that nobody is at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import FileField
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from helpdesk.core.background.clock import duty
from helpdesk.jobs.kinds import kinds
from helpdesk.jobs.lifecycle import still_jobs
from helpdesk.jobs.models import Job

#: A busy job that saved nothing for so long, and that no task is about, was left by a process that died.
LEFT_AFTER = timedelta(seconds=30)
PART = 500


@task()
def advance(job_id: int) -> None:
    """Do what a job's status asks for: check it, carry it out, take it back. Nothing when that is over."""
    job = Job.objects.filter(pk=job_id).first()
    kind = kinds().get(job.job_kind) if job else None
    step = kind.steps.get(job.status) if job and kind else None
    if step:
        step(job_id)


@duty("jobs.take_up", every=timedelta(seconds=10))
def take_up_jobs() -> None:
    """Go on with jobs that nobody is at: a job loses nothing by it, and does nothing twice.

    A task whose worker was killed waits again by itself (`helpdesk.core.background.workers`). This is for jobs whose
    task was never asked for, because the process died just before, and for those that a command or a request carried
    out.
    """
    waiting = DBTaskResult.objects.filter(status__in=["READY", "RUNNING"], task_path=advance.module_path)
    in_hand = {row.args_kwargs["args"][0] for row in waiting.only("args_kwargs")}
    for pk in still_jobs(LEFT_AFTER).exclude(pk__in=in_hand).values_list("pk", flat=True):
        advance.enqueue(pk)


@duty("jobs.prune", every=timedelta(days=1))
def prune_jobs() -> None:
    """Forget jobs that ended long ago, with what they noted and kept, a part at a time."""
    for kind in kinds().values():
        before = timezone.now() - timedelta(days=getattr(settings, kind.kept_days))
        old = kind.model._default_manager.filter(finished_at__lt=before).exclude(status__in=sorted(Job.BUSY))
        while part := list(old.order_by("pk")[:PART]):
            _forget(kind.model, part)


def _forget(model: type[Job], jobs: Sequence[Job]) -> None:
    fields = [field for field in model._meta.concrete_fields if isinstance(field, FileField)]
    files = [file for job in jobs for field in fields if (file := getattr(job, field.attname))]
    with transaction.atomic():
        model._default_manager.filter(pk__in=[job.pk for job in jobs]).delete()
        for file in files:
            transaction.on_commit(partial(file.storage.delete, file.name), robust=True)
