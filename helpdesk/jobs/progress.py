"""How far a job is, how fast, how long it will still take, and until when it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk.core.words import phrase
from helpdesk.jobs import durations
from helpdesk.jobs.models import Job


@dataclass(frozen=True)
class Progress:
    """Items done of all, items per second, and the time left (None before there is anything to go by)."""

    done: int
    total: int
    rate: float = 0.0
    left: timedelta | None = None

    @property
    def percent(self) -> int:
        return min(self.done * 100 // self.total, 100) if self.total else 0

    @property
    def left_words(self) -> str:
        return durations.left(self.left)


def progress_of(job: Job) -> Progress:
    """How far a job is with its items, or its undo with the records that it touched."""
    if job.is_undoing:
        done = job.undone_records + job.kept_records
        return Progress(done, max(job.touched, done))
    if not job.started_at or not job.progressed_at or not job.processed:
        return Progress(job.processed, job.total)
    until = job.finished_at or job.progressed_at
    rate = job.processed / max((until - job.started_at).total_seconds(), 0.001)
    passed = (timezone.now() - job.progressed_at).total_seconds() if job.is_busy else 0.0
    left = max((job.total - job.processed) / rate - passed, 0)
    return Progress(job.processed, job.total, rate, timedelta(seconds=left))


def took(job: Job) -> str:
    """How long a job that has ended took, in a sentence."""
    if not job.started_at or not job.finished_at:
        return ""
    return phrase("It took %(time)s.", time=durations.spoken(job.finished_at - job.started_at))


def undo_until(job: Job) -> str:
    """Until when a job can be undone, in a sentence."""
    if job.undo_until is None:
        return ""
    form = pgettext("day and time, Django date format", "j F, H:i")
    until = date_format(timezone.localtime(job.undo_until), form)
    return _("Possible until %(until)s.") % {"until": until}
