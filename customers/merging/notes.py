"""What a merge does to the rows of the desk, each step noted as plain data, so that all of it can be taken back.

Every step names the model and what the columns were before and after. `merge_undo` reads them from the last to the
first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models

from customers.models import Association
from helpdesk.core.database.bulk import insert_rows

Row = dict[str, Any]
Step = dict[str, Any]
MOVED, REMOVED, CHANGED, LISTED, PLACES = "moved", "removed", "changed", "listed", "places"


def columns(model: type[models.Model]) -> list[Any]:
    """The columns that are written: all but what the database derives."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def row_of(instance: models.Model) -> Row:
    """All its columns as plain data."""
    return {field.attname: _plain(getattr(instance, field.attname)) for field in columns(type(instance))}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    return str(value)


def values_of(model: type[models.Model], row: Mapping[str, Any]) -> Row:
    """Plain data as the columns take it."""
    fields = {field.attname: field for field in columns(model)}
    return {name: fields[name].to_python(value) for name, value in row.items() if name in fields}


def bring_back(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows as they were, ids and times and all."""
    ready = [values_of(model, row) for row in rows]
    if ready:
        insert_rows(model, list(ready[0]), [list(row.values()) for row in ready])


def find_model(label: str) -> type[models.Model] | None:
    """The model of a step; None when it is no longer part of the product."""
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def label_of(model: type[models.Model]) -> str:
    return model._meta.label_lower


def list_rows(contact_id: int) -> list[Row]:
    """A contact's list of accounts as rows, in order."""
    return [row_of(row) for row in Association.objects.filter(contact=contact_id).order_by("position")]


class Notes:
    """The steps of one merge."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def moved(self, field: Any, source: int, survivor: int, ids: Collection[Any]) -> None:
        """Rows that pointed at the source point at the survivor now."""
        about = {"model": label_of(field.model), "field": field.attname}
        if ids:
            self.steps.append({"do": MOVED, **about, "from": source, "to": survivor, "ids": list(ids)})

    def removed(self, instance: models.Model) -> None:
        """A row is gone, whole."""
        self.steps.append({"do": REMOVED, "model": label_of(type(instance)), "row": row_of(instance)})

    def changed(self, instance: models.Model, before: Row) -> None:
        """Columns of a row have new values; `before` are all its columns as they were."""
        after = {name: value for name, value in row_of(instance).items() if before[name] != value}
        if after:
            old = {name: before[name] for name in after}
            about = {"model": label_of(type(instance)), "id": instance.pk, "name": str(instance)}
            self.steps.append({"do": CHANGED, **about, "before": old, "after": after})

    def listed(self, contact_id: int, before: list[Row]) -> None:
        """The list of accounts of a contact was written anew."""
        after = list_rows(contact_id)
        if after != before:
            self.steps.append({"do": LISTED, "contact": contact_id, "before": before, "after": after})

    def places(self, source: int, survivor: int, contacts: Collection[int]) -> None:
        """These people have the survivor where they had the source."""
        if contacts:
            about = {"from": source, "to": survivor, "contacts": list(contacts)}
            self.steps.append({"do": PLACES, **about})
