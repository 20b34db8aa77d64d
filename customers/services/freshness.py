"""Forms of contacts and accounts that were open while somebody else saved the same record."""

from __future__ import annotations

from customers.errors.records import ChangedMeanwhile
from customers.models import Account, Contact
from helpdesk.events.versions import edits_since, version_of
from helpdesk.events.wording import told

MOST_TOLD = 5


def refuse_stale(record: Contact | Account, expected: int | None) -> None:
    """Raise `ChangedMeanwhile` when the locked `record` is no longer at the version `expected`
    (`helpdesk.events.versions.version_of`).

    None is for whoever shows no form: an import, a workflow.
    """
    if expected is None or (present := version_of(record)) == expected:
        return
    newer = edits_since(record, expected, present)[:MOST_TOLD]
    raise ChangedMeanwhile(str(record), present, "; ".join(told(entry) for entry in reversed(newer)))
