"""Events of the audit feed itself."""

from __future__ import annotations

from helpdesk.core.words import phrase
from helpdesk.events.declaring import TEXT, Event, declare

declare(
    Event(
        "dead_letter.run_again",
        lambda d: phrase("ran an event again for %(consumer)s", consumer=d["consumer"]),
        "events.eventdelivery",
        data={"consumer": TEXT},
    ),
)
