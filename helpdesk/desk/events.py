"""Events of what the desk sets for itself."""

from __future__ import annotations

from helpdesk.core.words import phrase
from helpdesk.events.declaring import TEXT, Event, declare

TERM = "core.term"

declare(
    Event(
        "term.changed",
        lambda d: phrase("set the word for %(key)s to %(singular)s", key=d["key"], singular=d["singular"]),
        TERM,
        data={"key": TEXT, "language": TEXT, "singular": TEXT, "plural": TEXT},
    ),
    Event(
        "term.deleted",
        lambda d: phrase("took back the word for %(key)s", key=d["key"]),
        TERM,
        data={"key": TEXT, "language": TEXT},
    ),
    Event("definition.changed", lambda d: phrase("defined %(name)s", name=d["name"]), data={"name": TEXT}),
    Event(
        "definition.deleted",
        lambda d: phrase("deleted the definition %(name)s", name=d["name"]),
        data={"name": TEXT},
    ),
)
