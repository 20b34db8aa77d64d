"""The six default statuses, which no desk is without."""

from __future__ import annotations

from typing import Any

from django.apps import apps as django_apps

from tickets.status_kinds import KINDS
from tickets.statuses import forget_statuses


def make_default_statuses(*, using: str, apps: Any = django_apps, **_: Any) -> None:
    """After every migration, and after a `flush`, which empties the table: what is missing of the six is made."""
    try:
        status = apps.get_model("tickets", "TicketStatus")
    except LookupError:
        return  # migrated back to before there were any
    defaults = [status(code=kind, kind=kind, position=10 * n) for n, kind in enumerate(KINDS, start=1)]
    status.objects.using(using).bulk_create(defaults, ignore_conflicts=True)
    forget_statuses()
