"""What happens by the clock. When each duty is due is kept in the database, so a missed tick is caught up, and with
several workers each duty is done by one of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from helpdesk.core import once
from helpdesk.core.models import Duty

logger = logging.getLogger(__name__)

_duties: dict[str, tuple[timedelta, Callable[[], None]]] = {}


def duty(name: str, *, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function to be run every so often by `manage.py worker`. It must stand being run twice."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _duties[name] = (every, function)
        return function

    return register


def run_due() -> list[str]:
    """Run what is due; returns the names. A duty that fails is logged and tried again at its next time."""
    done = []
    for name, (every, function) in _duties.items():
        if _claim(name, every):
            try:
                function()
            except Exception:
                logger.exception("The duty %s failed", name)
            done.append(name)
    return done


def _claim(name: str, every: timedelta) -> bool:
    """Move the due time on; only one worker's update finds the old one."""
    now = timezone.now()
    if Duty.objects.filter(name=name, due_at__lte=now).update(due_at=now + every):
        return True
    if Duty.objects.filter(name=name).exists():
        return False
    _row, created = Duty.objects.get_or_create(name=name, defaults={"due_at": now + every})
    return created


@duty("sessions.clear", every=timedelta(days=1))
def clear_sessions() -> None:
    """Forget sign-ins that have expired."""
    call_command("clearsessions")


@duty("tasks.prune", every=timedelta(days=1))
def prune_tasks() -> None:
    """Forget finished background tasks after two weeks."""
    call_command("prune_db_task_results", min_age_days=14)


@duty("once.prune", every=timedelta(hours=1))
def prune_once() -> None:
    """Forget which forms and requests were answered more than a day ago."""
    once.prune()
