"""From Django's field and constraint checks to the services' domain errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from helpdesk.core.database.lookups import one_of
from helpdesk.core.errors import DomainError
from helpdesk.core.text import line, prose


class InvalidFields(DomainError):
    """Some values break a rule. `errors` maps field names (or ``__all__``) to lists of sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        field, messages = next(iter(errors.items()))
        super().__init__(messages[0], field=None if field == NON_FIELD_ERRORS else field)
        self.errors = errors


def tidied(model: type[models.Model], name: str, value: Any) -> Any:
    """A value as the field of this name stores it; of a name that is no field, text of any number of lines."""
    if not isinstance(value, str):
        return value
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return prose(value).strip()
    return prose(value).strip() if isinstance(field, models.TextField) else line(value)


def refuse_unknown(model: type[models.Model], names: Iterable[str], *, allowed: Iterable[str]) -> None:
    """`TypeError` for names that no field to be set has."""
    if unknown := set(names).difference(allowed):
        raise TypeError(f"{model.__name__} has no such fields: {sorted(unknown)}")


def assign(instance: models.Model, fields: dict[str, Any], *, allowed: Iterable[str]) -> dict[str, list[Any]]:
    """Set `fields` on `instance`; returns ``{name: [old, new]}`` of what changed. `TypeError` for an unknown name."""
    refuse_unknown(type(instance), fields, allowed=allowed)
    changed = {}
    for name, value in fields.items():
        value = tidied(type(instance), name, value)
        old = getattr(instance, name)
        if old != value:
            changed[name] = [_plain(old), _plain(value)]
            setattr(instance, name, value)
    return changed


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def constraint_message(model: type[models.Model], name: str) -> str:
    """The sentence of a named constraint, for a check made on many rows at once."""
    constraint = next(constraint for constraint in model._meta.constraints if constraint.name == name)
    return str(constraint.get_violation_error_message())


def check(instance: models.Model, *, exclude: Iterable[str] = (), constraints: bool = True) -> None:
    """Run the model's own checks; raises `InvalidFields`. `constraints` asks the database, a few queries a row."""
    try:
        instance.full_clean(
            exclude=set(exclude), validate_unique=constraints, validate_constraints=constraints
        )
    except ValidationError as error:
        raise InvalidFields(error.message_dict) from error


def clean_changed(instance: models.Model, names: Iterable[str]) -> None:
    """Run the checks of these fields alone; raises `InvalidFields`. For many rows, of which each changes little."""
    model = type(instance)
    clean_values(model, {name: getattr(instance, name) for name in names if _checked(model, name)})


def clean_values(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """`clean_changed` for values by the names of their fields, without an instance."""
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        checked = _checked(model, name)
        if checked is None or checked.surely_passes(value):
            continue
        try:
            checked.field.clean(value, None)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise InvalidFields(errors)


@dataclass(frozen=True)
class _Checked:
    """A field, and the length that is all it asks of a text, if that is all."""

    field: Any
    text_limit: int = 0

    def surely_passes(self, value: Any) -> bool:
        """Seen without the machinery of validators, which costs an import more than anything else about a value."""
        if isinstance(value, str) and 0 < len(value) <= self.text_limit:
            return True
        return self.field.blank and value in self.field.empty_values


@cache
def _checked(model: type[models.Model], name: str) -> _Checked | None:
    """What to check of a value; None for a relation, and for a custom field, which its definition judges."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if field.is_relation:
        return None
    takes_any_text = isinstance(field, models.CharField | models.TextField) and not field.choices
    if takes_any_text and all(type(one) is MaxLengthValidator for one in field.validators):
        return _Checked(field, field.max_length or 0)
    return _Checked(field)


# --- Values that no two rows share -------------------------------------------------
@dataclass(frozen=True)
class Unique:
    """A text field of which no two rows have the same value; empty ones do not count.

    `constraint` is the database's, whose sentence is shown. Two values are the same when `key` makes the same of them;
    the database has the key of a stored value as `column` (an expression), else in the field itself. `nobodys` makes a
    value for a row that lets go of its own for a moment (`bulk.update_rows`).
    """

    field: str
    constraint: str
    key: Callable[[str], str] = str
    column: Any = None
    nobodys: Callable[[], str | None] = str


def refuse_taken(model: type[models.Model], unique: Unique, wanted: Mapping[int, str | None]) -> None:
    """Look at the values that rows are to have (``{key of the row: value}``), all at once: among themselves, and beside
    those of all other rows. One query. Raises `InvalidFields` with the constraint's sentence."""
    keys = {pk: unique.key(value) for pk, value in wanted.items() if value}
    if not keys:
        return
    distinct = set(keys.values())
    rows = model._default_manager.alias(unique_key=unique.column or models.F(unique.field))
    holders = set(rows.filter(one_of("unique_key", distinct)).values_list("pk", flat=True))
    if len(distinct) < len(keys) or holders - wanted.keys():
        raise InvalidFields({unique.field: [constraint_message(model, unique.constraint)]})
