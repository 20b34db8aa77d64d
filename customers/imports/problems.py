"""Why a row is left out: a code and details in the database, a sentence when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from customers.imports.targets import label
from helpdesk.core.words import phrase

_SENTENCES: dict[str, str] = {
    "bad_email": gettext_noop("Not a complete email address"),
    "too_long": gettext_noop("Longer than the %(limit)s characters this field takes"),
    "no_name": gettext_noop("A new %(term_contact)s needs a name or an email address"),
    "too_many_cells": gettext_noop("The row has more cells than there are column names"),
    "unknown_language": gettext_noop("No language of this name or code is known"),
    "exists": gettext_noop("Already here as %(name)s, with the same: %(field)s"),
    "same_in_file": gettext_noop("Row %(row)s of this file has the same: %(field)s"),
    "imported_before": gettext_noop("This row of this file was imported before, as %(name)s"),
    "refused": gettext_noop(
        "The %(term_contact)s could not be saved, because of another change at the same moment"
    ),
}
_FALLBACK = gettext_noop("This row could not be imported")


class RowError(Exception):
    """One row cannot become a contact; ``column`` is the position of the cell at fault, if it is one cell."""

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
