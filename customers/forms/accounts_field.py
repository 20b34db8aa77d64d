"""The Accounts field: the ordered list as a form posts it, with or without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from customers.models import Account, Association, Contact, Sharing
from customers.services.accounts.changes import find_or_create_accounts
from customers.services.associations import Entry, account_limit
from helpdesk.core.actors import Actor
from helpdesk.core.text import line, unique_form
from helpdesk.core.web.keys import keys_in

NEW = "new:"
LONGEST_NAME = Account._meta.get_field("name").max_length or 200


@dataclass
class Row:
    """One place of the list. `key` is the account's id, or ``new:Name`` for one that the save creates."""

    key: str
    account: Any
    job_title: str = ""
    role: str = Association.Role.CUSTOMER
    sharing: str = ""
    is_new: bool = False


@dataclass
class NewAccount:
    """Stands for an account that does not exist yet."""

    name: str
    parent: None = None
    pk: str = ""


@dataclass
class AccountsField:
    """The whole list; `lost` is True when the form did not carry it whole, so that it must not be saved."""

    rows: list[Row] = field(default_factory=list)
    lost: bool = False

    @classmethod
    def of_contact(cls, contact: Contact) -> AccountsField:
        """The list as it is stored (prefetch `with_accounts`)."""
        return cls(
            [
                Row(str(a.account_id), a.account, a.job_title, a.role, a.sharing)
                for a in contact.ordered_associations
            ]
        )

    @classmethod
    def of_accounts(cls, accounts: Sequence[Account]) -> AccountsField:
        """A list for a contact that does not exist yet."""
        return cls([Row(str(account.pk), account, is_new=True) for account in accounts])

    @classmethod
    def posted(cls, data: QueryDict, stored: AccountsField) -> AccountsField:
        """The list as the form sends it; rows that stand in `stored` are not marked as new."""
        keys = data.getlist("assoc_account")
        columns = [data.getlist(f"assoc_{name}") for name in ("job_title", "role", "sharing")]
        if any(len(column) != len(keys) for column in columns):
            return cls(stored.rows, lost=True)
        known = _accounts(keys)
        old = {row.key for row in stored.rows}
        rows = [
            _row(key, known, old, values)
            for key, *values in zip(keys, *columns, strict=True)
            if key in known or key.removeprefix(NEW).strip() not in ("", key)
        ]
        result = cls(rows, lost="accounts_shown" not in data)
        result._put_first(data.get("assoc_primary", ""))
        return result

    def apply_button(self, data: QueryDict) -> bool:
        """Do what a button of the field asks for without scripts; True when one was pressed, so the form comes back."""
        if key := data.get("assoc_remove"):
            self.rows = [row for row in self.rows if row.key != key]
            return True
        if key := data.get("assoc_move"):
            self._move(key, -1)
            return True
        if key := data.get("assoc_down"):
            self._move(key, 1)
            return True
        return self._add_typed(data.get("assoc_add", "").strip())

    def names_too_long(self) -> list[str]:
        """New names that no account could have."""
        return [row.account.name for row in self.rows if len(row.account.name) > LONGEST_NAME]

    def entries(self, *, actor: Actor) -> list[Entry]:
        """The list for the services; accounts that do not exist yet are created."""
        names = [row.account.name for row in self.rows if row.key.startswith(NEW)]
        created = find_or_create_accounts(names, actor=actor)
        return [
            Entry(
                created[row.account.name].pk if row.key.startswith(NEW) else int(row.key),
                row.job_title,
                row.role,
                row.sharing,
            )
            for row in self.rows
        ]

    def _put_first(self, key: str) -> None:
        first = [row for row in self.rows if row.key == key]
        self.rows = first + [row for row in self.rows if row.key != key]

    def _move(self, key: str, step: int) -> None:
        position = next((n for n, row in enumerate(self.rows) if row.key == key), None)
        if position is not None and 0 <= position + step < len(self.rows):
            self.rows.insert(position + step, self.rows.pop(position))

    def _add_typed(self, name: str) -> bool:
        """A name typed into the box and not chosen: added by name; where one account is the limit, taken instead."""
        if not name:
            return False
        account = Account.objects.named([name]).first()
        key = str(account.pk) if account else f"{NEW}{name}"
        if account_limit() == 1:
            self.rows = [row for row in self.rows if row.key == key]
        if all(row.key != key for row in self.rows):
            self.rows.append(Row(key, account or NewAccount(name), is_new=True))
        return True


def _accounts(keys: Sequence[str]) -> dict[str, Account]:
    found = Account.objects.select_related("parent").in_bulk(keys_in(keys))
    return {str(pk): account for pk, account in found.items()}


def _row(key: str, known: dict[str, Account], old: set[str], values: Sequence[str]) -> Row:
    """One posted row; `values` are its job title, role and sharing."""
    title, role, sharing = values
    if key.startswith(NEW):
        name = line(key.removeprefix(NEW))
        existing = Account.objects.filter(name_key=unique_form(name)).first()
        if existing:
            key, known = str(existing.pk), {str(existing.pk): existing}
    return Row(
        key,
        known.get(key) or NewAccount(key.removeprefix(NEW)),
        job_title=title,
        role=role if role in Association.Role.values else Association.Role.CUSTOMER,
        sharing=sharing if sharing in Sharing.values else "",
        is_new=key not in old,
    )
