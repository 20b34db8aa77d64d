"""The audit feed: what happened, by whom. Services write it in their own transaction; nothing changes or deletes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.core.bulk import insert_rows
from helpdesk.core.models import AuditEntry


@dataclass(frozen=True)
class Happening:
    """One entry to be recorded. `subject` and `related` are saved model instances or (label, id) pairs."""

    code: str
    subject: Any
    related: Any = None
    data: dict[str, Any] = field(default_factory=dict)


def _reference(thing: Any) -> tuple[str, int | None]:
    if thing is None:
        return "", None
    if isinstance(thing, models.Model):
        return thing._meta.label_lower, thing.pk
    label, identifier = thing
    return label, identifier


def _entry(happening: Happening, actor: Actor) -> AuditEntry:
    subject_type, subject_id = _reference(happening.subject)
    if subject_id is None:
        raise ValueError(f"{happening.code} has no saved subject")
    related_type, related_id = _reference(happening.related)
    return AuditEntry(
        code=happening.code,
        subject_type=subject_type,
        subject_id=subject_id,
        related_type=related_type,
        related_id=related_id,
        data=happening.data,
        actor_kind=actor.kind,
        actor_user=actor.user,
        actor_label=actor.label[:200],
        cause=actor.cause,
        depth=actor.depth,
    )


def record(code: str, *, subject: Any, actor: Actor, related: Any = None, **data: Any) -> AuditEntry:
    """Record one happening. `data` must be plain JSON, changes as ``field=[old, new]``."""
    entry = _entry(Happening(code, subject, related, data), actor)
    entry.save(force_insert=True)
    return entry


def record_many(happenings: Iterable[Happening], *, actor: Actor) -> None:
    """Record many happenings in one statement."""
    rows = [_row(happening) for happening in happenings]
    if rows:
        now, by = timezone.now(), (actor.kind, actor.user and actor.user.pk, actor.label[:200])
        caused = (actor.cause and actor.cause.pk, actor.depth, now, None)
        insert_rows(AuditEntry, _COLUMNS, ((*row, *by, *caused) for row in rows))


_COLUMNS = (
    "code subject_type subject_id related_type related_id data "
    "actor_kind actor_user_id actor_label cause_id depth created_at processed_at"
).split()


def _row(happening: Happening) -> tuple[Any, ...]:
    subject_type, subject_id = _reference(happening.subject)
    if subject_id is None:
        raise ValueError(f"{happening.code} has no saved subject")
    return (happening.code, subject_type, subject_id, *_reference(happening.related), happening.data)


def timeline(thing: models.Model, former_ids: Iterable[int] = ()) -> models.QuerySet[AuditEntry]:
    """Everything recorded about a thing, or about others in relation to it; newest first.

    `former_ids`: those of things that became part of it.
    """
    label, ids = thing._meta.label_lower, {thing.pk, *former_ids}
    return (
        AuditEntry.objects.filter(
            Q(subject_type=label, subject_id__in=ids) | Q(related_type=label, related_id__in=ids)
        )
        .select_related("actor_user")
        .order_by("-id")
    )


def changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[Any]]:
    """``{field: [old, new]}`` of the values that differ."""
    return {name: [old.get(name), value] for name, value in new.items() if old.get(name) != value}
