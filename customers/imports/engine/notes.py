"""What an import notes about the records it creates and changes, for its undo.

A record has one note a run, however many batches speak of it: what it was before the first, and after the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from customers.models import ImportedAccount, ImportedContact, ImportRun
from helpdesk.core.database.bulk import insert_rows
from helpdesk.core.database.lookups import one_of

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """One record: its id, the row about it, and of a changed one what differs before and after."""

    record_id: int
    number: int | None
    is_created: bool
    before: State | None = None
    after: State | None = None


def keep(
    run: ImportRun,
    model: type[ImportedContact | ImportedAccount],
    notes: Sequence[Note],
    *,
    all_new: bool = False,
) -> None:
    """Store the notes of a batch: one look for earlier ones (none of ``all_new`` can have any), one insert, and one
    update if there were."""
    if not notes:
        return
    related = "contact_id" if model is ImportedContact else "account_id"
    wanted = [] if all_new else [note.record_id for note in notes]
    found = model._default_manager.filter(one_of(related, wanted), run=run)
    earlier = {getattr(one, related): one for one in found}
    now = timezone.now()
    insert_rows(
        model,
        ("run_id", related, "number", "is_created", "before", "after", "written_at", "is_undone", "kept"),
        (
            (run.pk, note.record_id, note.number, note.is_created, note.before, note.after, now, False, [])
            for note in notes
            if note.record_id not in earlier
        ),
    )
    again = [_united(earlier[note.record_id], note, now) for note in notes if note.record_id in earlier]
    names = ["after", "before", "written_at"] + (["number"] if model is ImportedAccount else [])
    model._default_manager.bulk_update(again, names, batch_size=100)


def _united(stored: Any, note: Note, now: datetime) -> Any:
    if not _was_edited_since(stored, note):  # else the undo has to see that, and keeps what was edited
        stored.written_at = now
    if stored.is_created:
        stored.number = note.number if note.number is not None else stored.number
        return stored
    stored.before = _over(note.before or {}, stored.before or {})
    stored.after = _over(stored.after or {}, note.after or {})
    return stored


def _was_edited_since(stored: Any, note: Note) -> bool:
    changed: str = (note.before or {}).get("updated_at", "")
    return bool(changed) and datetime.fromisoformat(changed) > stored.written_at


def _over(under: State, over: State) -> State:
    """Two parts of a state, the values of ``over`` where both have one."""
    return {**under, **over, "fields": {**under.get("fields", {}), **over.get("fields", {})}}
