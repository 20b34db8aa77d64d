"""How the outbox's entries of the audit feed read."""

from __future__ import annotations

from helpdesk.core.audit_words import register
from helpdesk.core.words import phrase
from helpdesk.outbox.letters import title_of

register("delivery.retried", lambda d: phrase("retried an email: %(kind)s", kind=title_of(d["kind"])))
register("delivery.discarded", lambda d: phrase("discarded an email: %(kind)s", kind=title_of(d["kind"])))
register("task.run_again", lambda d: phrase("ran a background task again: %(task)s", task=d["task"]))
register("task.discarded", lambda d: phrase("discarded a background task: %(task)s", task=d["task"]))
