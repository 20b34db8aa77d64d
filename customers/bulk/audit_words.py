"""How a bulk update reads in the audit feed."""

from __future__ import annotations

from typing import Any

from customers.services.exposure import opened
from helpdesk.core.audit_words import register
from helpdesk.core.words import phrase, phrase_n


def _started(data: dict[str, Any]) -> str:
    return phrase_n(
        "started a bulk update of %(n)s %(term_contact)s",
        "started a bulk update of %(n)s %(term_contacts)s",
        data["contacts"],
    ) + opened(data)


def _finished(data: dict[str, Any]) -> str:
    return phrase_n(
        "finished a bulk update: %(n)s %(term_contact)s changed, %(left_out)s left out",
        "finished a bulk update: %(n)s %(term_contacts)s changed, %(left_out)s left out",
        data["changed"],
        left_out=data["left_out"],
    )


def _undone(data: dict[str, Any]) -> str:
    return phrase_n(
        "finished taking back a bulk update: %(n)s %(term_contact)s as before",
        "finished taking back a bulk update: %(n)s %(term_contacts)s as before",
        data["contacts"],
    ) + opened(data)


register("bulk_update.started", _started)
register("bulk_update.finished", _finished)
register("bulk_update.cancelled", lambda d: phrase("stopped a bulk update"))
register("bulk_update.resumed", lambda d: phrase("let a bulk update go on"))
register("bulk_update.undo_started", lambda d: phrase("took back a bulk update"))
register("bulk_update.undone", _undone)
