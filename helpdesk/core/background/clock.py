"""What happens by the clock. When each duty is due is kept in the database, so a missed tick is caught up, and with
several workers each duty is done by one of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from helpdesk.core.database.connections import is_lost, last_line
from helpdesk.core.models import Duty
from helpdesk.core.web import once

logger = logging.getLogger(__name__)

_duties: dict[str, tuple[timedelta, Callable[[], None]]] = {}
_interrupted: set[str] = set()


def duty(name: str, *, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function to be run every so often by `manage.py worker`. It must stand being run twice."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _duties[name] = (every, function)
        return function

    return register


def run_due() -> list[str]:
    """Run what is due; returns the names. A duty that fails is logged and tried again at its next time."""
    done, now = [], timezone.now()
    later = set(Duty.objects.filter(due_at__gt=now).values_list("name", flat=True))
    for name, (every, function) in _duties.items():
        if name in _interrupted or (name not in later and _claim(name, every)):
            _run(name, function)
            done.append(name)
    return done


def _run(name: str, function: Callable[[], None]) -> None:
    """The last failure stays with the duty, for administrators. When the database goes away under it, the duty is done
    again once the worker has found the database back."""
    _interrupted.add(name)
    try:
        function()
    except Exception as error:
        if is_lost(error):
            raise
        logger.exception("The duty %s failed", name)
        values = {"failed_at": timezone.now(), "failure": last_line(error)}
    else:
        values = {"done_at": timezone.now()}
    Duty.objects.filter(name=name).update(**values)
    _interrupted.discard(name)


def duties() -> dict[str, Callable[[], None]]:
    """Every duty there is."""
    return {name: function for name, (_every, function) in _duties.items()}


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
