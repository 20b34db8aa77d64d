"""The columns of contacts and accounts, for every export of them and for the import in the Django admin.

A column that an import can fill has the code of its target, and a heading that `imports.columns.guess` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from customers.exports.columns import Column, TableResource
from customers.imports import targets
from customers.imports.columns import MULTIPLE
from customers.imports.datasets import Importable
from customers.models import Account, Contact, ContactMethod
from customers.services.custom_fields import ACCOUNT, CONTACT, fields_of, text_of
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


def _attribute(name: str) -> Callable[[Any], Any]:
    return lambda record: getattr(record, name)


def _methods(kind: str) -> Callable[[Contact], str]:
    """Every value of a kind in one cell, the default first, as an import takes them apart again."""
    return lambda contact: MULTIPLE.join(m.value for m in contact.methods.all() if m.kind == kind)


def _primary(name: str) -> Callable[[Contact], str]:
    def read(contact: Contact) -> str:
        account = contact.primary_account
        return str(getattr(account, name)) if account else ""

    return read


def _all_accounts(contact: Contact) -> str:
    return "; ".join(place.account.name for place in contact.ordered_associations)


def _tags(contact: Contact) -> str:
    return ", ".join(tag.name for tag in contact.tags.all())


def _yes_or_no(value: bool) -> str:
    return translate("Yes") if value else translate("No")


def own_fields(module: str, prefix: str) -> Iterable[Column]:
    """A column for each field that the desk added to a module."""
    for field in fields_of(module):

        def read(record: Any, field: Any = field) -> str:
            return text_of(field, record.custom_fields.get(field.key))

        yield Column(f"{prefix}{field.key}", field.label, read, OWN_FIELDS)


class ContactResource(Importable, TableResource):
    """Contacts, a row each. Of the accounts an import takes the primary one; *All accounts* only informs."""

    columns: ClassVar[Sequence[Column]] = (
        Column(
            targets.REFERENCE, _("Reference number"), lambda contact: contact.reference or "", group=PERSON
        ),
        Column(targets.FIRST_NAME, _("First name"), _attribute("first_name"), group=PERSON),
        Column(targets.LAST_NAME, _("Last name"), _attribute("last_name"), group=PERSON),
        Column(targets.EMAIL, _("Email"), _methods(Kind.EMAIL), group=REACH),
        Column(targets.PHONE, _("Phone"), _methods(Kind.PHONE), group=REACH),
        Column(targets.MOBILE, _("Mobile"), _methods(Kind.MOBILE), group=REACH),
        Column(targets.X, _("X (Twitter)"), _methods(Kind.X), group=REACH),
        Column(targets.OTHER, _("Other ways to reach"), _methods(Kind.OTHER), group=REACH),
        Column(targets.ACCOUNT, phrase_lazy("Primary %(term_account)s"), _primary("name"), group=BELONGING),
        Column(
            targets.ACCOUNT_NUMBER,
            phrase_lazy("Number of the %(term_account)s"),
            _primary("number"),
            group=BELONGING,
        ),
        Column(targets.JOB_TITLE, _("Job title"), _attribute("job_title"), group=BELONGING),
        Column("accounts", phrase_lazy("All %(term_accounts)s"), _all_accounts, group=BELONGING),
        Column(targets.TAGS, _("Tags"), _tags, group=DETAILS),
        Column(targets.LANGUAGE, _("Language"), _attribute("language"), group=DETAILS),
        Column(targets.TIME_ZONE, _("Time zone"), _attribute("time_zone"), group=DETAILS),
        Column(targets.NOTES, _("Notes"), _attribute("notes"), group=DETAILS),
        Column(targets.EXTERNAL_ID, _("External id"), _attribute("external_id"), group=DETAILS),
        Column("active", _("Active"), lambda contact: _yes_or_no(contact.is_active), group=DETAILS),
        Column("created", _("Created"), _attribute("created_at"), group=DETAILS),
    )

    in_list: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "name": (targets.FIRST_NAME, targets.LAST_NAME),
        "accounts": (targets.ACCOUNT, "accounts"),
        "title": (targets.JOB_TITLE,),
        "phone": (targets.PHONE, targets.MOBILE),
        "state": ("active",),
    }
    own_prefix = targets.CUSTOM

    class Meta(TableResource.Meta):
        model = Contact

    def custom_columns(self) -> Iterable[Column]:
        return own_fields(CONTACT, targets.CUSTOM)

    def prepared(self, queryset: Any) -> Any:
        return queryset.with_accounts().with_methods().with_tags()


def _domains(account: Account) -> str:
    return ", ".join(domain.shown for domain in account.domains.all())


class AccountResource(Importable, TableResource):
    """Accounts, a row each, with how many contacts and accounts belong to it."""

    import_kind = targets.ACCOUNTS

    columns: ClassVar[Sequence[Column]] = (
        Column(targets.ACCOUNT_NUMBER, _("Number"), _attribute("number"), group=DETAILS),
        Column(targets.ACCOUNT, _("Name"), _attribute("name"), group=DETAILS),
        Column(targets.ACCOUNT_TYPE, _("Type"), lambda account: account.get_type_display(), group=DETAILS),
        Column(
            targets.ACCOUNT_PARENT,
            _("Parent"),
            lambda account: account.parent.name if account.parent else "",
            group=DETAILS,
        ),
        Column(targets.ACCOUNT_NOTES, _("Notes"), _attribute("notes"), group=DETAILS),
        Column(targets.ACCOUNT_EXTERNAL_ID, _("External id"), _attribute("external_id"), group=DETAILS),
        Column("sharing", _("Sharing"), lambda account: account.get_sharing_display(), group=DETAILS),
        Column("created", _("Created"), _attribute("created_at"), group=DETAILS),
        Column(targets.ACCOUNT_DOMAIN, _("Email domains"), _domains, group=REACH),
        Column(targets.ACCOUNT_PHONE, _("Phone"), _attribute("phone"), group=REACH),
        Column(targets.ACCOUNT_WEBSITE, _("Website"), _attribute("website"), group=REACH),
        Column(targets.ACCOUNT_ADDRESS, _("Address"), _attribute("address"), group=REACH),
        Column(
            "people",
            phrase_lazy("Number of %(term_contacts)s"),
            _attribute("people_count"),
            group=_("Counts"),
        ),
        Column(
            "children",
            phrase_lazy("%(Term_accounts)s below it"),
            _attribute("children_count"),
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

    class Meta(TableResource.Meta):
        model = Account

    def custom_columns(self) -> Iterable[Column]:
        return own_fields(ACCOUNT, targets.ACCOUNT_CUSTOM)

    def prepared(self, queryset: Any) -> Any:
        below = (
            Account.objects.filter(parent=OuterRef("pk"))
            .order_by()
            .values("parent")
            .annotate(n=Count("pk"))
            .values("n")
        )
        counted = queryset.with_people_count().annotate(
            children_count=Coalesce(Subquery(below, output_field=IntegerField()), 0)
        )
        return counted.select_related("parent").prefetch_related("domains")
