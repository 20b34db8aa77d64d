"""What the page of a bulk update shows: how far it is, whom it left out, what its undo left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from customers.bulk.fields import lines_of
from customers.bulk.wanted import Wanted
from customers.imports.matching import targets
from customers.imports.screens.presenting import custom_labels
from customers.imports.screens.progress import Kept, reasons_of
from customers.models import BulkUpdate, BulkUpdateLeftOut
from customers.services.contacts.changes import usual_reference
from helpdesk.core.words import phrase, phrase_n
from helpdesk.jobs.progress import progress_of, undo_until

SHOWN = 100


@dataclass(frozen=True)
class LeftOut:
    """A contact that stayed as it was, and why."""

    name: str
    url: str
    reason: str


def context_of(run: BulkUpdate) -> dict[str, Any]:
    """For the page: a few queries, however many contacts it was for."""
    return {
        "lines": lines_of(Wanted.from_json(run.wanted)),
        "progress": progress_of(run),
        "stalled": run.is_stalled,
        "left_out": those_left_out(run) if run.left_out else [],
        "kept": kept_by_undo(run) if run.kept_records else [],
        "until": undo_until(run) if run.can_be_undone else "",
    }


def those_left_out(run: BulkUpdate) -> list[LeftOut]:
    """The first of them. One who was merged since is found at the old address."""
    rows = run.those_left_out.select_related("contact")[:SHOWN]
    return [_left_out(row) for row in rows]


def _left_out(row: BulkUpdateLeftOut) -> LeftOut:
    name = row.contact.name if row.contact else usual_reference(row.former_id)
    url = reverse("customers:contact_detail", args=[row.contact_id or row.former_id])
    return LeftOut(name, url, row.get_reason_display())


def kept_by_undo(run: BulkUpdate) -> list[Kept]:
    """The first of the contacts that were edited after the update and kept the newer values."""
    labels, kind = custom_labels(), phrase("%(Term_contact)s")
    notes = run.notes.filter(is_undone=True).exclude(kept=[]).select_related("contact")[:SHOWN]
    return [
        Kept(
            note.contact.name,
            note.contact.get_absolute_url(),
            kind,
            reasons_of(note.kept, targets.CONTACTS, labels),
        )
        for note in notes
    ]


# --- In a sentence -----------------------------------------------------------
def result_words(run: BulkUpdate) -> str:
    """What a run has done."""
    sentences = [
        phrase_n("%(n)s %(term_contact)s changed", "%(n)s %(term_contacts)s changed", run.changed),
        phrase_n("%(n)s left out", "%(n)s left out", run.left_out) if run.left_out else "",
    ]
    return ", ".join(sentence for sentence in sentences if sentence)


def undone_words(run: BulkUpdate) -> str:
    """What an undo has done."""
    sentences = [
        phrase_n(
            "%(n)s %(term_contact)s is as before",
            "%(n)s %(term_contacts)s are as before",
            run.undone_records,
        ),
        phrase_n(
            "%(n)s was edited since and keeps the newer values",
            "%(n)s were edited since and keep the newer values",
            run.kept_records,
        )
        if run.kept_records
        else "",
    ]
    return ", ".join(sentence for sentence in sentences if sentence)
