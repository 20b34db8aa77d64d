"""Rows that would create somebody who may well be here already: the same phone, or the same name in the same account.

They are told and not left out: two people can share a name, and a switchboard has one number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from customers.imports.folding import Outcome
from customers.imports.records import Key
from customers.imports.scratch import Scratch
from customers.imports.states import Person
from customers.imports.targets import MOBILE, PHONE
from customers.models import Association, ContactMethod
from customers.names import display_name

NAME = "name"


class Duplicates:
    """Looks at the rows that create somebody, batch after batch: two queries each."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    def among(self, outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
        """For each likely duplicate: its row, why, and whom it is like (a contact's id and name, or another row)."""
        signs = {
            outcome.number: _signs(outcome.after) for outcome in outcomes if isinstance(outcome.after, Person)
        }
        wanted = {sign for of_row in signs.values() for sign in of_row}
        here, in_file = _contacts_with(wanted), self._scratch.owners("sign", wanted)
        for number, of_row in signs.items():
            like = next((found for sign in of_row if (found := _like(sign, here, in_file))), None)
            if like:
                yield {"number": number, **like}
            for sign in of_row:
                in_file.setdefault(sign, number)
        self._scratch.know("sign", {sign: row for sign, row in in_file.items() if sign in wanted})


def _signs(person: Person) -> list[Key]:
    signs = [(PHONE, method.key) for method in person.methods if method.kind in (PHONE, MOBILE)]
    name = display_name(person.fields.get("first_name", ""), person.fields.get("last_name", ""))
    if name and person.primary is not None:
        signs.append((NAME, f"{name}\0{person.primary}"))
    return signs


def _like(sign: Key, here: dict[Key, tuple[int, str]], in_file: dict[Key, Any]) -> dict[str, Any] | None:
    if sign in here:
        pk, name = here[sign]
        return {"by": sign[0], "contact": pk, "name": name}
    return {"by": sign[0], "row": in_file[sign]} if sign in in_file else None


def _contacts_with(signs: set[Key]) -> dict[Key, tuple[int, str]]:
    phones = [value for kind, value in signs if kind == PHONE]
    pairs = [value.split("\0") for kind, value in signs if kind == NAME]
    found: dict[Key, tuple[int, str]] = {}
    rows: QuerySet[Any, Any]
    if phones:
        rows = ContactMethod.objects.filter(kind__in=(PHONE, MOBILE), value_key__in=phones)
        for key, pk, name in rows.values_list("value_key", "contact", "contact__name"):
            found[PHONE, key] = (pk, name)
    known = [(name, int(account)) for name, account in pairs if account.isdecimal()]
    if known:
        rows = Association.objects.filter(
            contact__name__in=[name for name, _account in known],
            account__in={account for _name, account in known},
        )
        for name, account, pk in rows.values_list("contact__name", "account", "contact"):
            found[NAME, f"{name}\0{account}"] = (pk, name)
    return found
