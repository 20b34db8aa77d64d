"""Cells of the contact list that are edited where they stand: what each shows, and how it is saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from customers.errors.records import AddressInUse, ChangedMeanwhile
from customers.forms.accounts_field import AccountsField
from customers.models import Contact, ContactMethod
from customers.services.associations import account_limit, change_job_title, set_accounts
from customers.services.exposure import Exposure, WidensSight
from customers.services.methods.changes import add_method, change_method
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.web.keys import is_key
from helpdesk.core.words import phrase
from helpdesk.events.versions import version_of

Kind = ContactMethod.Kind
KINDS: dict[str, tuple[str, ...]] = {"email": (Kind.EMAIL,), "phone": (Kind.PHONE, Kind.MOBILE)}


@dataclass
class Cell:
    """One cell of one contact, open for editing; `save` raises `DomainError`, and what was typed stays in it."""

    contact: Contact
    name: str
    value: str = ""
    was: str = ""
    problem: str = ""
    used_by: Contact | None = None
    """Whose address it is already, when that is the problem."""

    @classmethod
    def of(cls, contact: Contact, name: str) -> Cell:
        """As it is stored (prefetch accounts and methods)."""
        if name == "title":
            return cls(contact, name, contact.job_title, contact.job_title)
        method = contact.default_method(*KINDS[name])
        return cls(contact, name, method.display, method.value) if method else cls(contact, name)

    def typed(self, data: QueryDict) -> bool:
        """Take what was typed; whether it is to be saved."""
        self.value = data.get("value", "").strip()
        self.expected = data.get("was", self.was)
        return True

    def save(self, *, actor: Actor) -> None:
        if self.name == "title":
            change_job_title(self.contact, self.value, actor=actor, expected=self.expected)
            return
        method = self.contact.default_method(*KINDS[self.name])
        if method is None:
            add_method(self.contact, KINDS[self.name][0], self.value, actor=actor)
        else:
            change_method(method, self.value, actor=actor, expected=self.expected)

    def refuse(self, error: DomainError) -> None:
        self.problem = error.message
        self.used_by = error.contact if isinstance(error, AddressInUse) else None


@dataclass
class AccountsCell:
    """The whole list of accounts, by the same field as on the contact's page."""

    contact: Contact
    name: str
    accounts: AccountsField = field(default_factory=AccountsField)
    version: int = -1
    problem: str = ""
    agreed: str = ""
    exposure: Exposure | None = None
    """What the list would open, to be agreed to."""

    @classmethod
    def of(cls, contact: Contact, name: str) -> AccountsCell:
        return cls(contact, name, AccountsField.of_contact(contact), version_of(Contact(pk=contact.pk)))

    @property
    def limit(self) -> int:
        return account_limit()

    def typed(self, data: QueryDict) -> bool:
        """Take the list that was sent; a button of the field that works without scripts saves nothing yet."""
        version = data.get("version", "")
        self.version = int(version) if is_key(version) else -1
        self.agreed = data.get("agreed", "")
        self.accounts = AccountsField.posted(data, self.accounts)
        return not self.accounts.apply_button(data)

    def save(self, *, actor: Actor) -> None:
        if self.accounts.lost:
            raise DomainError(
                phrase("The list of %(term_accounts)s did not arrive whole. Check it and save again.")
            )
        entries = self.accounts.entries(actor=actor)
        set_accounts(self.contact, entries, actor=actor, expected_version=self.version, agreed=self.agreed)

    def refuse(self, error: DomainError) -> None:
        """Being asked is no problem; who was told what the others changed may save over it."""
        if isinstance(error, WidensSight):
            self.exposure = error.exposure
            return
        self.problem = error.message
        if isinstance(error, ChangedMeanwhile):
            self.version = error.version


CELLS: dict[str, Any] = {"accounts": AccountsCell, "title": Cell, "email": Cell, "phone": Cell}
