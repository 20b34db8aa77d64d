"""What customers' records have done in the background, by `manage.py worker`."""

from __future__ import annotations

from django_tasks import task

from customers.imports import dryrun
from customers.imports import run as running


@task()
def check_import(run_id: int) -> None:
    """The dry run of a large file."""
    dryrun.check(run_id)


@task()
def carry_out_import(run_id: int) -> None:
    """An import, to its end."""
    running.carry_out(run_id)
