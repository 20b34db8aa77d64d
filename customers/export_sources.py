"""The lists of contacts and accounts as sources of exports: which rows, in which order, and for whom."""

from __future__ import annotations

from customers.lists.filters import AccountFilter, ContactFilter
from customers.lists.listing import ORDERS, USUAL_ORDER
from customers.models import Account, Contact
from customers.resources import EXPORT_PERMISSION, AccountResource, ContactResource
from helpdesk.core.actors import Actor
from helpdesk.core.web.requests import Reader
from helpdesk.core.words import phrase_lazy
from helpdesk.exports.listed import Listed
from helpdesk.exports.sources import ExportSource, ListedRows, register


def _contacts(listed: Listed, actor: Actor) -> ListedRows:
    everyone = Contact.objects.visible_to(actor)
    order = ORDERS.get(listed.query.get("sort", ""), ORDERS[USUAL_ORDER])
    if listed.ticked:
        return ListedRows(everyone.filter(pk__in=listed.numbers), order)
    filters = ContactFilter(listed.query, everyone, request=Reader(actor))
    return ListedRows(filters.qs, order, filters.lost_filters)


def _accounts(listed: Listed, actor: Actor) -> ListedRows:
    filters = AccountFilter(listed.query, Account.objects.visible_to(actor), request=Reader(actor))
    order = ORDERS.get(listed.query.get("sort", ""), ORDERS[USUAL_ORDER])
    return ListedRows(filters.qs, order, filters.lost_filters)


CONTACTS = ExportSource(
    kind="contacts",
    title=phrase_lazy("%(Term_contacts)s"),
    resource=lambda actor: ContactResource(actor=actor),
    rows=_contacts,
    list_url_name="customers:contact_list",
    permission=EXPORT_PERMISSION,
)
ACCOUNTS = ExportSource(
    kind="accounts",
    title=phrase_lazy("%(Term_accounts)s"),
    resource=lambda actor: AccountResource(actor=actor),
    rows=_accounts,
    list_url_name="customers:account_list",
    permission=EXPORT_PERMISSION,
)
register(CONTACTS)
register(ACCOUNTS)
