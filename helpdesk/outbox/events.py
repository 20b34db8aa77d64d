"""Events of the outbox and of background tasks."""

from __future__ import annotations

from helpdesk.core.words import phrase
from helpdesk.events.declaring import TEXT, Event, declare
from helpdesk.outbox.letters import title_of

DELIVERY, USER = "outbox.delivery", "core.user"

declare(
    Event(
        "delivery.retried",
        lambda d: phrase("retried an email: %(kind)s", kind=title_of(d["kind"])),
        DELIVERY,
        data={"kind": TEXT},
    ),
    Event(
        "delivery.discarded",
        lambda d: phrase("discarded an email: %(kind)s", kind=title_of(d["kind"])),
        DELIVERY,
        data={"kind": TEXT},
    ),
    Event(
        "task.run_again",
        lambda d: phrase("ran a background task again: %(task)s", task=d["task"]),
        USER,
        data={"task": TEXT},
    ),
    Event(
        "task.discarded",
        lambda d: phrase("discarded a background task: %(task)s", task=d["task"]),
        USER,
        data={"task": TEXT},
    ),
)
