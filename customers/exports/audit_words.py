"""How an export reads in the audit feed."""

from __future__ import annotations

from typing import Any

from helpdesk.core.audit_words import register
from helpdesk.core.words import phrase_n


def _made(data: dict[str, Any]) -> str:
    number = data["rows"]
    if data["list"] == "contacts":
        return phrase_n("exported %(n)s %(term_contact)s", "exported %(n)s %(term_contacts)s", number)
    if data["list"] == "accounts":
        return phrase_n("exported %(n)s %(term_account)s", "exported %(n)s %(term_accounts)s", number)
    return phrase_n("exported %(n)s %(term_ticket)s", "exported %(n)s %(term_tickets)s", number)


register("export.made", _made)
