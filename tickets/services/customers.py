"""What the floor below asks of tickets: how many depend on a record, and what happens before one goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import gettext, pgettext

from customers.models import Account
from customers.registry import ListColumn
from helpdesk.core.actors import Actor
from helpdesk.core.database.lookups import one_of
from helpdesk.core.words import phrase_n
from helpdesk.events.recording import Happening, record_many
from tickets.models import Message, Ticket

BATCH = 1000


def in_words(number: int) -> str:
    return phrase_n("%(n)s %(term_ticket)s", "%(n)s %(term_tickets)s", number)


def tickets_of_account(account: Account) -> tuple[str, int]:
    """How many tickets lose their account when it is deleted."""
    number = Ticket.objects.filter(account=account).count()
    return in_words(number), number


def has_tickets() -> Exists:
    """Whether an account has tickets."""
    return Exists(Ticket.objects.filter(account=OuterRef("pk")))


def shared_tickets(accounts: Collection[int], alone: Collection[tuple[int, int]]) -> dict[int, int]:
    """How many tickets of these accounts are not private; without the own ones of (account, contact) pairs."""
    shared = Ticket.objects.filter(account__in=accounts, is_private=False).order_by()
    counts: dict[int, int] = dict(shared.values_list("account").annotate(number=Count("pk")))
    own = shared.filter(contact__in={contact for _account, contact in alone})
    for account, contact, number in own.values_list("account", "contact").annotate(number=Count("pk")):
        if (account, contact) in alone:
            counts[account] -= number
    return counts


def note_account_names(names: Mapping[int, str], actor: Actor) -> None:
    """Keep the names of accounts that are deleted (``{id: name}``) in the history of their tickets; the database
    empties the field itself."""
    rows = Ticket.objects.filter(one_of("account_id", names)).order_by("pk")
    found = list(rows.values_list("pk", "account"))
    label = Ticket._meta.label_lower
    for start in range(0, len(found), BATCH):
        happenings = [
            Happening("ticket.account_deleted", (label, pk), data={"account": [names[account], ""]})
            for pk, account in found[start : start + BATCH]
            if account
        ]
        record_many(happenings, actor=actor)


def _open_tickets(of: str) -> Callable[[list[int], Actor], dict[int, int]]:
    """How many open tickets each of these contacts, or accounts, has, of those that the reader sees."""

    def count(ids: list[int], actor: Actor) -> dict[int, int]:
        rows = Ticket.objects.visible_to(actor).open().filter(**{f"{of}__in": ids}).order_by().values_list(of)
        return dict(rows.annotate(number=Count("pk")))

    return count


def _last_messages(contact_ids: list[int], actor: Actor) -> dict[int, datetime]:
    """When something was last said in a ticket of each contact that the reader sees, by them or to them."""
    public = Message.objects.filter(kind=Message.Kind.PUBLIC, ticket__contact__in=contact_ids)
    if actor.is_limited:
        public = public.filter(ticket__in=Ticket.objects.visible_to(actor).order_by().values("pk"))
    return dict(public.order_by().values_list("ticket__contact").annotate(at=Max("created_at")))


def hidden_entries(actor: Actor) -> Q | None:
    """What the history of a contact or an account says of tickets that somebody limited to departments does not see."""
    if not actor.is_limited:
        return None
    visible = Ticket.objects.visible_to(actor).order_by().values("pk")
    return Q(subject_type=Ticket._meta.label_lower) & ~Q(subject_id__in=visible)


def _open_heading() -> str:
    return pgettext("how many open ones", "Open")


OPEN_TICKETS = ListColumn("open_tickets", _open_heading, "c-open num", _open_tickets("contact"))
LAST_CONTACT = ListColumn(
    "last_contact",
    lambda: gettext("Last message"),
    "c-moment num",
    _last_messages,
    cell="moment",
    usual=False,
)
OPEN_TICKETS_OF_ACCOUNT = ListColumn(
    "open_tickets", _open_heading, "c-open num", _open_tickets("account"), usual=False
)
