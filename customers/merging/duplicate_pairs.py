"""What a merge does to the pairs of contacts that look like one person."""

from __future__ import annotations

from collections.abc import Iterable

from customers.merging.notes import Notes, row_of
from customers.models import Contact, DuplicatePair


def hand_over_pairs(survivor: Contact, others: Iterable[Contact], notes: Notes) -> None:
    """The pairs of merged contacts become the survivor's, so that whom one of them was told apart from stays apart;
    those among themselves go. The next search has the last word on the rest."""
    gone = {other.pk for other in others}
    known = {_partner(pair, {survivor.pk}) for pair in DuplicatePair.objects.touching([survivor.pk])}
    for pair in DuplicatePair.objects.touching(sorted(gone)).order_by("pk"):
        partner = _partner(pair, gone)
        if partner in known or partner == survivor.pk or partner in gone:
            notes.removed(pair)
            pair.delete()
            continue
        known.add(partner)
        before = row_of(pair)
        pair.first_id, pair.second_id = sorted((survivor.pk, partner))
        pair.save(update_fields=["first", "second"])
        notes.changed(pair, before)


def _partner(pair: DuplicatePair, of: set[int]) -> int:
    """The other one of a pair."""
    return pair.second_id if pair.first_id in of else pair.first_id
