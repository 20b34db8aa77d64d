"""How far a run is, how fast, and how long it will still take; and what an undo had to leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from customers.models import ImportedAccount, ImportedContact, ImportRun

SHOWN = 100


@dataclass(frozen=True)
class Progress:
    """Rows done of all, rows per second, and the time left (None before there is anything to go by)."""

    done: int
    total: int
    rate: float = 0.0
    left: timedelta | None = None


def progress_of(run: ImportRun) -> Progress:
    """From the start of the run to its last saved batch."""
    if not run.started_at or not run.progressed_at or not run.processed_rows:
        return Progress(run.processed_rows, run.total_rows)
    until = run.finished_at or run.progressed_at
    seconds = max((until - run.started_at).total_seconds(), 0.001)
    rate = run.processed_rows / seconds
    rest = run.total_rows - run.processed_rows
    passed = (timezone.now() - run.progressed_at).total_seconds() if run.is_busy else 0.0
    return Progress(run.processed_rows, run.total_rows, rate, timedelta(seconds=max(rest / rate - passed, 0)))


@dataclass(frozen=True)
class Kept:
    """A record that an undo left, wholly or in part: because of these fields, or as a whole."""

    name: str
    url: str
    reasons: list[str]


def kept_records(run: ImportRun) -> list[Kept]:
    """The first of the records that were edited after the import and kept the newer values."""
    found: list[Kept] = []
    for model, related in ((ImportedContact, "contact"), (ImportedAccount, "account")):
        notes = model.objects.filter(run=run, is_undone=True).exclude(kept=[]).select_related(related)
        for note in notes.annotate(shown=F(f"{related}__name"))[: SHOWN - len(found)]:
            record = getattr(note, related)
            found.append(Kept(record.name, record.get_absolute_url(), note.kept))
    return found
