"""The fields that a bulk update can set: their names, and what can be cleared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.bulk.wanted import ACCOUNTS, ADD_TAGS, JOB_TITLE, REMOVE_TAGS, ROLE, Wanted
from customers.models import Account, Association, CustomField
from customers.services.custom_fields import CONTACT, fields_of, text_of
from customers.snapshots.states import CUSTOM
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase, phrase_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN_TEXT = 80
SEES_OFF = ("customers.change_contact", "customers.add_contactrelationship")
YES, NO = "yes", "no"
STATES = [(YES, _("Active")), (NO, _("Deactivated"))]


@dataclass(frozen=True)
class BulkField:
    """One field: its code, its label, whether it may be emptied, and its definition if the desk added it."""

    code: str
    label: str | _StrPromise
    can_be_cleared: bool = False
    definition: CustomField | None = None


_ALWAYS = (
    BulkField(ACCOUNTS, phrase_lazy("%(Term_accounts)s"), can_be_cleared=True),
    BulkField(JOB_TITLE, phrase_lazy("Job title at the primary %(term_account)s"), can_be_cleared=True),
    BulkField(ROLE, phrase_lazy("Role at the primary %(term_account)s")),
    BulkField(ADD_TAGS, _("Add tags")),
    BulkField(REMOVE_TAGS, _("Remove tags")),
    BulkField("language", _("Language"), can_be_cleared=True),
    BulkField("time_zone", _("Time zone"), can_be_cleared=True),
    BulkField("notes", _("Notes"), can_be_cleared=True),
)
_ACTIVE = BulkField("is_active", _("State"))


def offered_to(actor: Actor) -> dict[str, BulkField]:
    """The fields by code, in the order in which they are offered: one query for those that the desk added."""
    found = [*_ALWAYS, *([_ACTIVE] if all(actor.can(one) for one in SEES_OFF) else [])]
    found += [
        BulkField(f"{CUSTOM}{definition.key}", definition.label, can_be_cleared=True, definition=definition)
        for definition in fields_of(CONTACT)
    ]
    return {each.code: each for each in found}


# --- In words ----------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One wanted change, for the page of a run."""

    label: str
    text: str


def lines_of(wanted: Wanted) -> list[Line]:
    """What a bulk update sets, clears, adds and removes: two queries at most."""
    known = {**{each.code: each for each in (*_ALWAYS, _ACTIVE)}, **_custom()}
    values: dict[str, Any] = dict(wanted.fields)
    values |= {code: getattr(wanted, code) for code in wanted.codes if code not in values}
    return [Line(_label(code, known), _text(code, value, known)) for code, value in values.items()]


def _custom() -> dict[str, BulkField]:
    return {
        f"{CUSTOM}{each.key}": BulkField(f"{CUSTOM}{each.key}", each.label, definition=each)
        for each in fields_of(CONTACT)
    }


def _label(code: str, known: dict[str, BulkField]) -> str:
    return str(known[code].label) if code in known else code.removeprefix(CUSTOM)


def _text(code: str, value: Any, known: dict[str, BulkField]) -> str:
    if value in ("", ()):
        return phrase("cleared")
    if code == ACCOUNTS:
        return ", ".join(names_of(value))
    if code in (ADD_TAGS, REMOVE_TAGS):
        return ", ".join(value)
    if code == "is_active":
        return str(dict(STATES)[YES if value else NO])
    if definition := known.get(code, _ACTIVE).definition:
        return text_of(definition, value)
    words = (
        {**dict(settings.LANGUAGES), **dict(Association.Role.choices)} if code in ("language", ROLE) else {}
    )
    text = str(words.get(value, value))
    return text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]}…"


def names_of(accounts: Sequence[int]) -> list[str]:
    """The names of accounts in their order; one that is gone is a number."""
    names = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "name"))
    return [names.get(pk, f"#{pk}") for pk in accounts]
