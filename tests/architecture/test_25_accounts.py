"""A page of contacts with 25 accounts each asks the database no more than one with a single account."""

from collections.abc import Callable
from itertools import pairwise

from django.urls import reverse

from customers.models import Account, DuplicatePair
from customers.services.associations import Entry
from customers.services.contacts.changes import NewContact, create_contacts
from customers.services.methods.values import NewMethod
from tests.factories import DESK, AccountFactory
from tests.personas import World

LISTS_OF_CONTACTS = ["customers:contact_list", "customers:account_contacts", "customers:duplicate_list"]


def crowd(world: World, people: int, accounts: list[Account]) -> None:
    """People of Harbor Tower with all these accounts, each alike to the one before."""
    new = [
        NewContact(
            fields={"first_name": "Crowd", "last_name": f"{len(accounts):02}-{n:03}"},
            methods=[NewMethod("phone", f"+82 2 777 {n:04}")],
            accounts=[Entry(world.harbor.pk), *(Entry(account.pk) for account in accounts)],
        )
        for n in range(people)
    ]
    found = create_contacts(new, actor=DESK)
    DuplicatePair.objects.bulk_create(
        DuplicatePair(first=one, second=other, same_name=True) for one, other in pairwise(found)
    )


def test_25_accounts_on_every_contact_of_a_page_cost_no_more_queries_than_one(
    world: World, count_queries: Callable[..., int]
) -> None:
    addresses = [
        reverse(name, args=[world.harbor.pk] if name.endswith("account_contacts") else [])
        for name in LISTS_OF_CONTACTS
    ]

    def cost() -> dict[str, int]:
        return {
            address: count_queries(lambda address=address: world.max.client.get(address))
            for address in addresses
        }

    crowd(world, 3, [])
    few = cost()
    crowd(world, 60, [AccountFactory(name=f"Tower {n:02}") for n in range(24)])
    page = world.max.client.get(reverse("customers:contact_list")).content.decode()
    assert page.count("and 24 more") >= 40
    assert {address: n for address, n in cost().items() if n > few[address]} == {}
