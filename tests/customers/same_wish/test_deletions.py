"""A record is deleted from its page, with others from a list, or in the Django admin: each leaves the same history."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.administration.access import link_user
from customers.health.account_remedies import delete_unused_accounts
from customers.models import Account, Contact
from customers.services.accounts import deletion as account_deletion
from helpdesk.events.models import AuditEntry
from tests.customers.same_wish.outcomes import Outcome, by_each_door
from tests.factories import DESK, AccountFactory, ContactFactory, UserFactory
from tests.personas import World


def since(last: int) -> Outcome:
    """What is left, and what was recorded."""
    entries = AuditEntry.objects.filter(pk__gt=last)
    told = sorted(
        f"{e.code} {e.subject_type} {e.subject_id} {e.related_id} {json.dumps(e.data, sort_keys=True)}"
        for e in entries
    )
    return {
        "contacts": list(Contact.objects.order_by("pk").values_list("pk", "associations__account")),
        "accounts": list(Account.objects.order_by("pk").values_list("pk", "parent", "tree")),
        "history": told,
    }


def compared(doors: dict[str, Callable[[], object]]) -> Outcome:
    last = AuditEntry.objects.latest("id").pk

    def take(door: str) -> Outcome:
        doors[door]()
        return since(last)

    return by_each_door(" ".join(doors), take)


def test_a_contact_with_a_sign_in(world: World) -> None:
    contact = ContactFactory(accounts=[world.harbor, world.far_away])
    link_user(contact, UserFactory(), actor=DESK)
    page = reverse("customers:contact_delete", args=[contact.pk])
    chosen = {"ids": [contact.pk], "contact": [contact.pk], "confirm": "1"}
    outcome = compared(
        {
            "page": lambda: world.max.client.post(page, {"confirm": "1"}),
            "list": lambda: world.max.client.post(reverse("customers:contact_bulk_delete"), chosen),
            "admin": lambda: world.root.client.post(
                reverse("admin:customers_contact_delete", args=[contact.pk]), {"post": "yes"}
            ),
        }
    )
    assert [entry.split()[0] for entry in outcome["history"]] == ["contact.deleted", "user.deleted"]


@pytest.fixture
def account(world: World) -> Account:
    """One in the middle of a hierarchy, with people and a ticket of theirs."""
    top = AccountFactory(name="Top")
    middle = AccountFactory(name="Middle", parent=top)
    AccountFactory(name="Below", parent=middle)
    ContactFactory(accounts=[middle, world.harbor])
    return middle


def test_an_account_in_a_hierarchy(world: World, account: Account) -> None:
    page = reverse("customers:account_delete", args=[account.pk])
    chosen = {"action": "delete_selected", "_selected_action": [account.pk], "post": "yes"}
    outcome = compared(
        {
            "page": lambda: world.max.client.post(page, {"name": account.name}),
            "admin": lambda: world.root.client.post(
                reverse("admin:customers_account_delete", args=[account.pk]), {"post": "yes"}
            ),
            "list": lambda: world.root.client.post(reverse("admin:customers_account_changelist"), chosen),
        }
    )
    assert [entry.split()[0] for entry in outcome["history"]] == ["account.deleted", "association.removed"]
    assert not Account.objects.filter(name="Below", tree=None).exists()


def test_an_account_that_nobody_uses(world: World) -> None:
    delete_unused_accounts(actor=DESK)
    empty = AccountFactory(name="Nobody’s", parent=world.harbor)
    outcome = compared(
        {
            "page": lambda: account_deletion.delete_account(empty, actor=DESK),
            "remedy": lambda: delete_unused_accounts(actor=DESK),
            "undo": lambda: account_deletion.delete_unused_accounts([empty.pk], actor=DESK),
        }
    )
    assert outcome["history"][0].startswith("account.deleted")


def test_many_cost_as_many_queries_as_few(world: World) -> None:
    def queries(number: int) -> int:
        people = [AccountFactory(parent=world.harbor) for _ in range(number)]
        for each in people:
            ContactFactory(accounts=[each])
        with CaptureQueriesContext(connection) as asked:
            account_deletion.delete_accounts(people, actor=DESK)
        return len(asked)

    assert queries(12) == queries(3)
