"""How the history of an account's people reads: for everybody, and for the account's customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from customers.administration.reach import CUSTOMERS_FIELDS
from helpdesk.core.audit_words import actor_name, register, sentence
from helpdesk.core.models import AuditEntry
from helpdesk.core.words import phrase

Data = dict[str, Any]


def _invited(data: Data) -> str:
    if data["role"] == "administrator":
        return phrase("invited %(email)s as a customer administrator", email=data["email"])
    return phrase("invited %(email)s", email=data["email"])


def _handed_over(data: Data) -> str:
    if data["to"]:
        return phrase(
            "noted that %(name)s has left, and that %(to)s takes over", name=data["name"], to=data["to"]
        )
    return phrase("noted that %(name)s has left, and that nobody takes over", name=data["name"])


register("invitation.sent", _invited)
register("invitation.withdrawn", lambda d: phrase("withdrew the invitation of %(email)s", **d))
register("invitation.accepted", lambda d: phrase("accepted the invitation"))
register("invitation.declined", lambda d: phrase("noted that %(email)s declined the invitation", **d))
register(
    "join_request.made", lambda d: phrase("noted that %(contact)s asks to join this %(term_account)s", **d)
)
register("join_request.accepted", lambda d: phrase("accepted that %(contact)s joins", **d))
register("join_request.declined", lambda d: phrase("declined that %(contact)s joins", **d))
register("contact.deactivated", lambda d: phrase("closed the sign-in of %(name)s", **d))
register("contact.handed_over", _handed_over)


# --- For customers -------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One entry of the history as a customer reads it."""

    at: datetime
    text: str


def line_for_customers(entry: AuditEntry) -> Line:
    """People of the desk are the desk; what an entry says beyond the account is left out."""
    told = AuditEntry(code=entry.code, data=_for_customers(entry))
    if entry.actor_kind == AuditEntry.ActorKind.CONTACT:
        text = phrase("%(person)s %(what)s", person=actor_name(entry), what=sentence(told))
    else:
        text = phrase("%(program)s %(what)s", program=settings.HELPDESK_NAME, what=sentence(told))
    return Line(entry.created_at, text)


def _for_customers(entry: AuditEntry) -> Data:
    """Which account is somebody's primary one, and what the desk notes about the account, is no business of
    theirs; what a change opened may be at other accounts."""
    data = {
        name: value for name, value in entry.data.items() if name not in ("primary", "deleted", "exposure")
    }
    if entry.code == "account.changed":
        shown = {name: pair for name, pair in data["changes"].items() if name in CUSTOMERS_FIELDS}
        return {"changes": shown}
    return data
