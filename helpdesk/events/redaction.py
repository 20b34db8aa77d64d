"""Taking a person out of what the desk has written down: the one thing that ever changes the audit feed.

Only the erasure of a person calls this, and records itself (`customers.erasing.contacts`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, F, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django_tasks_db.models import DBTaskResult

from helpdesk.core.models import User
from helpdesk.events.declaring import event_of
from helpdesk.events.models import AuditEntry, EventDelivery

GONE = "…"
BATCH = 500
Leaf = Callable[[str], str]


@dataclass(frozen=True)
class Traces:
    """What tells who somebody is: `names` become `label` where a text is exactly that, `exact` ones go where a text is
    exactly that, `within` (addresses, phone numbers) wherever they stand."""

    label: str
    names: frozenset[str]
    exact: frozenset[str]
    within: frozenset[str]
    shared: frozenset[str] = frozenset()
    """Names that somebody else has as well: far from the person they may mean the other one."""

    @property
    def unmistakable(self) -> Traces:
        """Those that can mean nobody else."""
        return replace(self, names=self.names - self.shared)

    def replaced(self, text: str) -> str:
        """The text without the person."""
        bare = text.strip().casefold()
        if any(bare == name.casefold() for name in self.names):
            return self.label
        if any(bare == known.casefold() for known in self.exact):
            return GONE
        for known in sorted(self.within, key=len, reverse=True):
            text = re.sub(re.escape(known), GONE, text, flags=re.IGNORECASE)
        return text

    def mention(self, column: str) -> Q:
        """Rows whose text may speak of the person, before anybody looks closely."""
        found = Q(pk__in=())
        for known in {*self.names, *self.exact, *self.within}:
            found |= Q(**{f"{column}__icontains": known})
            escaped = json.dumps(known)[1:-1]
            if escaped != known:
                found |= Q(**{f"{column}__icontains": escaped})
        return found


def tree(value: Any, leaf: Leaf) -> Any:
    """A JSON value with each text in it put through `leaf`."""
    if isinstance(value, str):
        return leaf(value)
    if isinstance(value, list):
        return [tree(item, leaf) for item in value]
    if isinstance(value, dict):
        return {key: tree(item, leaf) for key, item in value.items()}
    return value


def stripped(code: str, data: dict[str, Any], traces: Traces) -> dict[str, Any]:
    """The data of an entry about the person themself: what its event declares as personal is emptied, the rest loses
    names and addresses. Of an event that nobody declares any more everything is emptied."""
    event = event_of(code)
    personal = frozenset(data if event is None else event.personal)
    return {key: _part(key, value, personal, traces) for key, value in data.items()}


def _part(path: str, value: Any, personal: frozenset[str], traces: Traces) -> Any:
    if path in personal:
        return _emptied(value, traces)
    if isinstance(value, dict):
        return {key: _part(f"{path}.{key}", item, personal, traces) for key, item in value.items()}
    return tree(value, traces.replaced)


def _emptied(value: Any, traces: Traces) -> Any:
    """Only names of keys and yes or no are left of it."""
    if isinstance(value, str):
        return traces.label if traces.replaced(value) == traces.label else (GONE if value else "")
    if isinstance(value, list):
        return [_emptied(item, traces) for item in value]
    if isinstance(value, dict):
        return {key: _emptied(item, traces) for key, item in value.items()}
    return value if isinstance(value, bool) or value is None else GONE


def mentioning(rows: QuerySet[Any], column: str, traces: Traces) -> QuerySet[Any]:
    """Those of the rows whose column, a text or JSON, may mention the person."""
    return rows.annotate(_told=Cast(F(column), TextField())).filter(traces.mention("_told"))


def redact_rows(rows: QuerySet[Any], columns: Iterable[str], traces: Traces) -> int:
    """Take the person out of these columns, texts or JSON, of the rows that mention them; says of how many."""
    number = 0
    for column in columns:
        found = mentioning(rows, column, traces).iterator(chunk_size=BATCH)
        changed = [row for row in found if _set(row, column, tree(getattr(row, column), traces.replaced))]
        rows.model._default_manager.bulk_update(changed, [column], batch_size=BATCH)
        number += len(changed)
    return number


def _set(row: Model, column: str, value: Any) -> bool:
    if getattr(row, column) == value:
        return False
    field = row._meta.get_field(column)
    if isinstance(field, CharField) and isinstance(value, str):
        value = value[: field.max_length]
    setattr(row, column, value)
    return True


def entries_about(label: str, numbers: Iterable[int]) -> QuerySet[AuditEntry]:
    """Entries whose subject is one of these records of a model (``customers.contact``)."""
    return AuditEntry.objects.filter(subject_type=label, subject_id__in=list(numbers))


def redact_feed(label: str, numbers: Iterable[int], traces: Traces, *, user: User | None = None) -> int:
    """Take a person out of the audit feed: all that was recorded about them (under their numbers: merged records had
    their own), and their names and addresses in what was recorded about others. Codes, times and order stay. Says of
    how many entries something went."""
    numbers = list(numbers)
    about = entries_about(label, numbers)
    changed = [entry for entry in about if _set(entry, "data", stripped(entry.code, entry.data, traces))]
    AuditEntry.objects.bulk_update(changed, ["data"], batch_size=BATCH)
    related = AuditEntry.objects.filter(related_type=label, related_id__in=numbers)
    number = len(changed) + redact_rows(related, ["data"], traces)
    number += redact_rows(AuditEntry.objects.all(), ["data", "actor_label"], traces.unmistakable)
    redact_rows(EventDelivery.objects.exclude(failure=""), ["failure"], traces.unmistakable)
    if user:
        number += AuditEntry.objects.filter(actor_user=user).update(actor_label=traces.label)
    return number


def redact_tasks(traces: Traces) -> int:
    """Take a person out of what background work left behind: arguments, results, the words of failures."""
    columns = ["args_kwargs", "return_value", "traceback"]
    return redact_rows(DBTaskResult.objects.all(), columns, traces.unmistakable)
