"""How the history of an account's people reads for the account's customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from customers.administration.reach import CUSTOMERS_FIELDS
from helpdesk.core.words import phrase
from helpdesk.events.models import AuditEntry
from helpdesk.events.wording import actor_name, sentence

Data = dict[str, Any]


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
