"""Tasks of the queue that failed: what is left of them, and what an administrator does about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.events.recording import record

PERMISSION = "core.use_admin"
FRESH: dict[str, Any] = {
    "status": "READY",
    "started_at": None,
    "finished_at": None,
    "exception_class_path": "",
    "traceback": "",
    "worker_ids": [],
}


class TaskMovedOn(DomainError):
    """Somebody else has run it again or discarded it."""

    def __init__(self) -> None:
        super().__init__(_("This task has changed in the meantime. Reload the list."))


def failed_tasks() -> Any:
    """What failed and nobody has run again."""
    return DBTaskResult.objects.filter(status="FAILED")


def last_line_of(task: DBTaskResult) -> str:
    """Error: the last line of the traceback."""
    lines = [line for line in task.traceback.splitlines() if line.strip()]
    return lines[-1].strip()[:500] if lines else task.exception_class_path


def run_again(identifier: UUID, *, actor: Actor) -> None:
    """Let a failed task wait for a worker again. All our tasks stand being run twice. Raises `TaskMovedOn`."""
    actor.require(PERMISSION)
    with transaction.atomic():
        task = _locked(identifier)
        DBTaskResult.objects.filter(pk=task.pk).update(**FRESH)
        record("task.run_again", subject=actor.user, actor=actor, task=task.task_path)


def discard(identifier: UUID, *, actor: Actor) -> None:
    """Forget a failed task. Raises `TaskMovedOn`."""
    actor.require(PERMISSION)
    with transaction.atomic():
        task = _locked(identifier)
        task.delete()
        record("task.discarded", subject=actor.user, actor=actor, task=task.task_path)


def _locked(identifier: UUID) -> DBTaskResult:
    task: DBTaskResult | None = failed_tasks().select_for_update().filter(pk=identifier).first()
    if task is None:
        raise TaskMovedOn
    return task
