"""Who can see a ticket, and why: each person once, with every reason."""

from collections.abc import Callable

import pytest

from customers.models import AccountRelationship, Contact, ContactRelationship
from customers.services.accounts.changes import create_account, update_account
from customers.services.associations import Entry, associate
from customers.services.contacts.changes import update_contact
from customers.services.relationships.links import create_contact_relationship
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory, TicketFactory
from tests.personas import World, acts_for
from tickets.models import Follower, Ticket
from tickets.services.access import count_viewers, followers_without_sight, seen_again_by, seen_by, viewers
from tickets.services.following import follow
from tickets.services.lifecycle import set_private


def told(ticket: Ticket) -> dict[str, list[str]]:
    return {viewer.contact.first_name: viewer.sentences for viewer in viewers(ticket, limit=20).people}


def test_each_person_stands_once_with_every_reason(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    assert told(world.shared) == {
        "Carla": ["Requester", "Sees and answers everything of Harbor Tower"],
        "Ada": ["Customer administrator of Harbor Tower, answers everything"],
        "Bo": ["Acts for Harbor Tower as Agency (customer), through Lighthouse Agency (Partner of)"],
        "Kim": ["Sees and answers everything of Harbor Tower", "Follows it"],
    }


def test_who_belongs_and_acts_twice_has_three_reasons(world: World) -> None:
    acts_for(world.bo.contact, world.harbor, role="administrator")
    associate(world.bo.contact, world.harbor, actor=DESK)
    assert told(world.shared)["Bo"] == [
        "Sees and answers everything of Harbor Tower",
        "Acts for Harbor Tower as Agency (administrator), through membership",
        "Acts for Harbor Tower as Agency (customer), through membership",
    ]
    assert count_viewers(world.shared) == 4


def test_levels_are_said(world: World) -> None:
    ContactFactory(first_name="Looker", accounts=[Entry(world.harbor.pk, sharing="see")])
    ContactFactory(first_name="Loner", accounts=[Entry(world.harbor.pk, sharing="own")])
    people = told(world.shared)
    assert people["Looker"] == ["Sees everything of Harbor Tower"]
    assert "Loner" not in people
    update_account(world.harbor, {"sharing": "see"}, actor=DESK)
    assert told(Ticket.objects.get(pk=world.shared.pk))["Ada"] == [
        "Customer administrator of Harbor Tower, sees everything"
    ]


def test_through_a_hierarchy(world: World) -> None:
    branch = create_account({"name": "Harbor Branch", "parent": world.harbor}, actor=DESK)
    below = ContactFactory(first_name="Below", accounts=[branch])
    create_contact_relationship(world.harbor, below, ResponsibilityFactory(name="Keys"), actor=DESK)
    assert told(world.shared)["Below"] == [
        "Acts for Harbor Tower as Keys, through the hierarchy of Harbor Tower"
    ]


def test_of_a_private_ticket_only_the_requester_is_listed(world: World) -> None:
    assert told(world.private) == {"Carla": ["Requester; it is private to them"]}


def test_without_an_account_too(world: World) -> None:
    assert told(TicketFactory(contact=world.carla.contact, account=None)) == {"Carla": ["Requester"]}


def test_the_deactivated_and_the_no_longer_eligible_are_not_listed(world: World) -> None:
    update_contact(world.carla.contact, {"is_active": False}, actor=DESK)
    AccountRelationship.objects.all().delete()
    ticket = Ticket.objects.get(pk=world.shared.pk)
    assert set(told(ticket)) == {"Ada", "Kim"}
    assert count_viewers(ticket) == 2


def test_following_is_no_sight(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    set_private(world.shared, True, actor=world.carla.actor)
    assert set(told(world.shared)) == {"Carla"}
    assert [person.first_name for person in followers_without_sight(world.shared)] == ["Kim"]
    Follower.objects.create(ticket=world.strangers, contact=world.kim.contact)
    assert world.kim.contact in followers_without_sight(world.strangers)


def test_many_are_counted_and_left_off(world: World) -> None:
    for _ in range(5):
        ContactFactory(accounts=[world.harbor])
    seen = viewers(world.shared, limit=3)
    assert (len(seen.people), seen.total, seen.more) == (4, 9, "and 5 more")
    assert seen.people[0].is_requester
    assert seen_by(world.shared) == "9 people can see this, besides the desk"


def test_sharing_again_says_who_would_see_it(world: World) -> None:
    assert seen_again_by(world.private) == "Shared, 3 more people would see it"
    assert seen_again_by(world.shared) == ""


@pytest.mark.parametrize("limit", [2, 40])
def test_any_number_of_people_costs_the_same_queries(
    world: World, count_queries: Callable[[Callable[[], object]], int], limit: int
) -> None:
    for number in range(40):
        person = ContactFactory(accounts=[world.lighthouse if number % 2 else world.harbor])
        if number % 2:
            acts_for_again(person, world)
    assert count_queries(lambda: told_first(world, limit)) <= 10


def acts_for_again(person: Contact, world: World) -> None:
    responsibility = ContactRelationship.objects.get(contact=world.bo.contact).responsibility
    create_contact_relationship(world.harbor, person, responsibility, actor=DESK)


def told_first(world: World, limit: int) -> list[list[str]]:
    ticket = Ticket.objects.select_related("contact", "account").get(pk=world.shared.pk)
    return [viewer.sentences for viewer in viewers(ticket, limit).people]


def test_an_account_of_nobody_else(db: None) -> None:
    alone = TicketFactory(contact=ContactFactory(first_name="Sole", accounts=[AccountFactory()]))
    assert set(told(alone)) == {"Sole"}
