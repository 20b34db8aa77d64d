"""What an actor may do to a ticket. Who may see one is `Ticket.objects.visible_to`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied

from customers.policies import require_manage
from helpdesk.core.actors import Actor
from helpdesk.core.database.lookups import one_of
from tickets.errors import TicketFinal
from tickets.models import Ticket, TicketStatus
from tickets.status_kinds import SET_BY_CUSTOMERS, customer_may_move, desk_may_move


def require_worker(
    actor: Actor, tickets: Iterable[Ticket] = (), permission: str = "tickets.change_ticket"
) -> None:
    """Only the desk works on tickets; somebody limited to departments on those that they reach, a rule or a channel as
    far as `machine_rights` says."""
    if not actor.is_staff or (actor.is_machine and not actor.can(permission)):
        raise PermissionDenied(permission)
    _require_reach(tickets, actor)


def _require_reach(tickets: Iterable[Ticket], actor: Actor) -> None:
    """Of the desk, everybody reaches everything but who is limited."""
    if not actor.is_limited:
        return
    wanted = {ticket.pk for ticket in tickets}
    reached = Ticket.objects.visible_to(actor).filter(one_of("pk", list(wanted)))
    if wanted - set(reached.order_by().values_list("pk", flat=True)):
        raise PermissionDenied("tickets.view_ticket")


def require_hand_over(account_ids: Collection[int], actor: Actor) -> None:
    """The open work of a leaver at these accounts: the desk, and their customer administrators for what they see."""
    require_manage(actor, account_ids)


def require_delete_tickets(actor: Actor) -> None:
    """Deleting takes the conversation along; managers do it, and only with the contact it belongs to."""
    actor.require("tickets.delete_ticket")


def require_repliable(tickets: Iterable[Ticket], actor: Actor) -> None:
    """Every one of the tickets must be within the actor's reach, at the level *see and reply*."""
    if actor.is_staff:
        return require_worker(actor, tickets, "tickets.add_message")
    wanted = {ticket.pk for ticket in tickets}
    allowed = set(Ticket.objects.repliable_by(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - allowed:
        raise PermissionDenied("tickets.reply")


def require_keep_private(ticket: Ticket, actor: Actor) -> None:
    """Whether others see a ticket is for its requester to say, and for the desk."""
    contact = actor.contact
    if contact is None or not contact.is_active or ticket.contact_id != contact.pk:
        require_worker(actor, [ticket])


def require_visible(ticket: Ticket, actor: Actor) -> None:
    if not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise PermissionDenied("tickets.view_ticket")


def require_status_change(tickets: Iterable[Ticket], to: TicketStatus, actor: Actor) -> None:
    """The desk sets any status, except out of a final one; a customer settles a ticket, or takes a solved one up again.

    Raises `TicketFinal` where the desk asks for too much, `PermissionDenied` where a customer does.
    """
    moving = [ticket for ticket in tickets if ticket.status_id != to.code]
    if actor.is_staff:
        require_worker(actor, tickets)
        final = [ticket for ticket in moving if not desk_may_move(ticket.status_kind, to.kind)]
        if final:
            raise TicketFinal(len(final))
        return
    require_repliable(tickets, actor)
    settable = to.is_default and to.kind in SET_BY_CUSTOMERS
    if not settable or not all(customer_may_move(ticket.status_kind, to.kind) for ticket in moving):
        raise PermissionDenied("tickets.change_ticket")
