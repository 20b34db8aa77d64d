"""Which way of reaching its requester a ticket uses: the address that it came by, and is answered on.

A method that tickets use is not taken away from under them; the floor below asks here, through `customers.registry`.
"""

from __future__ import annotations

from django.db import transaction

from customers.models import Contact, ContactMethod
from customers.registry import MethodUser, MethodUses
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase_n
from tickets.errors import MethodNotOfContact
from tickets.models import Ticket
from tickets.policies import require_worker
from tickets.services.changing import Change, apply_change, name_of
from tickets.services.requesters import change_contact, usual_method

NAMED = 5


def method_for(contact: Contact, channel: str, chosen: ContactMethod | None) -> ContactMethod | None:
    """The method of a new ticket: the one it came by, else the contact's default for its channel."""
    if chosen is None:
        return usual_method(contact, channel)
    if chosen.contact_id != contact.pk:
        raise MethodNotOfContact
    return chosen


def uses_of(method: ContactMethod, actor: Actor | None) -> MethodUses:
    """The tickets of the method's contact that use it; named are those that `actor` sees."""
    tickets = Ticket.objects.filter(contact_method=method, contact=method.contact_id)
    number = tickets.count()
    words = phrase_n("%(n)s %(term_ticket)s", "%(n)s %(term_tickets)s", number)
    seen = tickets.filter(pk__in=Ticket.objects.visible_to(actor).order_by().values("pk")) if actor else None
    newest = list(seen.order_by("-updated_at", "-id")[:NAMED]) if seen is not None and number else []
    shown = [(f"{ticket.reference} {ticket.subject}", ticket.get_absolute_url()) for ticket in newest]
    return MethodUses(words, number, shown)


@transaction.atomic
def move_tickets(method: ContactMethod, to: ContactMethod | Contact, actor: Actor) -> int:
    """Have the tickets that use a method use another one, or make another contact their requester; says how many."""
    require_worker(actor)
    tickets = Ticket.objects.filter(contact_method=method, contact=method.contact_id)
    locked = list(tickets.select_for_update().order_by("pk"))
    if isinstance(to, Contact):
        for ticket in locked:
            change_contact(ticket, to, actor=actor)
        return len(locked)
    names = name_of({method.pk: method, to.pk: to})
    change = Change("contact_method_id", to.pk, "ticket.method_changed", name="method", word=names)
    return len(apply_change(locked, change, actor=actor))


USER = MethodUser(uses=uses_of, move=move_tickets)
