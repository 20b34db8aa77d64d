"""The fields of a contact that a column can fill."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.core.words import phrase_lazy

NAME, FIRST_NAME, LAST_NAME = "name", "first_name", "last_name"
EMAIL, PHONE, MOBILE, X = "email", "phone", "mobile", "x"
ACCOUNT, JOB_TITLE = "account", "job_title"
REFERENCE, EXTERNAL_ID = "reference", "external_id"
NOTES, LANGUAGE = "notes", "language"
IGNORE = ""


@dataclass(frozen=True)
class Target:
    """A field: its code, its label, and whether several columns may fill it together."""

    code: str
    label: str | Promise
    several: bool = False
    note: str | Promise = ""


TARGETS: tuple[Target, ...] = (
    Target(NAME, _("Full name"), note=_("Divided into first and last name")),
    Target(FIRST_NAME, _("First name")),
    Target(LAST_NAME, _("Last name")),
    Target(
        EMAIL, _("Email"), several=True, note=phrase_lazy("Used to find %(term_contacts)s you already have")
    ),
    Target(PHONE, _("Phone"), several=True),
    Target(MOBILE, _("Mobile"), several=True),
    Target(ACCOUNT, phrase_lazy("Primary %(term_account)s"), note=_("Unknown names are created")),
    Target(JOB_TITLE, phrase_lazy("Job title at the primary %(term_account)s")),
    Target(
        REFERENCE, _("Reference number"), note=phrase_lazy("Used to find %(term_contacts)s you already have")
    ),
    Target(
        EXTERNAL_ID, _("External id"), note=phrase_lazy("Used to find %(term_contacts)s you already have")
    ),
    Target(X, _("X (Twitter)"), several=True),
    Target(LANGUAGE, _("Language")),
    Target(NOTES, _("Notes"), several=True),
)
BY_CODE: dict[str, Target] = {target.code: target for target in TARGETS}
SINGLE = frozenset(target.code for target in TARGETS if not target.several)
#: One of these has to be there, or no row can become a contact.
IDENTIFYING = frozenset({NAME, FIRST_NAME, LAST_NAME, EMAIL})


def choices() -> list[tuple[str, str | Promise]]:
    """For a select: leaving the column out comes first."""
    return [(IGNORE, _("Do not import")), *((target.code, target.label) for target in TARGETS)]


def label(code: str) -> str | Promise:
    """How a field is called on the screen."""
    return BY_CODE[code].label if code in BY_CODE else code
