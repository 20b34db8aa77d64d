"""What customers' records have done in the background, by `manage.py worker`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django_tasks import task
from django_tasks_db.models import DBTaskResult

from customers.bulk import lifecycle as bulk_lifecycle
from customers.bulk import run as bulk_running
from customers.bulk import undo as bulk_undoing
from customers.duplicates.search import search_on
from customers.imports.engine import dryrun, lifecycle
from customers.imports.engine import run as running
from customers.imports.engine import undo as undoing
from customers.models import BulkUpdate, ImportRun
from customers.services import links
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


#: A busy run that saved nothing for so long, and that no task is about, was left by a process that died.
LEFT_AFTER = timedelta(seconds=30)


@duty("imports.take_up", every=timedelta(seconds=10))
def take_up_imports() -> None:
    """Go on with imports that nobody is at: a run loses nothing by it, and does nothing twice.

    A task whose worker was killed waits again by itself (`helpdesk.core.working`). This is for runs whose task was
    never asked for, because the process died just before, and for those that a command carried out.
    """
    for run in lifecycle.still_runs(LEFT_AFTER).exclude(pk__in=_in_hand(_JOBS.values())):
        _JOBS[Status(run.status)].enqueue(run.pk)


def _in_hand(tasks: Iterable[Any]) -> set[int]:
    """The runs that a task is about which waits or runs."""
    paths = [each.module_path for each in tasks]
    rows = DBTaskResult.objects.filter(status__in=["READY", "RUNNING"], task_path__in=paths)
    return {row.args_kwargs["args"][0] for row in rows.only("args_kwargs")}


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


@duty("bulk_updates.take_up", every=timedelta(seconds=10))
def take_up_bulk_updates() -> None:
    """As `take_up_imports`, for bulk updates; also for a small one whose request was cut off."""
    for run in bulk_lifecycle.still_runs(LEFT_AFTER).exclude(pk__in=_in_hand(_BULK_JOBS.values())):
        _BULK_JOBS[BulkUpdate.Status(run.status)].enqueue(run.pk)
