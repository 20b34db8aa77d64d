"""Recording entries of the audit feed: what happened, by whom. Services do it in the transaction of their change;
nothing changes an entry afterwards but the erasure of a person, nothing deletes one but the pruning of old ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import insert_rows, new_ids
from helpdesk.events.consuming.fan_out import deliver, is_heard
from helpdesk.events.declaring import check
from helpdesk.events.models import AuditEntry
from helpdesk.events.versions import raise_versions


@dataclass(frozen=True)
class Happening:
    """One entry to be recorded. `subject` and `related` are saved model instances or (label, id) pairs."""

    code: str
    subject: Any
    related: Any = None
    data: dict[str, Any] = field(default_factory=dict)


def record(code: str, *, subject: Any, actor: Actor, related: Any = None, **data: Any) -> AuditEntry:
    """Record one happening. `data` must be plain JSON, changes as ``field=[old, new]``.

    Raises `UndeclaredEvent` in tests and in DEBUG for what no app has declared.
    """
    row = _row(Happening(code, subject, related, data))
    with transaction.atomic(savepoint=False):
        entry = AuditEntry(**dict(zip(_COLUMNS, (*row, *_by(actor)), strict=False)))
        entry.save(force_insert=True)
        raise_versions([row])
        if is_heard([code], actor=actor):
            deliver([(entry.pk, row)], actor=actor)
    return entry


def record_many(happenings: Iterable[Happening], *, actor: Actor, are_new: bool = False) -> None:
    """Record many happenings in one statement. Raises as `record` does.

    `are_new`: the subjects were created in this transaction, so nobody has a form of theirs open.
    """
    rows = [_row(happening) for happening in happenings]
    if rows:
        by = (*_by(actor), timezone.now())
        with transaction.atomic(savepoint=False):
            if is_heard({code for code, *_rest in rows}, actor=actor):
                ids = new_ids(AuditEntry, len(rows))
                numbered = ((pk, *row, *by) for pk, row in zip(ids, rows, strict=True))
                insert_rows(AuditEntry, ("id", *_COLUMNS), numbered)
                deliver(list(zip(ids, rows, strict=True)), actor=actor)
            else:
                insert_rows(AuditEntry, _COLUMNS, ((*row, *by) for row in rows))
            if not are_new:
                raise_versions(rows)


_COLUMNS = (
    "code subject_type subject_id related_type related_id data "
    "actor_kind actor_user_id actor_label cause_id depth batch created_at"
).split()


def _by(actor: Actor) -> tuple[Any, ...]:
    user, cause = actor.user and actor.user.pk, actor.cause and actor.cause.pk
    return actor.kind, user, actor.label[:200], cause, actor.depth, actor.batch


def _row(happening: Happening) -> tuple[Any, ...]:
    subject_type, subject_id = _reference(happening.subject)
    if subject_id is None:
        raise ValueError(f"{happening.code} has no saved subject")
    related_type, related_id = _reference(happening.related)
    if settings.HELPDESK_CHECKS_EVENTS:
        check(happening.code, subject_type, related_type, happening.data)
    return happening.code, subject_type, subject_id, related_type, related_id, happening.data


def _reference(thing: Any) -> tuple[str, int | None]:
    if thing is None:
        return "", None
    if isinstance(thing, models.Model):
        return thing._meta.label_lower, thing.pk
    label, identifier = thing
    return label, identifier


def changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[Any]]:
    """``{field: [old, new]}`` of the values that differ."""
    return {name: [old.get(name), value] for name, value in new.items() if old.get(name) != value}
