"""From Django's field and constraint checks to the services' domain errors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models

from helpdesk.core.errors import DomainError


class InvalidFields(DomainError):
    """Some values break a rule. `errors` maps field names (or ``__all__``) to lists of sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        field, messages = next(iter(errors.items()))
        super().__init__(messages[0], field=None if field == NON_FIELD_ERRORS else field)
        self.errors = errors


def assign(instance: models.Model, fields: dict[str, Any], *, allowed: Iterable[str]) -> dict[str, list[Any]]:
    """Set `fields` on `instance`; returns ``{name: [old, new]}`` of what changed. `TypeError` for an unknown name."""
    unknown = set(fields) - set(allowed)
    if unknown:
        raise TypeError(f"{type(instance).__name__} has no such fields: {sorted(unknown)}")
    changed = {}
    for name, value in fields.items():
        if isinstance(value, str):
            value = value.replace("\x00", "").replace("\r\n", "\n").strip()
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
    errors: dict[str, list[str]] = {}
    for name in names:
        try:
            field: Any = instance._meta.get_field(name)
        except FieldDoesNotExist:
            continue  # a custom field, judged by its definition
        value = getattr(instance, field.attname)
        if field.is_relation or (field.blank and value in field.empty_values):
            continue
        try:
            field.clean(value, instance)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise InvalidFields(errors)
