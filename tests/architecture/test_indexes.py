"""Every index costs each row that is written: none is there twice."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Index, Model, UniqueConstraint

OURS = ("customers", "tickets", "helpdesk", "portal")
MODELS = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


def first_columns(model: type[Model]) -> Iterator[str]:
    """The fields that an index over all rows begins with."""
    for index in model._meta.indexes:
        if type(index) is Index and index.fields and index.condition is None:
            yield index.fields[0].removeprefix("-")
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields and constraint.condition is None:
            yield constraint.fields[0]


def test_a_foreign_key_that_begins_an_index_has_none_of_its_own() -> None:
    twice = [
        f"{model._meta.label}.{field.name}"
        for model in MODELS
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and not field.unique
        if field.db_index and field.name in set(first_columns(model))
    ]
    assert twice == []
