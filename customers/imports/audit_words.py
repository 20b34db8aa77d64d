"""How an import reads in the audit feed."""

from __future__ import annotations

from typing import Any

from customers.services.exposure import opened
from helpdesk.core.audit_words import register
from helpdesk.core.words import phrase, phrase_n


def _uploaded(data: dict[str, Any]) -> str:
    return phrase_n(
        "uploaded %(name)s with %(n)s row", "uploaded %(name)s with %(n)s rows", data["rows"], **data
    )


def _started(data: dict[str, Any]) -> str:
    return phrase("started the import of %(name)s", **data) + opened(data)


def _finished(data: dict[str, Any]) -> str:
    if data.get("kind") == "accounts":
        return phrase_n(
            "finished the import of %(name)s: %(n)s %(term_account)s added, %(updated)s updated",
            "finished the import of %(name)s: %(n)s %(term_accounts)s added, %(updated)s updated",
            data["created"],
            **data,
        )
    return phrase_n(
        "finished the import of %(name)s: %(n)s %(term_contact)s added, %(updated)s updated",
        "finished the import of %(name)s: %(n)s %(term_contacts)s added, %(updated)s updated",
        data["created"],
        **data,
    )


def _cancelled(data: dict[str, Any]) -> str:
    return phrase("stopped the import of %(name)s", **data)


def _undo_started(data: dict[str, Any]) -> str:
    return phrase("took back the import of %(name)s", **data)


def _undone(data: dict[str, Any]) -> str:
    return phrase_n(
        "finished taking back the import of %(name)s: %(n)s record restored",
        "finished taking back the import of %(name)s: %(n)s records restored",
        data["records"],
        **data,
    )


register("import.uploaded", _uploaded)
register("import.started", _started)
register("import.finished", _finished)
register("import.cancelled", _cancelled)
register("import.resumed", lambda d: phrase("let the import of %(name)s go on", **d))
register("import.undo_started", _undo_started)
register("import.undone", _undone)
