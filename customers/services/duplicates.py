"""Telling two contacts apart who look like one person, taking that back, and what a merge does to such pairs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors import PairGone
from customers.models import Contact, DuplicatePair
from customers.services.merge_notes import Notes, row_of
from helpdesk.core.actors import Actor
from helpdesk.events.recording import record

DISMISSED, RESTORED = "duplicate.dismissed", "duplicate.restored"


def dismiss_pair(pair: DuplicatePair, *, actor: Actor) -> DuplicatePair:
    """They are two people: the pair comes back only for a reason that it does not have now. Raises `PairGone`."""
    policies.require_tell_apart(actor)
    with transaction.atomic():
        pair = _locked(pair)
        if pair.dismissed_at is None:
            pair.dismissed_at, pair.dismissed_by = timezone.now(), actor.user
            pair.dismissed_reasons = sorted({*pair.dismissed_reasons, *pair.reasons})
            pair.save(update_fields=["dismissed_at", "dismissed_by", "dismissed_reasons"])
            _record(DISMISSED, pair, actor)
    return pair


def restore_pair(pair: DuplicatePair, *, actor: Actor) -> DuplicatePair:
    """Take back that they are two. Raises `PairGone`."""
    policies.require_tell_apart(actor)
    with transaction.atomic():
        pair = _locked(pair)
        if pair.dismissed_at is not None:
            pair.dismissed_at, pair.dismissed_by, pair.dismissed_reasons = None, None, []
            pair.save(update_fields=["dismissed_at", "dismissed_by", "dismissed_reasons"])
            _record(RESTORED, pair, actor)
    return pair


def _locked(pair: DuplicatePair) -> DuplicatePair:
    rows = DuplicatePair.objects.select_for_update(of=("self",)).select_related("first", "second")
    locked = rows.filter(pk=pair.pk).first()
    if locked is None:
        raise PairGone
    return locked


def _record(code: str, pair: DuplicatePair, actor: Actor) -> None:
    names = {"contact": pair.first.name, "other": pair.second.name}
    record(code, subject=pair.first, related=pair.second, actor=actor, **names)


# --- Merging ------------------------------------------------------------------------
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
