"""How an import reads in the audit feed."""

from __future__ import annotations

from typing import Any

from helpdesk.core.audit_words import register
from helpdesk.core.words import phrase, phrase_n


def _uploaded(data: dict[str, Any]) -> str:
    return phrase_n(
        "uploaded %(name)s with %(n)s row", "uploaded %(name)s with %(n)s rows", data["rows"], **data
    )


def _started(data: dict[str, Any]) -> str:
    return phrase("started the import of %(name)s", **data)


def _finished(data: dict[str, Any]) -> str:
    return phrase_n(
        "finished the import of %(name)s: %(n)s %(term_contact)s added",
        "finished the import of %(name)s: %(n)s %(term_contacts)s added",
        data["created"],
        **data,
    )


register("import.uploaded", _uploaded)
register("import.started", _started)
register("import.finished", _finished)
