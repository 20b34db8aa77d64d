"""How long ago something was, in the reader's words."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, npgettext, pgettext


def relative(local: datetime, *, short: bool = False) -> str:
    """Relative under 24 hours, then a date; `local` is in the reader's zone, `short` fits a table cell."""
    elapsed: timedelta = timezone.now() - local
    minutes = int(elapsed.total_seconds() // 60)
    if minutes < 0 or minutes >= 24 * 60:
        return date_in_words(local)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return _minutes(minutes, short)
    return _hours(minutes // 60, short)


def _minutes(n: int, short: bool) -> str:
    if short:
        return npgettext("age in a table cell", "%(n)sm", "%(n)sm", n) % {"n": n}
    return ngettext("%(n)s min ago", "%(n)s min ago", n) % {"n": n}


def _hours(n: int, short: bool) -> str:
    if short:
        return npgettext("age in a table cell", "%(n)sh", "%(n)sh", n) % {"n": n}
    return ngettext("%(n)s h ago", "%(n)s h ago", n) % {"n": n}


def date_in_words(local: datetime) -> str:
    """The date, with its year unless it is this one."""
    if local.year == timezone.localtime().year:
        return date_format(local, pgettext("date of this year, Django date format", "j M"))
    return date_format(local, pgettext("date with year, Django date format", "j M Y"))
