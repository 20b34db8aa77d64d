"""Versions of forms: whether somebody saved a record after its form was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from helpdesk.events.declaring import editing_codes, event_of
from helpdesk.events.models import AuditEntry, FormVersion


def version_of(record: Model) -> int:
    """A number that grows with every recorded change of what the record's form shows; 0 before the first.

    A page asks before it reads the record: what is saved in between then counts as newer than what it shows.
    """
    rows = FormVersion.objects.filter(subject_type=record._meta.label_lower, subject_id=record.pk)
    return rows.values_list("number", flat=True).first() or 0


def edits_since(record: Model, version: int, present: int) -> QuerySet[AuditEntry]:
    """The entries of the record's changes between two versions, newest first; fewer where the feed was pruned."""
    label = record._meta.label_lower
    edits = AuditEntry.objects.filter(subject_type=label, subject_id=record.pk, code__in=editing_codes(label))
    return edits.select_related("actor_user").order_by("-id")[: max(0, present - version)]


def raise_versions(rows: Collection[Sequence[Any]]) -> None:
    """Raise the versions of the subjects of these entries: code, label and id of the subject, and what follows."""
    editing: Counter[tuple[str, int]] = Counter()
    for code, label, identifier, *_rest in rows:
        event = event_of(code)
        if event is not None and event.edits_form:
            editing[label, identifier] += 1
    for label in sorted({label for label, _identifier in editing}):
        # In the order of ids, so that two calls wait for each other and never in a circle.
        _raise(label, sorted((key, number) for (of, key), number in editing.items() if of == label))


def _raise(label: str, numbers: list[tuple[int, int]]) -> None:
    table = connection.ops.quote_name(FormVersion._meta.db_table)
    conflict = (
        f"ON CONFLICT (subject_type, subject_id) DO UPDATE SET number = {table}.number + excluded.number"
    )
    into = f"INSERT INTO {table} (subject_type, subject_id, number)"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            keys, counts = zip(*numbers, strict=True)
            cursor.execute(
                f"{into} SELECT %s, * FROM unnest(%s::bigint[], %s::int[]) {conflict}",  # noqa: S608 - our own names
                [label, list(keys), list(counts)],
            )
        else:
            cursor.executemany(
                f"{into} VALUES (%s, %s, %s) {conflict}",
                [(label, key, number) for key, number in numbers],
            )
