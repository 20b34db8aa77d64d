"""What customers' records have done in the background, by `manage.py worker`."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from customers.bulk import lifecycle as bulk_lifecycle
from customers.bulk import run as bulk_running
from customers.bulk import undo as bulk_undoing
from customers.imports import dryrun, lifecycle
from customers.imports import run as running
from customers.imports import undo as undoing
from customers.models import BulkUpdate, ImportRun
from customers.services import links
from customers.services.duplicate_search import search_on
from helpdesk.core.clock import duty

Status = ImportRun.Status


@task()
def check_import(run_id: int) -> None:
    """The dry run of a large file."""
    dryrun.check(run_id)


@task()
def carry_out_import(run_id: int) -> None:
    """An import, to its end."""
    running.carry_out(run_id)


@task()
def undo_import(run_id: int) -> None:
    """The undo of an import, to its end."""
    undoing.take_back(run_id)


@duty("links.notice_passing_days", every=timedelta(minutes=15))
def notice_passing_days() -> None:
    """Tell the history of what began or ended with a date; sight itself does not wait for this."""
    links.notice_passing_days()


_JOBS = {Status.CHECKING: check_import, Status.RUNNING: carry_out_import, Status.UNDOING: undo_import}


@duty("imports.take_up", every=timedelta(minutes=1))
def take_up_imports() -> None:
    """Go on with the imports whose worker was killed: a run loses nothing by it, and does nothing twice."""
    for run in lifecycle.stalled_runs():
        ImportRun.objects.filter(pk=run.pk).update(progressed_at=timezone.now())
        _JOBS[Status(run.status)].enqueue(run.pk)


@duty("duplicates.search", every=timedelta(seconds=30))
def search_for_duplicates() -> None:
    """A slice of the search for people who stand here twice; the queue goes on in between."""
    search_on(seconds=10)


@task()
def carry_out_bulk_update(run_id: int) -> None:
    """A bulk update, to its end."""
    bulk_running.carry_out(run_id)


@task()
def undo_bulk_update(run_id: int) -> None:
    """The undo of a bulk update, to its end."""
    bulk_undoing.take_back(run_id)


_BULK_JOBS = {
    BulkUpdate.Status.RUNNING: carry_out_bulk_update,
    BulkUpdate.Status.UNDOING: undo_bulk_update,
}


@duty("bulk_updates.take_up", every=timedelta(minutes=1))
def take_up_bulk_updates() -> None:
    """As `take_up_imports`, for bulk updates; also for a small one whose request was cut off."""
    for run in bulk_lifecycle.stalled_runs():
        BulkUpdate.objects.filter(pk=run.pk).update(progressed_at=timezone.now())
        _BULK_JOBS[BulkUpdate.Status(run.status)].enqueue(run.pk)
