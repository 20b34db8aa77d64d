"""All that a ticket page shows, gathered in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from customers.models import Account, Contact
from helpdesk.core.models import Department
from helpdesk.core.web.requests import DeskRequest
from tickets.filters import agents
from tickets.models import Draft, Message, Ticket
from tickets.places import place_of
from tickets.services.access import seen_again_by, seen_by
from tickets.services.addressees import requester_unreached
from tickets.services.drafts import Place, draft_in
from tickets.services.following import is_following
from tickets.services.identity import confirmed_identity
from tickets.services.letters import letters_of
from tickets.services.thread import Thread, read_thread
from tickets.status_kinds import SET_BY_REPLIES, StatusKind, after_desk_reply, desk_may_move
from tickets.statuses import Status, status_of, statuses_in_use

OTHERS = 4


@dataclass
class Acting:
    """An account that the requester acts for, and as what."""

    account: Account
    responsibilities: list[str] = field(default_factory=list)


@dataclass
class Composed:
    """What stands in the composer: nothing, the draft, or what could not be sent and why."""

    body: str = ""
    kind: str = "reply"
    error: str = ""
    draft: Draft | None = None


def composed_for(request: DeskRequest, ticket: Ticket, refused: Composed | None) -> Composed:
    """What was refused stays as it was sent; else the reader's draft, as the reply or the note that it is."""
    draft = draft_in(Place(Draft.Kind.REPLY, ticket), actor=request.actor)
    if refused:
        return replace(refused, draft=draft)
    return Composed(draft.body, draft.kind, draft=draft) if draft else Composed()


def responsibilities_of(contact: Contact) -> list[Acting]:
    """Accounts that a contact has responsibilities on, be it one of their own or of others, with these."""
    found: dict[int, Acting] = {}
    for row in contact.acting_for.order_by("account__search", "responsibility__name"):
        found.setdefault(row.account_id, Acting(row.account)).responsibilities.append(row.responsibility.name)
    return list(found.values())


def acting_for(contact: Contact) -> list[Acting]:
    """Those of accounts that the contact does not belong to. Prefetch with `with_accounts()`."""
    return [each for each in responsibilities_of(contact) if each.account.pk not in contact.account_ids]


def requester_context(ticket: Ticket) -> dict[str, Any]:
    """The requester with all accounts; the choices of the ticket's account."""
    contact = Contact.objects.with_accounts().with_methods().get(pk=ticket.contact_id)
    associations = contact.ordered_associations
    duties = {each.account.pk: each for each in responsibilities_of(contact)}
    acting = [each for each in duties.values() if each.account.pk not in contact.account_ids]
    primary = associations[0].account_id if associations else None
    return {
        "requester": contact,
        "identity": confirmed_identity(ticket),
        "associations": associations,
        "duties": [(place, duties.get(place.account_id)) for place in associations],
        "acting": acting,
        "acting_accounts": [entry.account for entry in acting],
        "account_mark": _mark(ticket.account_id, primary, {entry.account.pk for entry in acting}),
    }


def _mark(account_id: int | None, primary: int | None, acting: set[int]) -> str:
    if account_id is not None and account_id == primary:
        return "primary"
    return "acting" if account_id in acting else "none"


def other_tickets(ticket: Ticket, request: DeskRequest) -> dict[str, Any]:
    """Other open tickets of the same account, or of the same contact when there is no account."""
    same = {"account": ticket.account_id} if ticket.account_id else {"contact": ticket.contact_id}
    rows = Ticket.objects.visible_to(request.actor).open().filter(**same).exclude(pk=ticket.pk)
    newest = list(rows.select_related("contact").order_by("-updated_at", "-id")[: OTHERS + 1])
    return {"others": newest[:OTHERS], "more_others": len(newest) > OTHERS}


def property_choices(ticket: Ticket) -> dict[str, Any]:
    """What the properties of a ticket can be set to."""
    return {
        "agents": agents(),
        "departments": Department.objects.filter(is_active=True),
        "statuses": [
            status for status in statuses_in_use() if desk_may_move(ticket.status_kind, status.kind)
        ],
        "priorities": Ticket.Priority.choices,
    }


def ticket_context(request: DeskRequest, ticket: Ticket, composed: Composed | None = None) -> dict[str, Any]:
    """The context of the ticket page and of every fragment of it."""
    requester = requester_context(ticket)
    return {
        "ticket": ticket,
        "place": place_of(request, ticket),
        "thread": _thread(request, ticket),
        "unreached": requester_unreached(ticket, requester["requester"], actor=request.actor),
        "composed": composed_for(request, ticket, composed),
        "reply_statuses": _reply_statuses(ticket),
        "following": is_following(ticket, actor=request.actor),
        "seen_by": seen_by(ticket),
        "seen_again_by": seen_again_by(ticket),
        **requester,
        **other_tickets(ticket, request),
        **property_choices(ticket),
    }


def _thread(request: DeskRequest, ticket: Ticket) -> Thread:
    """The conversation, each message with what became of its letters."""
    thread = read_thread(ticket, actor=request.actor, everything="all" in request.GET)
    messages = [item for item in thread.items if isinstance(item, Message)]
    letters = letters_of(messages)
    for message in messages:
        message.letters = letters.get(message.pk)
    return thread


def _reply_statuses(ticket: Ticket) -> list[Status]:
    """What a reply can set: pending first, the usual one; then as it is, open and solved; then what else there is of
    these kinds."""
    stays = after_desk_reply(ticket.status_kind) or ticket.status_id
    first = [StatusKind.PENDING, stays, StatusKind.OPEN, StatusKind.SOLVED]
    others = [status.code for status in statuses_in_use() if status.kind in SET_BY_REPLIES]
    return [status_of(code) for code in dict.fromkeys([*map(str, first), *others])]
