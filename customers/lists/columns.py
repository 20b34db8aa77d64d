"""What the columns of the lists of contacts and accounts are. A person chooses which to see, and in which order.

Each says how a row gives its value, or how all rows of a page do at once, and by which partial under
``templates/customers/cells/`` a value is shown. The name always stands first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from customers import registry
from customers.models import ContactMethod
from customers.services.custom_fields import ACCOUNT, CONTACT, PREFIX, fields_of, text_of
from helpdesk.core.actors import Actor
from helpdesk.core.web.listing import Sort
from helpdesk.core.words import phrase_lazy

NAME = "name"
MOST_COLUMNS = 10
"""Beside the name; more would be too narrow to read."""

Value = Callable[[Any], Any]
Prepare = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """`value` reads it from a row, with what `prepare` adds to the queryset; or `values` finds a whole page's."""

    key: str
    heading: str | Promise
    css_class: str = "c-text"
    cell: str = "text"
    value: Value | None = None
    prepare: Prepare | None = None
    values: Callable[[list[int], Actor], Mapping[int, Any]] | None = None
    sort: str = ""
    """The order of the list that this column's heading switches to; only what an index answers has one."""
    usual: bool = False

    @property
    def template(self) -> str:
        return f"customers/cells/_{self.cell}.html"


@dataclass(frozen=True)
class ShownColumn:
    """A column with its values for the rows of a page."""

    column: Column
    values: Mapping[int, Any]
    sort: Sort | None = None

    @property
    def key(self) -> str:
        return self.column.key

    @property
    def css_class(self) -> str:
        return self.column.css_class

    @property
    def heading(self) -> str:
        return str(self.column.heading)

    @property
    def template(self) -> str:
        return self.column.template


def shown(
    columns: Sequence[Column], rows: Iterable[Any], sorts: Mapping[str, Sort], actor: Actor
) -> list[ShownColumn]:
    """The columns of one page, as `actor` may see them: a query for each column that asks for its values, however many
    rows there are."""
    page = list(rows)
    return [ShownColumn(column, _values(column, page, actor), sorts.get(column.sort)) for column in columns]


def prepared(queryset: Any, columns: Iterable[Column]) -> Any:
    """The queryset with what these columns read, each thing once."""
    for prepare in dict.fromkeys(column.prepare for column in columns if column.prepare):
        queryset = prepare(queryset)
    return queryset


def _values(column: Column, rows: list[Any], actor: Actor) -> Mapping[int, Any]:
    if column.values:
        return column.values([row.pk for row in rows], actor)
    return {row.pk: column.value(row) for row in rows} if column.value else {}


def _attribute(name: str) -> Value:
    return lambda row: getattr(row, name)


def _with_accounts(queryset: Any) -> Any:
    return queryset.with_accounts()


def _with_methods(queryset: Any) -> Any:
    return queryset.with_methods()


def _with_tags(queryset: Any) -> Any:
    return queryset.with_tags()


def _tags(contact: Any) -> str:
    return ", ".join(str(tag) for tag in contact.tags.all())


def _method(kind: str) -> Value:
    def read(contact: Any) -> str:
        method = contact.default_method(kind)
        return method.display if method else ""

    return read


def _language(contact: Any) -> str:
    return dict(settings.LANGUAGES).get(contact.language, contact.language)


def _state(contact: Any) -> str:
    return translate("Active") if contact.is_active else translate("Deactivated")


def _with_parent(queryset: Any) -> Any:
    return queryset.select_related("parent")


def _with_people(queryset: Any) -> Any:
    return queryset.with_people_count()


def _with_domains(queryset: Any) -> Any:
    return queryset.prefetch_related("domains")


def _domains(account: Any) -> str:
    return ", ".join(domain.shown for domain in account.domains.all())


def _date(key: str, heading: Promise, name: str, **more: Any) -> Column:
    return Column(key, heading, "c-moment num", "moment", _attribute(name), **more)


CONTACT_COLUMNS = (
    Column(NAME, _("Name"), "c-name", "contact_name", prepare=_with_tags, sort="name", usual=True),
    Column(
        "accounts",
        phrase_lazy("%(Term_accounts)s"),
        "c-accts",
        "contact_edit",
        prepare=_with_accounts,
        usual=True,
    ),
    Column("title", _("Job title"), "c-title", "contact_edit", prepare=_with_accounts, usual=True),
    Column("email", _("Email"), "c-email", "contact_edit", prepare=_with_methods, usual=True),
    Column("phone", _("Phone"), "c-phone", "contact_edit", prepare=_with_methods, usual=True),
)
MORE_CONTACT_COLUMNS = (
    Column(
        "created", _("Created"), "c-seen num", "moment", _attribute("created_at"), sort="created", usual=True
    ),
    Column("mobile", _("Mobile"), value=_method(ContactMethod.Kind.MOBILE), prepare=_with_methods),
    Column("x", _("X (Twitter)"), value=_method(ContactMethod.Kind.X), prepare=_with_methods),
    Column("tags", _("Tags"), value=_tags, prepare=_with_tags),
    Column("reference", _("Reference number"), "c-text id", value=_attribute("reference")),
    Column("language", _("Language"), value=_language),
    Column("time_zone", _("Time zone"), value=_attribute("time_zone")),
    Column("state", _("State"), value=_state),
    Column("external_id", _("External id"), value=_attribute("external_id")),
    _date("updated", _("Updated"), "updated_at"),
)
ACCOUNT_COLUMNS = (
    Column(NAME, _("Name"), "c-name", "account_name", sort="name", usual=True),
    Column("number", _("Number"), "c-number id", value=_attribute("reference"), usual=True),
    Column("type", _("Type"), "c-type", value=lambda account: account.get_type_display(), usual=True),
    Column(
        "parent", _("Parent"), "c-parent", "account", _attribute("parent"), prepare=_with_parent, usual=True
    ),
    Column(
        "people",
        phrase_lazy("%(Term_contacts)s"),
        "c-people num",
        "number",
        _attribute("people_count"),
        prepare=_with_people,
        usual=True,
    ),
)
MORE_ACCOUNT_COLUMNS = (
    Column(
        "created", _("Created"), "c-seen num", "moment", _attribute("created_at"), sort="created", usual=True
    ),
    Column("domains", _("Email domains"), value=_domains, prepare=_with_domains),
    Column("phone", _("Phone"), value=_attribute("phone")),
    Column("website", _("Website"), value=_attribute("website")),
    Column("sharing", _("Sharing"), value=lambda account: account.get_sharing_display()),
    Column("external_id", _("External id"), value=_attribute("external_id")),
    _date("updated", _("Updated"), "updated_at"),
)


def _registered(columns: Iterable[registry.ListColumn]) -> list[Column]:
    return [
        Column(
            column.key,
            column.heading(),
            column.css_class,
            column.cell,
            values=column.values,
            usual=column.usual,
        )
        for column in columns
    ]


def _own_fields(module: str) -> Iterable[Column]:
    """A column for each field that the desk added."""
    for field in fields_of(module):

        def read(row: Any, field: Any = field) -> str:
            return text_of(field, row.custom_fields.get(field.key))

        yield Column(f"{PREFIX}{field.key}", field.label, value=read)


def columns_of(module: str) -> dict[str, Column]:
    """All that a list can show, by key: the usual ones first, in their order. One query, for the desk's own fields."""
    if module == CONTACT:
        found = [*CONTACT_COLUMNS, *_registered(registry.contact_columns), *MORE_CONTACT_COLUMNS]
    else:
        found = [*ACCOUNT_COLUMNS, *_registered(registry.account_columns), *MORE_ACCOUNT_COLUMNS]
    found += _own_fields(CONTACT if module == CONTACT else ACCOUNT)
    return {column.key: column for column in sorted(found, key=lambda column: not column.usual)}
