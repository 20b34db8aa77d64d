"""Why a row is left out: a code and details in the database, a sentence when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from customers.imports.matching.targets import label
from customers.services import custom_values
from helpdesk.core.words import phrase

_SENTENCES: dict[str, str] = {
    "bad_email": gettext_noop("Not a complete email address"),
    "address_of_desk": gettext_noop(
        "Somebody of the desk signs in with this address. A %(term_contact)s needs another one"
    ),
    "too_long": gettext_noop("Longer than the %(limit)s characters this field takes"),
    "digits_lost": gettext_noop(
        "A spreadsheet shortened this number, and its last digits are lost. Format the column as text there"
    ),
    "no_name": gettext_noop("A new %(term_contact)s needs a name or an email address"),
    "too_many_cells": gettext_noop("The row has more cells than there are column names"),
    "unknown_language": gettext_noop("No language of this name or code is known"),
    "unknown_time_zone": gettext_noop("No time zone of this name is known. Write it like Asia/Seoul"),
    **custom_values.SENTENCES,
    "bad_website": gettext_noop("Not the address of a website"),
    "bad_domain": gettext_noop("Not an email domain. Write it like example.com"),
    "public_domain": gettext_noop(
        "%(domain)s is a public mail provider: its senders do not belong to one %(term_account)s"
    ),
    "unknown_type": gettext_noop("No type of this name. Write customer or partner"),
    "own_parent": gettext_noop("The %(term_account)s would stand under itself"),
    "parent_circle": gettext_noop("The parent already stands below this %(term_account)s"),
    "no_account_name": gettext_noop(
        "No %(term_account)s is known by this, and the row gives no name to create one"
    ),
    "account_taken": gettext_noop("Belongs to another %(term_account)s, %(name)s: %(field)s"),
    "belongs_to_other": gettext_noop("Belongs to another %(term_contact)s, %(name)s: %(field)s"),
    "too_many_accounts": gettext_noop("Already has %(limit)s %(term_accounts)s. Remove one first"),
    "not_here": gettext_noop("No %(term_contact)s here matches, and new ones are not to be added"),
    "account_not_here": gettext_noop("No %(term_account)s here matches, and new ones are not to be added"),
    "exists": gettext_noop("Already here as %(name)s, with the same: %(field)s"),
    "same_in_file": gettext_noop("Row %(row)s of this file has the same: %(field)s"),
    "imported_before": gettext_noop("This row of this file was imported before, as %(name)s"),
    "erased": gettext_noop("Erased, with the personal data of somebody"),
    "refused": gettext_noop("Could not be saved, because of another change at the same moment"),
}
_FALLBACK = gettext_noop("This row could not be imported")


class RowError(Exception):
    """One row cannot be imported; ``column`` is the position of the cell at fault, if it is one cell."""

    def __init__(self, code: str, column: int | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.details = details


def sentence(code: str, details: Mapping[str, Any]) -> str:
    """The reason in the reader's language and the desk's own words."""
    values = dict(details)
    if "field" in values:
        values["field"] = label(values["field"])
    return phrase(_SENTENCES.get(code, _FALLBACK), **values)
