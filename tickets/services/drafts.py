"""Drafts: what somebody is writing is kept on the server until it is sent, thrown away, or left alone too long.

A draft is no event: nobody but its author may learn of it, so nothing of it goes into the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from customers.models import Contact
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import lock_many
from helpdesk.core.models import User
from helpdesk.core.web.once import is_answered
from tickets.models import Draft, Ticket
from tickets.policies import require_repliable, require_worker
from tickets.querysets import DraftQuerySet
from tickets.services.changing import lock_tickets

Kind = Draft.Kind
COMPOSER = (Kind.REPLY, Kind.NOTE)
AT_THE_DESK = (*COMPOSER, Kind.TICKET)
WITH_TICKET = (*COMPOSER, Kind.CUSTOMER_REPLY)
LONGEST = {"body": 200_000}
"""Longer than any message may be: what cannot be sent as it is must not be lost either."""
LONGEST_OTHER = 1_000
WORDS = ("body", "subject", "new_name", "new_email", "new_phone")
"""A draft is worth keeping when one of these says something."""
CHOICES = ("account", "department", "priority", "assignee", "channel", "is_private", "requester")


@dataclass(frozen=True)
class Place:
    """Where a text is written: what it is to become, and of which ticket or for which contact."""

    kind: str
    ticket: Ticket | None = None
    contact: Contact | None = None

    def of(self, drafts: DraftQuerySet) -> DraftQuerySet:
        """Those of the drafts that are in this place: the composer of a ticket holds a reply or a note."""
        return drafts.filter(kind__in=self.kinds, ticket=self.ticket, contact=self.contact)

    @property
    def kinds(self) -> tuple[str, ...]:
        return COMPOSER if self.kind in COMPOSER else (self.kind,)


@dataclass(frozen=True)
class Form:
    """The page's form that a text stands in: its key (`helpdesk.core.web.once`), and the draft that it began with."""

    key: str = ""
    draft_id: int = 0

    def wrote(self) -> Q:
        known = Q(pk=self.draft_id)
        return known | Q(key=self.key) if self.key else known


@dataclass(frozen=True)
class Writing:
    """A text as it stands: the place, what was filled in, and in which form."""

    place: Place
    fields: Mapping[str, Any] = field(default_factory=dict)
    form: Form = field(default_factory=Form)
    is_open: bool = False

    @property
    def kept(self) -> dict[str, str]:
        """What is kept of it: known names, cut to what a row can hold, without what no database takes."""
        given = {name: str(self.fields.get(name) or "") for name in (*WORDS, *CHOICES)}
        return {
            name: text.replace("\x00", "")[: LONGEST.get(name, LONGEST_OTHER)]
            for name, text in given.items()
            if text
        }

    @property
    def is_blank(self) -> bool:
        return not any(self.kept.get(name, "").strip() for name in WORDS)


def draft_in(place: Place, *, actor: Actor) -> Draft | None:
    """The actor's draft in a place."""
    return place.of(Draft.objects.visible_to(actor)).first()


def draft_of(form: Form, *, actor: Actor) -> Draft | None:
    """The draft that a form has written, or began with."""
    return Draft.objects.visible_to(actor).filter(form.wrote()).first()


def open_draft(*, actor: Actor) -> Draft | None:
    """The actor's newest draft of a new ticket that was begun without a contact."""
    begun = Draft.objects.visible_to(actor).filter(kind=Kind.TICKET)
    return begun.filter(Q(contact=None) | Q(is_open=True)).select_related("contact").first()


@transaction.atomic
def save_draft(writing: Writing, *, actor: Actor) -> Draft | None:
    """Keep a text as it stands; nothing is kept of a blank one, nor of a form that was sent meanwhile.

    A text that went to another place with its form (another requester of a new ticket) leaves the one it was in.
    """
    _require_author(writing.place, actor)
    _lock(writing.place)
    user = _locked(actor)
    if writing.form.key and is_answered(writing.form.key, actor=actor):
        return None
    own = Draft.objects.visible_to(actor)
    here = writing.place.of(own).first()
    left = own.filter(writing.form.wrote(), kind__in=writing.place.kinds)
    left.exclude(pk=here.pk if here else 0).delete()
    if writing.is_blank:
        writing.place.of(own).delete()
        return None
    return _write(here or Draft(user=user), writing)


def _require_author(place: Place, actor: Actor) -> None:
    """Whoever may write there may keep a draft there."""
    if place.kind in AT_THE_DESK:
        require_worker(actor, [place.ticket] if place.ticket else [])
    elif actor.contact is None:
        raise PermissionDenied("contact")
    elif place.ticket is not None:
        require_repliable([place.ticket], actor.as_contact())


def _lock(place: Place) -> None:
    """The ticket or contact before the author: in the order in which sending takes them."""
    if place.ticket is not None:
        lock_tickets([place.ticket])
    if place.contact is not None:
        lock_many(Contact, [place.contact.pk])


def _locked(actor: Actor) -> User:
    """The author's row: saving and sending come one after the other."""
    if actor.user is None:
        raise PermissionDenied("draft")
    return User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)


def _write(draft: Draft, writing: Writing) -> Draft:
    draft.kind, draft.ticket, draft.contact = (
        writing.place.kind,
        writing.place.ticket,
        writing.place.contact,
    )
    draft.fields, draft.key, draft.is_open = writing.kept, writing.form.key, writing.is_open
    draft.updated_at = timezone.now()
    draft.save()
    return draft


@transaction.atomic
def forget_sent_draft(form: Form, *, actor: Actor) -> None:
    """The text of this form was sent: called in the transaction that sends it. What another window writes stays."""
    if actor.user is not None:
        _locked(actor)
        Draft.objects.visible_to(actor).filter(form.wrote()).delete()


def discard_draft(draft: Draft, *, actor: Actor) -> None:
    """Throw one's own draft away."""
    Draft.objects.visible_to(actor).filter(pk=draft.pk).delete()


def prune_drafts() -> int:
    """Forget drafts that were left alone too long; says how many."""
    since = timezone.now() - timedelta(days=settings.HELPDESK_DRAFTS_KEPT_DAYS)
    return Draft.objects.filter(updated_at__lt=since).delete()[0]
