"""The fields that a desk adds itself: their definitions, and the values in contacts and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.functional import cached_property
from django.utils.text import slugify

from customers import policies
from customers.errors.records import FieldGone
from customers.models import Account, Contact, CustomField
from customers.services.custom_values import UnfitValue, Value, fitted, text_of, value_of
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.core.text import line, unique_form
from helpdesk.core.validation import InvalidFields, assign, check
from helpdesk.core.words import phrase
from helpdesk.events.recording import record

__all__ = [
    "ACCOUNT",
    "CONTACT",
    "PREFIX",
    "Changed",
    "Definitions",
    "Shown",
    "UnfitValue",
    "Value",
    "assign_fields",
    "change_custom_field",
    "create_custom_field",
    "delete_custom_field",
    "fields_of",
    "fitted",
    "lines_of",
    "merged",
    "module_of",
    "text_of",
    "value_of",
]

CONTACT, ACCOUNT = CustomField.Module.CONTACT, CustomField.Module.ACCOUNT
#: Before the key, wherever a custom field stands among the others: in forms, refusals and the history.
PREFIX = "custom:"
CHANGEABLE = ("label", "choices", "position")
MAX_CHOICES = 200


def fields_of(module: str) -> list[CustomField]:
    """The definitions of a module in their order: one query."""
    return list(CustomField.objects.filter(module=module))


def module_of(owner: Contact | Account) -> str:
    """Whose fields a record has."""
    return CONTACT if isinstance(owner, Contact) else ACCOUNT


# --- Definitions ----------------------------------------------------------


def create_custom_field(
    module: str, label: str, *, actor: Actor, kind: str = "text", choices: Iterable[str] = ()
) -> CustomField:
    """Define a field, behind the others of its module. Raises `InvalidFields`."""
    policies.require_add_custom_field(actor)
    with transaction.atomic():
        others = CustomField.objects.select_for_update().filter(module=module)
        keys = {other.key for other in others}
        last = CustomField.objects.filter(module=module).aggregate(last=Max("position"))["last"]
        new = CustomField(module=module, kind=kind, position=0 if last is None else last + 1)
        assign(new, {"label": line(label), "choices": _tidied(choices)}, allowed=CHANGEABLE)
        new.key = _free_key(new.label, keys)
        _checked(new)
        new.save(force_insert=True)
        record("custom_field.created", subject=new, actor=actor, name=new.label, module=module, kind=kind)
    return new


def change_custom_field(custom: CustomField, fields: Mapping[str, Any], *, actor: Actor) -> CustomField:
    """Change label, choices or position; kind and key stay, because values are kept in them. Raises
    `InvalidFields`, `FieldGone`."""
    policies.require_change_custom_field(actor)
    wanted = dict(fields)
    if "label" in wanted:
        wanted["label"] = line(wanted["label"])
    if "choices" in wanted:
        wanted["choices"] = _tidied(wanted["choices"])
    with transaction.atomic():
        custom = locked(CustomField, custom.pk, gone=FieldGone)
        changed = assign(custom, wanted, allowed=CHANGEABLE)
        _checked(custom)
        custom.save()
        if changed:
            record("custom_field.changed", subject=custom, actor=actor, name=custom.label, changes=changed)
    return custom


def delete_custom_field(custom: CustomField, *, actor: Actor) -> None:
    """Delete a definition. The values stay in the records, unseen; the same label brings them back."""
    policies.require_delete_custom_field(actor)
    with transaction.atomic():
        custom = locked(CustomField, custom.pk, gone=FieldGone)
        record("custom_field.deleted", subject=custom, actor=actor, name=custom.label, module=custom.module)
        custom.delete()


def _tidied(choices: Iterable[str]) -> list[str]:
    """Each choice once, ignoring case and spaces, in the order given."""
    found: dict[str, str] = {}
    for choice in choices:
        text = line(str(choice))[:200]
        if text:
            found.setdefault(unique_form(text), text)
    return list(found.values())


def _checked(custom: CustomField) -> None:
    if custom.kind == CustomField.Kind.CHOICE and not custom.choices:
        raise InvalidFields({"choices": [phrase("Enter the choices, one per line.")]})
    if len(custom.choices) > MAX_CHOICES:
        raise InvalidFields({"choices": [phrase("%(limit)s choices at most.", limit=MAX_CHOICES)]})
    check(custom)


def _free_key(label: str, taken: set[str]) -> str:
    """Made of the label, so that nobody else's values come to light under a new field."""
    usual = slugify(label, allow_unicode=True).replace("-", "_")[:50].strip("_")
    usual = usual or "_".join(f"{ord(mark):x}" for mark in label)[:50]
    return next(key for n in count(1) if (key := usual if n == 1 else f"{usual}_{n}") not in taken)


# --- Values ---------------------------------------------------------------


class Definitions:
    """The definitions of a module by key, read when first needed: once for any number of records."""

    def __init__(self, module: str) -> None:
        self.module = module

    @cached_property
    def by_key(self) -> dict[str, CustomField]:
        return {definition.key: definition for definition in fields_of(self.module)}


@dataclass(frozen=True)
class Changed:
    """What `assign_fields` changed: ``{name: [old, new]}``, custom fields as ``custom:key`` with their labels."""

    changes: dict[str, list[Any]]
    labels: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __contains__(self, name: str) -> bool:
        return name in self.changes

    @property
    def columns(self) -> set[str]:
        """The columns of the table that hold what changed."""
        return {"custom_fields" if name.startswith(PREFIX) else name for name in self.changes}

    @property
    def history(self) -> dict[str, Any]:
        """For the audit entry. The labels are kept, because a definition may be deleted later."""
        return {"changes": self.changes} | ({"labels": self.labels} if self.labels else {})


def assign_fields(
    owner: Contact | Account,
    fields: Mapping[str, Any],
    *,
    allowed: Sequence[str],
    definitions: Definitions | None = None,
) -> Changed:
    """As `validation.assign`; ``custom_fields`` holds the values to change, None or "" takes one away, and the others
    stay. Raises `InvalidFields`."""
    given = fields.get("custom_fields") or {}
    own = {name: value for name, value in fields.items() if name != "custom_fields"}
    changes = assign(owner, own, allowed=allowed)
    if not given:
        return Changed(changes)
    known = definitions or Definitions(module_of(owner))
    before = owner.custom_fields
    after = merged(before, given, known)
    owner.custom_fields = after
    touched = [key for key in given if before.get(key) != after.get(key)]
    changes |= {PREFIX + key: [before.get(key), after.get(key)] for key in touched}
    return Changed(changes, {PREFIX + key: _label(key, known) for key in touched})


def _label(key: str, known: Definitions) -> str:
    definition = known.by_key.get(key)
    return definition.label if definition else key


def merged(stored: Mapping[str, Any], given: Mapping[str, Any], known: Definitions) -> dict[str, Any]:
    """`stored` with `given` over it. Only what changes is judged: a choice that is no longer offered may stay.
    Raises `InvalidFields`, with ``custom:key`` for the names."""
    after, errors = dict(stored), dict[str, list[str]]()
    for key, value in given.items():
        definition = known.by_key.get(key)
        if value in (None, ""):
            after.pop(key, None)
        elif definition is None and stored.get(key) != value:
            errors[PREFIX + key] = [phrase("There is no field with the key %(key)s.", key=key)]
        elif definition and text_of(definition, stored.get(key)) != text_of(definition, value):
            try:
                after[key] = fitted(definition, value)
            except UnfitValue as unfit:
                errors[PREFIX + key] = [unfit.sentence]
    if errors:
        raise InvalidFields(errors)
    return after


@dataclass(frozen=True)
class Shown:
    """One line of a page: a field, and what it holds."""

    label: str
    text: str


def lines_of(owner: Contact | Account) -> list[Shown]:
    """Every defined field of a record with its value, in their order; fields without a value have an empty text."""
    return [
        Shown(definition.label, text_of(definition, owner.custom_fields.get(definition.key)))
        for definition in fields_of(module_of(owner))
    ]
