"""When a link or a responsibility holds. The day is the desk's: it is asked at query time, no job has to come by."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone


def desk_today() -> date:
    """The date in the desk's time zone, whoever is looking and wherever they are."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def begun(day: date) -> Q:
    return Q(starts_on__isnull=True) | Q(starts_on__lte=day)


def not_over(day: date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gte=day)


def in_force() -> Q:
    """Rows whose dates, both included, have today in them; an empty date does not limit."""
    today = desk_today()
    return begun(today) & not_over(today)
