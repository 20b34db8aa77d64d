"""Remedies for many accounts at once: nobody uses them, or nobody administers them.

Each says beforehand what it would do, and does at most so many in one go (a page waits for it).
"""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from customers import policies
from customers.administration.administrators import ADMINISTRATOR
from customers.administration.team import set_role
from customers.errors.administration import NotActive
from customers.errors.records import ContactGone, NotAssociated
from customers.models import Account, Association, ContactMethod
from customers.querysets import AccountQuerySet
from customers.registry import account_uses
from customers.services.accounts.deletion import delete_accounts
from customers.services.accounts.hierarchy import lock_hierarchies
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import lock_many
from helpdesk.core.database.lookups import one_of

MOST_DELETED = 2000
MOST_APPOINTED = 200
SHOWN = 20


# --- Accounts that nothing depends on ---------------------------------------------------
def unused_accounts() -> AccountQuerySet:
    """Without people, and without anything that would be lost or left over: e-mail domains, accounts below,
    relationships, invitations, merges to be undone, and what the floors above keep of an account."""
    accounts = cast(AccountQuerySet, Account.objects.without_people()).filter(
        domains__isnull=True,
        children__isnull=True,
        relationships_from__isnull=True,
        relationships_to__isnull=True,
        contact_relationships__isnull=True,
        invitations__isnull=True,
        join_requests__isnull=True,
        merges__isnull=True,
    )
    return accounts.filter(*(~use() for use in account_uses))


def delete_unused_accounts(*, actor: Actor) -> int:
    """Delete the first of them; says how many. Who gets a use while this waits for the locks, stays."""
    policies.require_delete_account(actor)
    with transaction.atomic():
        lock_hierarchies()
        ids = list(unused_accounts().order_by("pk").values_list("pk", flat=True)[:MOST_DELETED])
        lock_many(Account, ids)
        return delete_accounts(unused_accounts().filter(one_of("id", ids)), actor=actor)


# --- Accounts that nobody administers ---------------------------------------------------
def only_people() -> QuerySet[Association]:
    """The places of those who are the only active person of an account without an administrator, and have an address
    that a letter reaches."""
    active = Association.objects.filter(contact__is_active=True)
    others = active.filter(account=OuterRef("account")).exclude(pk=OuterRef("pk"))
    address = ContactMethod.objects.filter(
        contact=OuterRef("contact"), kind=ContactMethod.Kind.EMAIL, bouncing_since__isnull=True
    )
    unmanaged = Account.objects.without_administrator().order_by().values("pk")
    rows = active.filter(~Exists(others), Exists(address), account__in=unmanaged)
    return rows.select_related("account", "contact").order_by("account")


def appoint_only_people(*, actor: Actor) -> int:
    """Make the first of them customer administrators, each told by letter; says how many."""
    places = list(only_people()[:MOST_APPOINTED])
    return sum(_appoint(place, actor) for place in places)


def _appoint(place: Association, actor: Actor) -> bool:
    """Not who left, or was closed, meanwhile."""
    try:
        return set_role(place.account, place.contact, ADMINISTRATOR, actor=actor)
    except (ContactGone, NotActive, NotAssociated):
        return False
