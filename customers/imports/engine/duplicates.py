"""Rows that would create somebody who may well be here already: the same phone, or the same name in the same account.

They are told and not left out: two people can share a name, and a switchboard has one number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from customers.imports.engine.folding import Outcome
from customers.imports.engine.scratch import Scratch
from customers.imports.matching.records import Key
from customers.imports.matching.targets import MOBILE, PHONE
from customers.models import Association, ContactMethod
from customers.snapshots.states import AccountRef, Person
from customers.values.names import display_name

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
        signs.append(_name_sign(name, person.primary))
    return signs


def _name_sign(name: str, account: AccountRef) -> Key:
    """JSON tells the id of an account from a new account that is called by a number."""
    return NAME, json.dumps([name, account])


def _like(sign: Key, here: dict[Key, tuple[int, str]], in_file: dict[Key, Any]) -> dict[str, Any] | None:
    if sign in here:
        pk, name = here[sign]
        return {"by": sign[0], "contact": pk, "name": name}
    return {"by": sign[0], "row": in_file[sign]} if sign in in_file else None


def _contacts_with(signs: set[Key]) -> dict[Key, tuple[int, str]]:
    phones = [value for kind, value in signs if kind == PHONE]
    pairs = [json.loads(value) for kind, value in signs if kind == NAME]
    found: dict[Key, tuple[int, str]] = {}
    rows: QuerySet[Any, Any]
    if phones:
        rows = ContactMethod.objects.filter(kind__in=(PHONE, MOBILE), value_key__in=phones)
        for key, pk, name in rows.values_list("value_key", "contact", "contact__name"):
            found[PHONE, key] = (pk, name)
    known = [(name, account) for name, account in pairs if isinstance(account, int)]
    if known:
        rows = Association.objects.filter(
            contact__name__in=[name for name, _account in known],
            account__in={account for _name, account in known},
        )
        for name, account, pk in rows.values_list("contact__name", "account", "contact"):
            found[_name_sign(name, account)] = (pk, name)
    return found
