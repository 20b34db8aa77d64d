"""The fields that a column of a file can fill: of the person, of the account, and those a desk adds itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from helpdesk.core.words import phrase_lazy

NAME, FIRST_NAME, LAST_NAME = "name", "first_name", "last_name"
EMAIL, PHONE, MOBILE, X, OTHER = "email", "phone", "mobile", "x", "other"
REFERENCE, EXTERNAL_ID = "reference", "external_id"
LABEL = "label"
#: The ways to reach somebody.
METHODS = (EMAIL, PHONE, MOBILE, X, OTHER)
NOTES, LANGUAGE, TIME_ZONE = "notes", "language", "time_zone"
TAGS = "tags"
ACCOUNT, JOB_TITLE = "account", "job_title"
ACCOUNT_NUMBER, ACCOUNT_EXTERNAL_ID = "account_number", "account_external_id"
ACCOUNT_DOMAIN, ACCOUNT_PARENT, ACCOUNT_TYPE = "account_domain", "account_parent", "account_type"
ACCOUNT_PHONE, ACCOUNT_WEBSITE = "account_phone", "account_website"
ACCOUNT_ADDRESS, ACCOUNT_NOTES = "account_address", "account_notes"
IGNORE = ""
#: Not a field yet: one is made with the heading's name when the columns are matched.
CREATE = "create"
CUSTOM, ACCOUNT_CUSTOM = "custom:", "account_custom:"

CONTACTS, ACCOUNTS = "contacts", "accounts"
PERSON, COMPANY = "person", "company"


@dataclass(frozen=True)
class Target:
    """A field: its code, its label, whether several columns may fill it together, and whose field it is."""

    code: str
    label: str | Promise
    several: bool = False
    note: str | Promise = ""
    group: str = PERSON


_FINDS = phrase_lazy("Used to find %(term_contacts)s you already have")
_FINDS_ACCOUNTS = phrase_lazy("Used to find %(term_accounts)s you already have")

_OF_THE_PERSON: tuple[Target, ...] = (
    Target(NAME, _("Full name"), note=_("Divided into first and last name")),
    Target(FIRST_NAME, _("First name")),
    Target(LAST_NAME, _("Last name")),
    Target(EMAIL, _("Email"), several=True, note=_FINDS),
    Target(PHONE, _("Phone"), several=True),
    Target(MOBILE, _("Mobile"), several=True),
    Target(REFERENCE, _("Reference number"), note=_FINDS),
    Target(EXTERNAL_ID, _("External id"), note=_FINDS),
    Target(X, _("X (Twitter)"), several=True),
    Target(OTHER, _("Other ways to reach"), several=True),
    Target(LABEL, _("Label"), several=True, note=_("Of the way to reach somebody in the next column")),
    Target(LANGUAGE, _("Language")),
    Target(TIME_ZONE, _("Time zone")),
    Target(NOTES, _("Notes"), several=True),
    Target(TAGS, _("Tags"), several=True, note=_("Divided by commas; only added, never removed")),
)
_OF_THE_ACCOUNT: tuple[Target, ...] = (
    Target(
        ACCOUNT, phrase_lazy("Primary %(term_account)s"), note=_("Unknown names are created"), group=COMPANY
    ),
    Target(JOB_TITLE, phrase_lazy("Job title at the primary %(term_account)s")),
    Target(
        ACCOUNT_NUMBER, phrase_lazy("Number of the %(term_account)s"), note=_FINDS_ACCOUNTS, group=COMPANY
    ),
    Target(
        ACCOUNT_EXTERNAL_ID,
        phrase_lazy("External id of the %(term_account)s"),
        note=_FINDS_ACCOUNTS,
        group=COMPANY,
    ),
    Target(ACCOUNT_DOMAIN, phrase_lazy("Email domains of the %(term_account)s"), several=True, group=COMPANY),
    Target(ACCOUNT_PARENT, phrase_lazy("Parent of the %(term_account)s"), group=COMPANY),
    Target(ACCOUNT_TYPE, phrase_lazy("Type of the %(term_account)s"), group=COMPANY),
    Target(ACCOUNT_PHONE, phrase_lazy("Phone of the %(term_account)s"), group=COMPANY),
    Target(ACCOUNT_WEBSITE, phrase_lazy("Website of the %(term_account)s"), group=COMPANY),
    Target(ACCOUNT_ADDRESS, phrase_lazy("Address of the %(term_account)s"), several=True, group=COMPANY),
    Target(ACCOUNT_NOTES, phrase_lazy("Notes on the %(term_account)s"), several=True, group=COMPANY),
)
_IN_A_FILE_OF_ACCOUNTS = {
    ACCOUNT: Target(ACCOUNT, _("Name"), note=_FINDS_ACCOUNTS, group=COMPANY),
    ACCOUNT_NUMBER: Target(ACCOUNT_NUMBER, _("Number"), note=_FINDS_ACCOUNTS, group=COMPANY),
    ACCOUNT_EXTERNAL_ID: Target(ACCOUNT_EXTERNAL_ID, _("External id"), note=_FINDS_ACCOUNTS, group=COMPANY),
    ACCOUNT_DOMAIN: Target(ACCOUNT_DOMAIN, _("Email domains"), several=True, group=COMPANY),
    ACCOUNT_PARENT: Target(
        ACCOUNT_PARENT, _("Parent"), note=_("Found or created by its name"), group=COMPANY
    ),
    ACCOUNT_TYPE: Target(ACCOUNT_TYPE, _("Type"), group=COMPANY),
    ACCOUNT_PHONE: Target(ACCOUNT_PHONE, _("Phone"), group=COMPANY),
    ACCOUNT_WEBSITE: Target(ACCOUNT_WEBSITE, _("Website"), group=COMPANY),
    ACCOUNT_ADDRESS: Target(ACCOUNT_ADDRESS, _("Address"), several=True, group=COMPANY),
    ACCOUNT_NOTES: Target(ACCOUNT_NOTES, _("Notes"), several=True, group=COMPANY),
}
TARGETS: dict[str, tuple[Target, ...]] = {
    CONTACTS: _OF_THE_PERSON + _OF_THE_ACCOUNT,
    ACCOUNTS: tuple(_IN_A_FILE_OF_ACCOUNTS.values()),
}
_BY_CODE = {kind: {target.code: target for target in targets} for kind, targets in TARGETS.items()}
#: One of these has to be there, or no row can become a record.
IDENTIFYING = {
    CONTACTS: frozenset({NAME, FIRST_NAME, LAST_NAME, EMAIL, REFERENCE, EXTERNAL_ID}),
    ACCOUNTS: frozenset({ACCOUNT, ACCOUNT_NUMBER, ACCOUNT_EXTERNAL_ID}),
}


def is_known(kind: str, code: str) -> bool:
    """Whether a mapping of a file of this kind may hold this code."""
    return code in {IGNORE, CREATE} or code in _BY_CODE[kind] or is_custom(kind, code)


def is_custom(kind: str, code: str) -> bool:
    """Whether the code means a field that the desk added itself."""
    return code.startswith(ACCOUNT_CUSTOM) or (kind == CONTACTS and code.startswith(CUSTOM))


def takes_several(code: str) -> bool:
    """Whether several columns may fill this field together."""
    target = _BY_CODE[CONTACTS].get(code)
    return code in {IGNORE, CREATE} or bool(target and target.several)


def twice_filled(mapping: Iterable[str]) -> dict[str, list[int]]:
    """Single-valued fields that more than one column would fill, with those columns."""
    used: dict[str, list[int]] = {}
    for index, code in enumerate(mapping):
        if not takes_several(code):
            used.setdefault(code, []).append(index)
    return {code: columns for code, columns in used.items() if len(columns) > 1}


def label(code: str, *, kind: str = CONTACTS) -> str:
    """How a field is called on the screen."""
    target = _BY_CODE[kind].get(code) or _BY_CODE[CONTACTS].get(code)
    return str(target.label) if target else code.partition(":")[2] or code


def note(kind: str, code: str) -> str:
    """What is said about a field beside the column that fills it."""
    target = _BY_CODE[kind].get(code)
    return str(target.note) if target else ""


def of_group(kind: str, group: str) -> Iterator[Target]:
    """The fields of the person, or those of the account."""
    return (target for target in TARGETS[kind] if target.group == group)


def ignored() -> str:
    """What a select says about a column that is left out."""
    return translate("Do not import")
