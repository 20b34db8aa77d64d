"""Which of the records that an import touched a page lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.imports.matching import targets
from customers.imports.screens.progress import Touched, touched_by
from customers.models import Account, Contact, ImportRun
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase_lazy

CREATED, UPDATED, ACCOUNTS = "created", "updated", "accounts"


@dataclass(frozen=True)
class Choice:
    """One choice of records, with how many there are."""

    code: str
    label: str | Promise
    number: int
    is_current: bool


@dataclass(frozen=True)
class ShownRecords:
    """Contacts or accounts, and the choices above them."""

    records: QuerySet[Any]
    order: tuple[str, ...]
    choices: list[Choice]
    are_accounts: bool


def records_to_show(run: ImportRun, asked: str, *, actor: Actor) -> ShownRecords:
    """Everything touched, or only what was created, what was changed, or the accounts that came along."""
    choices = _choices(run, asked, touched_by(run))
    chosen = next(choice.code for choice in choices if choice.is_current)
    are_accounts = run.kind == targets.ACCOUNTS or chosen == ACCOUNTS
    notes: Any = run.importedaccounts if are_accounts else run.importedcontacts
    notes = notes.filter(is_created=chosen == CREATED) if chosen in (CREATED, UPDATED) else notes.all()
    if are_accounts:
        accounts = Account.objects.visible_to(actor).filter(pk__in=notes.values("account"))
        return ShownRecords(accounts.select_related("parent"), ("search", "id"), choices, are_accounts=True)
    contacts = Contact.objects.visible_to(actor).filter(pk__in=notes.values("contact"))
    contacts = contacts.with_accounts().with_methods()
    return ShownRecords(contacts, ("search", "id"), choices, are_accounts=False)


def _choices(run: ImportRun, asked: str, touched: Touched) -> list[Choice]:
    of_contacts = run.kind == targets.CONTACTS
    created, updated = (
        (touched.created_contacts, touched.updated_contacts)
        if of_contacts
        else (touched.created_accounts, touched.updated_accounts)
    )
    found: list[tuple[str, str | Promise, int]] = [
        ("", _("All"), created + updated),
        (CREATED, _("Added"), created),
        (UPDATED, _("Updated"), updated),
    ]
    if of_contacts and touched.accounts:
        found.append((ACCOUNTS, phrase_lazy("%(Term_accounts)s"), touched.accounts))
    known = asked if asked in {code for code, _label, _number in found} else ""
    return [Choice(code, label, number, code == known) for code, label, number in found]
