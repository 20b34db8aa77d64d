"""Spans of time in words."""

from __future__ import annotations

import math
from datetime import timedelta

from helpdesk.core.words import phrase, phrase_n

_STEP = 5  # seconds; nobody reads a rest that changes at every look


def spoken(span: timedelta) -> str:
    """``1 minute 48 seconds``; from an hour on without the seconds."""
    seconds = max(round(span.total_seconds()), 1)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [(hours, _hours), (minutes, _minutes), (0 if hours else rest, _seconds)]
    return " ".join(words(number) for number, words in parts if number)


def left(span: timedelta | None) -> str:
    """``about 40 seconds left``; nothing before there is anything to go by."""
    if span is None:
        return ""
    seconds = span.total_seconds()
    if seconds < _STEP:
        return phrase("a few seconds left")
    if seconds < 58:
        return phrase("about %(time)s left", time=_seconds(math.ceil(seconds / _STEP) * _STEP))
    if seconds < 58 * 60:
        return phrase("about %(time)s left", time=_minutes(math.ceil(seconds / 60)))
    return phrase("about %(time)s left", time=_hours(math.ceil(seconds / 3600)))


def _hours(number: int) -> str:
    return phrase_n("%(n)s hour", "%(n)s hours", number)


def _minutes(number: int) -> str:
    return phrase_n("%(n)s minute", "%(n)s minutes", number)


def _seconds(number: int) -> str:
    return phrase_n("%(n)s second", "%(n)s seconds", number)
