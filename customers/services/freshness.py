"""Forms that were open while somebody else saved the same record."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from customers.errors.records import ChangedMeanwhile
from customers.models import Account, Contact
from helpdesk.core.audit_words import told
from helpdesk.core.models import AuditEntry

MOST_TOLD = 5
# What the form of a record shows. The ways to reach a contact have forms of their own.
EDITS = (
    "contact.changed",
    "contact.tagged",
    "association.added",
    "association.removed",
    "association.changed",
    "association.primary_changed",
    "association.reordered",
    "account.changed",
    "account.domains_changed",
    "contact.merged",
    "contact.merge_undone",
    "account.merged",
    "account.merge_undone",
    "association.merged",
    "association.merge_undone",
)


def version_of(record: Contact | Account) -> int:
    """A number that grows with every change of what the record's form shows: the newest such entry of its history.

    A page asks before it reads the record: what is saved in between then counts as newer than what it shows.
    """
    return _edits(record).aggregate(newest=Max("id"))["newest"] or 0


def refuse_stale(record: Contact | Account, expected: int | None) -> None:
    """Raise `ChangedMeanwhile` when the locked `record` is no longer at the version `expected`.

    None is for whoever shows no form: an import, a workflow.
    """
    if expected is None or (version := version_of(record)) == expected:
        return
    newer = _edits(record).filter(id__gt=expected).select_related("actor_user").order_by("-id")[:MOST_TOLD]
    raise ChangedMeanwhile(str(record), version, "; ".join(told(entry) for entry in reversed(newer)))


def _edits(record: Contact | Account) -> QuerySet[AuditEntry]:
    label = record._meta.label_lower
    return AuditEntry.objects.filter(subject_type=label, subject_id=record.pk, code__in=EDITS)
