"""Letting everything that points at one record point at another, whatever app it belongs to.

Read from Django's own metadata: a relation that somebody adds tomorrow is moved without a word here. A row that would
stand twice (the same follower of the same ticket), or that could not stand at all (a link of an account with itself),
is dropped and noted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q, QuerySet, UniqueConstraint

from customers.merging.notes import Notes


def relations_to(target: type[models.Model]) -> list[Any]:
    """Every foreign key that points at the model; the hidden ones and those of many-to-many tables too."""
    found: Any = target._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in found
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]


def counts_by(field: Any, identifiers: Collection[int]) -> dict[int, int]:
    """How many rows point at each of these records: one query."""
    rows = field.model._base_manager.filter(**{f"{field.name}__in": identifiers}).order_by()
    return dict(rows.values_list(field.attname).annotate(models.Count("pk")))


def repoint(field: Any, source: int, survivor: int, *, notes: Notes) -> None:
    """Move what points at `source` through this foreign key to `survivor`."""
    in_the_way = _doubles(field, source, survivor) | _unfit(field, source, survivor)
    for row in field.model._base_manager.filter(pk__in=in_the_way).order_by("pk"):
        notes.removed(row)
    field.model._base_manager.filter(pk__in=in_the_way).delete()
    rows = _pointing(field, source)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        rows.update(**{field.attname: survivor})
        notes.moved(field, source, survivor, ids)


def _pointing(field: Any, at: int) -> QuerySet[Any]:
    rows: QuerySet[Any] = field.model._base_manager.filter(**{field.attname: at})
    return rows


def unique_with(field: Any) -> Iterator[tuple[list[str], Q | None]]:
    """What else makes a row unique together with this foreign key, and under which condition."""
    for constraint in field.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and field.name in constraint.fields:
            yield [name for name in constraint.fields if name != field.name], constraint.condition
    for names in field.model._meta.unique_together:
        if field.name in names:
            yield [name for name in names if name != field.name], None
    if field.unique:
        yield [], None


def _doubles(field: Any, source: int, survivor: int) -> set[Any]:
    """Rows that say of the source what another row says of the survivor already."""
    doubles: set[Any] = set()
    for others, condition in unique_with(field):
        rows = [_pointing(field, at).filter(condition or Q()) for at in (survivor, source)]
        taken = set(rows[0].values_list(*others)) if others else {()} if rows[0].exists() else set()
        if taken:
            keys = ((pk, tuple(key)) for pk, *key in rows[1].values_list("pk", *others))
            doubles |= {pk for pk, key in keys if key in taken and None not in key}
    return doubles


def _unfit(field: Any, source: int, survivor: int) -> set[Any]:
    """Rows that also point at the survivor through another foreign key, and may not do so through both."""
    siblings = [
        other
        for other in field.model._meta.concrete_fields
        if other.is_relation and other != field and other.related_model is field.related_model
    ]
    unfit: set[Any] = set()
    for other in siblings:
        for row in _pointing(field, source).filter(**{other.attname: survivor}):
            setattr(row, field.attname, survivor)
            if not _may_stand(row):
                unfit.add(row.pk)
    return unfit


def _may_stand(row: models.Model) -> bool:
    checks = [each for each in row._meta.constraints if isinstance(each, CheckConstraint)]
    try:
        for constraint in checks:
            constraint.validate(type(row), row)
    except ValidationError:
        return False
    return True
