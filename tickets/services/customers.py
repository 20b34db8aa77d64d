"""What the floor below asks of tickets: how many depend on a record, and what happens before one goes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import pgettext

from customers.models import Account
from customers.registry import ContactColumn
from helpdesk.core.actors import Actor
from helpdesk.core.audit import Happening, record_many
from helpdesk.core.words import phrase_n
from tickets.models import Ticket

BATCH = 1000


def in_words(number: int) -> str:
    return phrase_n("%(n)s %(term_ticket)s", "%(n)s %(term_tickets)s", number)


def tickets_of_account(account: Account) -> tuple[str, int]:
    """How many tickets lose their account when it is deleted."""
    number = Ticket.objects.filter(account=account).count()
    return in_words(number), number


def note_account_name(account: Account, actor: Actor) -> None:
    """Keep a deleted account's name in the history of its tickets; the database empties the field itself."""
    ids = list(Ticket.objects.filter(account=account).values_list("pk", flat=True))
    label = Ticket._meta.label_lower
    for start in range(0, len(ids), BATCH):
        happenings = [
            Happening("ticket.account_deleted", (label, pk), data={"account": [account.name, ""]})
            for pk in ids[start : start + BATCH]
        ]
        record_many(happenings, actor=actor)


def _open_tickets(contact_ids: list[int]) -> dict[int, Any]:
    rows = Ticket.objects.open().filter(contact__in=contact_ids).order_by().values_list("contact")
    return dict(rows.annotate(number=Count("pk")))


OPEN_TICKETS = ContactColumn(
    key="open_tickets",
    heading=lambda: pgettext("how many open ones", "Open"),
    css_class="c-open num",
    values=_open_tickets,
)
