"""Who may see which tickets: the only door to them, and its own explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from customers.models import Account
from customers.querysets import may_act
from helpdesk.core.actors import Actor
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.search import asked, matching, search_form
from helpdesk.core.web.keys import is_key
from tickets.search_keys import account_keys, contact_key
from tickets.status_kinds import OPEN_KINDS

if TYPE_CHECKING:
    from customers.models import Contact

SEE, REPLY = "see", "reply"
MOST_WAYS = 30


def _within_reach(actor: Actor, level: str) -> Q:
    """A contact's own tickets, and those of accounts that reach this person at `level`, unless private.

    The few accounts are read first: with their numbers in the query the database joins two index scans, with a
    subquery it reads the whole table (500,000 tickets on PostgreSQL: under 1 ms against 110 ms).
    """
    accounts = _accounts_within_reach(actor, level)
    return Q(contact=actor.contact) | Q(is_private=False, account__in=accounts)


def _accounts_within_reach(actor: Actor, level: str) -> list[int]:
    contact: Contact = actor.contact

    def shared() -> list[int]:
        rows = Account.objects.shared_with(contact, level=level, acting=may_act(actor))
        return list(rows.order_by().values_list("pk", flat=True))

    return actor.once(("tickets of accounts", contact.pk, level), shared)


def ways_of_seeing(actor: Actor) -> list[Q]:
    """What a contact may see, as conditions one of which holds for every ticket at least; none of too many accounts."""
    accounts = _accounts_within_reach(actor, SEE)
    if len(accounts) > MOST_WAYS:
        return []
    return [Q(contact=actor.contact), *(Q(account=account, is_private=False) for account in accounts)]


def keys_within_reach(actor: Actor) -> list[int]:
    """The search keys of what a contact may see: every row that has one of them, and no other, is visible."""
    return [contact_key(actor.contact.pk), *account_keys(_accounts_within_reach(actor, SEE))]


def _other_end(model: type[models.Model], field: str) -> Any:
    """The model that a relation leads to; the models are made of these querysets, so they cannot be imported here."""
    return model._meta.get_field(field).related_model


def called(text: str) -> Q:
    """Tickets with every word of `text` in the subject, or with that number; `text` may have been pasted."""
    meant = asked(text)
    number = meant.words.lstrip("#")
    keys = [key for key in (meant.number, int(number) if is_key(number) else None) if key]
    numbered = Q(pk__in=keys)
    if not search_form(
        meant.words
    ):  # signs that a search overlooks are in every subject, and meant by nobody
        return numbered
    named = matching(meant.words)
    return named | numbered if keys else named


class TicketQuerySet(ScopedQuerySet):
    """Tickets. Everything that reads them starts with `visible_to` (or `repliable_by`)."""

    def _reached_by(self, actor: Actor, level: str) -> Self:
        if actor.is_staff:
            return self._of_desk(actor)
        if actor.contact is None or not actor.contact.is_active:
            return self.none()
        if actor.user is not None and not actor.user.is_active:
            return self.none()
        return self.filter(_within_reach(actor, level))

    def _of_desk(self, actor: Actor) -> Self:
        """All; for somebody limited to departments the tickets of these, and those that they are assigned or follow."""
        departments = actor.departments
        if departments is None:
            return self.all()
        follower = _other_end(self.model, "followers").objects
        followed = follower.filter(user=actor.user).order_by().values("ticket")
        return self.filter(Q(department__in=departments) | Q(assignee=actor.user) | Q(pk__in=followed))

    def visible_to(self, actor: Actor) -> Self:
        """Staff: what of the desk they reach. A contact: their own, those of accounts that share with them, those they
        act for."""
        return self._reached_by(actor, SEE)

    def repliable_by(self, actor: Actor) -> Self:
        """The same at the level *see and reply*: where the actor may also write."""
        return self._reached_by(actor, REPLY)

    def open(self) -> Self:
        """Everything that is not solved or closed."""
        return self.filter(status_kind__in=OPEN_KINDS)

    def unassigned(self) -> Self:
        return self.filter(assignee__isnull=True)

    def search(self, text: str) -> Self:
        """By words of the subject, or by the number people quote (with or without ``#``)."""
        return self.filter(called(text))

    def with_people(self) -> Self:
        """All that a row of a list shows, in one query."""
        return self.select_related("contact", "account", "assignee", "department")

    def followed_by(self, contact: Contact) -> Self:
        return self.filter(followers__contact=contact)

    def with_following(self, actor: Actor) -> Self:
        """Annotates `is_followed`: whether the actor follows it."""
        person = {"user": actor.user} if actor.is_staff else {"contact": actor.contact}
        follower = _other_end(self.model, "followers")
        return self.annotate(is_followed=Exists(follower.objects.filter(ticket=OuterRef("pk"), **person)))


class MessageQuerySet(ScopedQuerySet):
    """Messages of tickets; reached through their ticket."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of tickets the actor may see; internal notes only for staff."""
        tickets = _other_end(self.model, "ticket").objects.visible_to(actor)
        visible = self.filter(ticket__in=tickets)
        return visible if actor.is_staff else visible.filter(kind="public")

    def public(self) -> Self:
        return self.filter(kind="public")

    def for_thread(self) -> Self:
        """With all that the conversation shows."""
        return self.select_related("author_user", "author_contact", "entered_by").prefetch_related(
            "attachments"
        )

    def with_recipients(self) -> Self:
        """With whom each was addressed to, in one query; for the desk, as a blind copy stands among them."""
        return self.prefetch_related("recipients")


class AttachmentQuerySet(ScopedQuerySet):
    """Files of messages; whoever sees the message may have the file."""

    def visible_to(self, actor: Actor) -> Self:
        messages = _other_end(self.model, "message").objects
        return self.filter(message__in=messages.visible_to(actor))


class DraftQuerySet(ScopedQuerySet):
    """What people are writing; each reads their own, and nobody another's, whatever their rights."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(user=actor.user) if actor.user is not None else self.none()
