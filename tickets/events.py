"""Events of tickets, and where their readers find a ticket."""

from __future__ import annotations

from typing import Any

from helpdesk.core.words import phrase
from helpdesk.events.declaring import CHANGES, LIST, NUMBER, TEXT, Event, declare
from helpdesk.events.wording import Place, register_place
from tickets.models import Ticket
from tickets.statuses import status_of

Data = dict[str, Any]


def _created(data: Data) -> str:
    subject = data["subject_line"]
    if "entered_for" in data:
        name = data["entered_for"]
        return phrase("created this %(term_ticket)s for %(name)s: %(subject)s", name=name, subject=subject)
    if "acting" in data:
        return phrase(
            "created this %(term_ticket)s for %(account)s, as %(responsibility)s: %(subject)s",
            subject=subject,
            **data["acting"],
        )
    return phrase("created this %(term_ticket)s: %(subject)s", subject=subject)


def _replied(data: Data) -> str:
    if "acting" in data:
        return phrase("replied for %(account)s, as %(responsibility)s", **data["acting"])
    return phrase("replied")


def _status(data: Data) -> str:
    kinds = data.get("status_kind", ["", ""])
    old, new = (status_of(code, kind).label for code, kind in zip(data["status"], kinds, strict=True))
    return phrase("changed the status from %(old)s to %(new)s", old=old, new=new)


def _priority(data: Data) -> str:
    old, new = (str(dict(Ticket.Priority.choices)[value]) for value in data["priority"])
    return phrase("changed the priority from %(old)s to %(new)s", old=old, new=new)


def _assigned(data: Data) -> str:
    old, new = data["assignee"]
    if not new:
        return phrase("took this from %(old)s and left it unassigned", old=old)
    return phrase("assigned this to %(new)s", new=new)


def _account(data: Data) -> str:
    old, new = data["account"]
    if not new:
        return phrase("took away the %(term_account)s %(old)s", old=old)
    if not old:
        return phrase("set the %(term_account)s to %(new)s", new=new)
    return phrase("changed the %(term_account)s from %(old)s to %(new)s", old=old, new=new)


def _department(data: Data) -> str:
    _old, new = data["department"]
    if not new:
        return phrase("took away the %(term_department)s")
    return phrase("moved this to the %(term_department)s %(new)s", new=new)


def _contact(data: Data) -> str:
    old, new = data["contact"]
    return phrase("changed the requester from %(old)s to %(new)s", old=old, new=new)


def _privacy(data: Data) -> str:
    _old, new = data["is_private"]
    return phrase("made this private to the requester") if new else phrase("shared this again")


def _account_deleted(data: Data) -> str:
    return phrase("deleted the %(term_account)s %(name)s", name=data["account"][0])


def _ticket(number: int) -> Place:
    ticket = Ticket(pk=number)
    return Place(ticket.reference, ticket.get_absolute_url())


register_place("tickets.ticket", _ticket)

TICKET, CONTACT = "tickets.ticket", "customers.contact"

declare(
    Event(
        "ticket.created",
        _created,
        TICKET,
        CONTACT,
        data={"subject_line": TEXT, "entered_for": TEXT, "acting": CHANGES, "message": NUMBER},
    ),
    Event(
        "ticket.deleted",
        lambda d: phrase("deleted the %(term_ticket)s “%(subject)s”", subject=d["subject"]),
        TICKET,
        data={"subject": TEXT},
    ),
    Event("ticket.replied", _replied, TICKET, data={"message": NUMBER, "acting": CHANGES}),
    Event(
        "ticket.note_added",
        lambda d: phrase("added an internal note"),
        TICKET,
        data={"message": NUMBER},
    ),
    Event("ticket.status_changed", _status, TICKET, data={"status": LIST, "status_kind": LIST}),
    Event("ticket.priority_changed", _priority, TICKET, data={"priority": LIST}),
    Event("ticket.assigned", _assigned, TICKET, data={"assignee": LIST}),
    Event("ticket.account_changed", _account, TICKET, data={"account": LIST}),
    Event("ticket.account_deleted", _account_deleted, TICKET, data={"account": LIST}),
    Event("ticket.department_changed", _department, TICKET, data={"department": LIST}),
    Event("ticket.contact_changed", _contact, TICKET, data={"contact": LIST}),
    Event(
        "ticket.method_changed",
        lambda d: phrase("moved this to %(method)s", method=d["method"][1]),
        TICKET,
        data={"method": LIST},
    ),
    Event("ticket.privacy_changed", _privacy, TICKET, data={"is_private": LIST}),
    Event("ticket.followed", lambda d: phrase("followed this %(term_ticket)s"), TICKET),
    Event(
        "ticket.participant_added",
        lambda d: phrase("added %(address)s as a participant", address=d["address"]),
        TICKET,
        CONTACT,
        data={"address": TEXT},
    ),
    Event(
        "ticket.participant_removed",
        lambda d: phrase("took %(address)s out of the participants", address=d["address"]),
        TICKET,
        CONTACT,
        data={"address": TEXT},
    ),
    Event("ticket.unfollowed", lambda d: phrase("stopped following this %(term_ticket)s"), TICKET),
    Event(
        "ticket.subject_changed",
        lambda d: phrase("changed the subject to “%(new)s”", new=d["subject"][1]),
        TICKET,
        data={"subject": LIST},
    ),
)
