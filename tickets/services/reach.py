"""What a contact can see: every account that lets this person in, why, and how many tickets it opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from customers.models import Account, Contact
from customers.services.relationships.rights import ACTING, Right, rights_of
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.web.listing import MOST, count_words
from helpdesk.core.words import phrase
from tickets.models import Ticket


@dataclass
class Reach:
    """An account with the mark that says how the contact stands to it ("primary", "none" or "acting")."""

    account: Account
    mark: str
    reasons: list[Right] = field(default_factory=list)
    tickets: int = 0

    @property
    def tickets_counted(self) -> str:
        return count_words(self.tickets)

    @property
    def words(self) -> list[str]:
        """What the person may do there, each thing once."""
        said = dict.fromkeys(reason.gives for reason in self.reasons)
        if any(reason.can_manage for reason in self.reasons):
            said[phrase("Manages its people and details")] = None
        return list(said)

    @property
    def since(self) -> datetime | None:
        """Since when: the first of the reasons."""
        return min((reason.since for reason in self.reasons if reason.since), default=None)


def reach_of(contact: Contact, *, actor: Actor) -> list[Reach]:
    """The accounts that `contact` belongs to, in order, then those acted for; a fixed number of queries.

    `tickets` counts what the help center shows of each, own private ones included, as `how_many` counts.
    """
    found: dict[int, Reach] = {}
    for reason in rights_of(contact):
        mark = "acting" if reason.code == ACTING else "none" if found else "primary"
        found.setdefault(reason.account.pk, Reach(reason.account, mark)).reasons.append(reason)
    counted = _tickets_of(contact, list(found), actor) if found else {}
    for account_id, each in found.items():
        each.tickets = counted.get(account_id, 0)
    return list(found.values())


def _tickets_of(contact: Contact, account_ids: list[int], actor: Actor) -> dict[int, int]:
    """How many tickets of each account both the contact and the actor see: none is counted beyond a thousand."""
    visible = Ticket.objects.visible_to(Actor(kind=actors.CONTACT, contact=contact))
    if actor.is_limited:
        visible = visible.filter(pk__in=Ticket.objects.visible_to(actor).order_by().values("pk"))
    first = visible.filter(account=OuterRef(OuterRef("pk"))).order_by().values("pk")[: MOST + 1]
    counted = Ticket.objects.filter(pk__in=first).order_by().values("account").annotate(n=Count("pk"))
    accounts = Account.objects.filter(pk__in=account_ids).order_by()
    number = Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
    return dict(accounts.annotate(visible_tickets=number).values_list("pk", "visible_tickets"))
