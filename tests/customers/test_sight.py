"""Who sees the tickets of an account: the rule from either end says the same."""

import pytest

from customers.models import Account, AccountRelationship, Contact
from customers.services.accounts.changes import update_account
from customers.services.associations import Entry, associate
from customers.services.contacts.changes import update_contact
from customers.services.relationships.links import unlink_accounts
from tests.factories import DESK, ContactFactory
from tests.personas import World


def who_see(account: Account) -> set[str]:
    return {
        contact.first_name
        for contact in Contact.objects.all()
        if Account.objects.shared_with(contact).filter(pk=account.pk).exists()
    }


@pytest.mark.parametrize(
    ("sharing", "seen_by"),
    [
        ("reply", {"Carla", "Kim", "Ada", "Bo", "Lax"}),
        ("see", {"Carla", "Kim", "Ada", "Bo", "Lax"}),
        ("own", {"Bo"}),
    ],
)
def test_members_see_while_it_shares_and_whoever_acts_for_it_always(
    world: World, sharing: str, seen_by: set[str]
) -> None:
    ContactFactory(first_name="Strict", accounts=[Entry(world.harbor.pk, sharing="own")])
    ContactFactory(first_name="Lax", accounts=[Entry(world.harbor.pk, sharing="see")])
    update_account(world.harbor, {"sharing": sharing}, actor=DESK)
    assert who_see(world.harbor) == seen_by
    assert Account.objects.people_reached()[world.harbor.pk] == len(seen_by)


def test_whoever_belongs_and_acts_is_counted_once(world: World) -> None:
    associate(world.bo.contact, world.harbor, actor=DESK)
    assert Account.objects.people_reached()[world.harbor.pk] == len(who_see(world.harbor)) == 4


def test_the_deactivated_and_the_no_longer_eligible_see_nothing(world: World) -> None:
    update_contact(world.kim.contact, {"is_active": False}, actor=DESK)
    unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
    assert who_see(world.harbor) == {"Carla", "Ada"}
    assert Account.objects.people_reached()[world.harbor.pk] == 2


def test_it_is_counted_for_many_accounts_in_two_queries(world: World, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        reached = Account.objects.people_reached()
    for account in Account.objects.all():
        assert reached[account.pk] == len(who_see(account))
