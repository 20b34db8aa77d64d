"""The columns of contacts and accounts, for every export of them and for the import in the Django admin.

A column that an import can fill has the code of its target, and a heading that `imports.columns.guess` knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from customers.exports.columns import MOMENT, YES_OR_NO, Column, Labels, TableResource
from customers.imports.datasets import Importable
from customers.imports.matching import targets
from customers.imports.matching.columns import MULTIPLE
from customers.models import Account, AccountDomain, Association, Contact, ContactMethod, ContactTag, Sharing
from customers.services.custom_fields import ACCOUNT, CONTACT, fields_of, text_of
from helpdesk.core.database.lookups import one_of
from helpdesk.core.text.addresses import shown_domain
from helpdesk.core.words import phrase_lazy

EXPORT_PERMISSION = "customers.export_contacts"
PERSON, REACH, BELONGING, DETAILS = (
    _("Person"),
    _("Ways to reach"),
    phrase_lazy("%(Term_accounts)s"),
    _("Details"),
)
OWN_FIELDS = _("Custom fields")
Kind = ContactMethod.Kind


def _text(value: str | None) -> str:
    return value or ""


# --- What comes from other tables, for the contacts or accounts of a batch -------------
def _methods(keys: list[int]) -> dict[int, dict[str, str]]:
    """Every value of a kind in one cell, the default first, as an import takes them apart again."""
    rows = ContactMethod.objects.filter(one_of("contact_id", keys)).values_list("contact_id", "kind", "value")
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for contact, kind, value in rows:
        held = found[contact].get(kind)
        found[contact][kind] = f"{held}{MULTIPLE}{value}" if held else value
    return found


def _of_kind(kind: str) -> Callable[[Mapping[str, str] | None], str]:
    return lambda methods: methods.get(kind, "") if methods else ""


def _places(keys: list[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Name and number of the accounts and the job title there, the primary first."""
    rows = Association.objects.filter(one_of("contact_id", keys)).order_by("contact_id", "position")
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for contact, *place in rows.values_list("contact_id", "account__name", "account__number", "job_title"):
        found[contact].append((place[0], place[1], place[2]))
    return found


def _primary(part: int) -> Callable[[list[tuple[str, str, str]] | None], str]:
    return lambda places: places[0][part] if places else ""


def _all_accounts(places: list[tuple[str, str, str]] | None) -> str:
    return "; ".join(name for name, _number, _title in places or ())


def _tags(keys: list[int]) -> dict[int, str]:
    rows = ContactTag.objects.filter(one_of("contact_id", keys)).order_by("tag__search")
    found: dict[int, list[str]] = defaultdict(list)
    for contact, name in rows.values_list("contact_id", "tag__name"):
        found[contact].append(name)
    return {contact: ", ".join(names) for contact, names in found.items()}


def _domains(keys: list[int]) -> dict[int, str]:
    rows = AccountDomain.objects.filter(one_of("account_id", keys)).order_by("domain")
    found: dict[int, list[str]] = defaultdict(list)
    for account, domain in rows.values_list("account_id", "domain"):
        found[account].append(shown_domain(domain))
    return {account: ", ".join(domains) for account, domains in found.items()}


def _people(keys: list[int]) -> dict[int, int]:
    rows = Association.objects.filter(one_of("account_id", keys)).order_by().values_list("account_id")
    return dict(rows.annotate(Count("pk")))


def _children(keys: list[int]) -> dict[int, int]:
    rows = Account.objects.filter(one_of("parent_id", keys)).order_by().values_list("parent_id")
    return dict(rows.annotate(Count("pk")))


def _number(value: int | None) -> int:
    return value or 0


def own_fields(module: str, prefix: str) -> Iterable[Column]:
    """A column for each field that the desk added to a module."""
    for field in fields_of(module):

        def read(values: Mapping[str, Any], field: Any = field) -> str:
            return text_of(field, values.get(field.key))

        yield Column(f"{prefix}{field.key}", field.label, "custom_fields", read, OWN_FIELDS)


class ContactResource(Importable, TableResource):
    """Contacts, a row each. Of the accounts an import takes the primary one; *All accounts* only informs."""

    columns: ClassVar[Sequence[Column]] = (
        Column(targets.REFERENCE, _("Reference number"), "reference", _text, group=PERSON),
        Column(targets.FIRST_NAME, _("First name"), "first_name", group=PERSON),
        Column(targets.LAST_NAME, _("Last name"), "last_name", group=PERSON),
        Column(targets.EMAIL, _("Email"), "methods", _of_kind(Kind.EMAIL), group=REACH),
        Column(targets.PHONE, _("Phone"), "methods", _of_kind(Kind.PHONE), group=REACH),
        Column(targets.MOBILE, _("Mobile"), "methods", _of_kind(Kind.MOBILE), group=REACH),
        Column(targets.X, _("X (Twitter)"), "methods", _of_kind(Kind.X), group=REACH),
        Column(targets.OTHER, _("Other ways to reach"), "methods", _of_kind(Kind.OTHER), group=REACH),
        Column(
            targets.ACCOUNT, phrase_lazy("Primary %(term_account)s"), "places", _primary(0), group=BELONGING
        ),
        Column(
            targets.ACCOUNT_NUMBER,
            phrase_lazy("Number of the %(term_account)s"),
            "places",
            _primary(1),
            group=BELONGING,
        ),
        Column(targets.JOB_TITLE, _("Job title"), "places", _primary(2), group=BELONGING),
        Column("accounts", phrase_lazy("All %(term_accounts)s"), "places", _all_accounts, group=BELONGING),
        Column(targets.TAGS, _("Tags"), "tags", _text, group=DETAILS),
        Column(targets.LANGUAGE, _("Language"), "language", group=DETAILS),
        Column(targets.TIME_ZONE, _("Time zone"), "time_zone", group=DETAILS),
        Column(targets.NOTES, _("Notes"), "notes", group=DETAILS),
        Column(targets.EXTERNAL_ID, _("External id"), "external_id", _text, group=DETAILS),
        Column("active", _("Active"), "is_active", YES_OR_NO, group=DETAILS),
        Column("created", _("Created"), "created_at", MOMENT, group=DETAILS),
    )

    in_list: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "name": (targets.FIRST_NAME, targets.LAST_NAME),
        "accounts": (targets.ACCOUNT, "accounts"),
        "title": (targets.JOB_TITLE,),
        "phone": (targets.PHONE, targets.MOBILE),
        "state": ("active",),
    }
    own_prefix = targets.CUSTOM
    beside: ClassVar[Mapping[str, Any]] = {"methods": _methods, "places": _places, "tags": _tags}

    class Meta(TableResource.Meta):
        model = Contact

    def custom_columns(self) -> Iterable[Column]:
        return own_fields(CONTACT, targets.CUSTOM)


class AccountResource(Importable, TableResource):
    """Accounts, a row each, with how many contacts and accounts belong to it."""

    import_kind = targets.ACCOUNTS

    columns: ClassVar[Sequence[Column]] = (
        Column(targets.ACCOUNT_NUMBER, _("Number"), "number", group=DETAILS),
        Column(targets.ACCOUNT, _("Name"), "name", group=DETAILS),
        Column(targets.ACCOUNT_TYPE, _("Type"), "type", Labels(Account.Type.choices), group=DETAILS),
        Column(
            targets.ACCOUNT_PARENT,
            _("Parent"),
            "parent__name",
            _text,
            group=DETAILS,
        ),
        Column(targets.ACCOUNT_NOTES, _("Notes"), "notes", group=DETAILS),
        Column(targets.ACCOUNT_EXTERNAL_ID, _("External id"), "external_id", _text, group=DETAILS),
        Column("sharing", _("Sharing"), "sharing", Labels(Sharing.choices), group=DETAILS),
        Column("created", _("Created"), "created_at", MOMENT, group=DETAILS),
        Column(targets.ACCOUNT_DOMAIN, _("Email domains"), "domains", _text, group=REACH),
        Column(targets.ACCOUNT_PHONE, _("Phone"), "phone", group=REACH),
        Column(targets.ACCOUNT_WEBSITE, _("Website"), "website", group=REACH),
        Column(targets.ACCOUNT_ADDRESS, _("Address"), "address", group=REACH),
        Column(
            "people",
            phrase_lazy("Number of %(term_contacts)s"),
            "people",
            _number,
            group=_("Counts"),
        ),
        Column(
            "children",
            phrase_lazy("%(Term_accounts)s below it"),
            "children",
            _number,
            group=_("Counts"),
        ),
    )

    in_list: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "name": (targets.ACCOUNT,),
        "number": (targets.ACCOUNT_NUMBER,),
        "type": (targets.ACCOUNT_TYPE,),
        "parent": (targets.ACCOUNT_PARENT,),
        "domains": (targets.ACCOUNT_DOMAIN,),
        "phone": (targets.ACCOUNT_PHONE,),
        "website": (targets.ACCOUNT_WEBSITE,),
        "external_id": (targets.ACCOUNT_EXTERNAL_ID,),
    }
    own_prefix = targets.ACCOUNT_CUSTOM
    beside: ClassVar[Mapping[str, Any]] = {"domains": _domains, "people": _people, "children": _children}

    class Meta(TableResource.Meta):
        model = Account

    def custom_columns(self) -> Iterable[Column]:
        return own_fields(ACCOUNT, targets.ACCOUNT_CUSTOM)
