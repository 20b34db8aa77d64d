"""Who sees which tickets, against a second reading of the rule that asks row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.administration.access import link_user
from customers.models import Account, AccountRelationshipType, Association, ContactRelationship
from customers.services.associations import Entry, associate
from customers.services.relationships.links import link_accounts
from helpdesk.core.actors import Actor
from tests.factories import (
    DESK,
    AccountFactory,
    ContactFactory,
    ResponsibilityFactory,
    TicketFactory,
    UserFactory,
)
from tests.personas import World
from tickets.models import Attachment, Message, Ticket
from tickets.services.access import count_viewers, viewers

RANK = {"own": 0, "see": 1, "reply": 2}


def naive(ticket: Ticket, contact, level: str) -> bool:
    """The rule of the product, one ticket and one person at a time."""
    if not contact.is_active:
        return False
    if ticket.contact_id == contact.pk:
        return True
    if ticket.is_private or ticket.account is None:
        return False
    member = Association.objects.filter(contact=contact, account=ticket.account)
    for place in member:
        own = place.sharing or ticket.account.sharing
        if min(RANK[own], RANK[ticket.account.sharing]) >= RANK[level]:
            return True
    acts = ContactRelationship.objects.filter(contact=contact, account=ticket.account).exists()
    partner = Association.objects.filter(contact=contact, account__name=f"Partner of {ticket.account.name}")
    return acts and (member.exists() or partner.exists())


def seen(contact, level: str) -> set[int]:
    actor = Actor(kind="contact", contact=contact)
    door = Ticket.objects.visible_to if level == "see" else Ticket.objects.repliable_by
    return set(door(actor).values_list("pk", flat=True))


levels = st.sampled_from(["own", "see", "reply"])
worlds = st.fixed_dictionaries(
    {
        "accounts": st.lists(levels, min_size=3, max_size=3),
        "places": st.lists(
            st.dictionaries(st.integers(0, 2), st.sampled_from(["", "own", "see", "reply"]), max_size=3),
            min_size=3,
            max_size=3,
        ),
        "active": st.lists(st.booleans(), min_size=3, max_size=3),
        "acting": st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=4),
        "tickets": st.lists(
            st.tuples(st.integers(0, 2), st.none() | st.integers(0, 2), st.booleans()), min_size=1, max_size=5
        ),
    }
)


def partner_of(account: Account) -> Account:
    """An account whose people are eligible to act for this one."""
    partner = AccountFactory(name=f"Partner of {account.name}")
    kind, _created = AccountRelationshipType.objects.get_or_create(name="Partner", reverse_name="Customer")
    link_accounts(partner, account, kind, actor=DESK)
    return partner


def build(world: dict) -> list:
    accounts = [AccountFactory(sharing=level) for level in world["accounts"]]
    contacts = [
        ContactFactory(
            accounts=[Entry(accounts[at].pk, sharing=sharing) for at, sharing in places.items()],
            is_active=active,
        )
        for places, active in zip(world["places"], world["active"], strict=True)
    ]
    responsibility = ResponsibilityFactory()
    partners = [partner_of(account) for account in accounts]
    for who, where, eligible in world["acting"]:
        ContactRelationship.objects.get_or_create(
            contact=contacts[who], account=accounts[where], responsibility=responsibility
        )
        if eligible:
            associate(contacts[who], partners[where], actor=DESK)
    for who, where, private in world["tickets"]:
        account = None if where is None else accounts[where]
        Ticket.objects.create(subject="x", contact=contacts[who], account=account, is_private=private)
    return contacts


@pytest.mark.django_db(transaction=True)
class TestAgainstANaiveReading:
    @given(world=worlds)
    def test_the_queryset_and_the_rule_agree(self, world: dict) -> None:
        Ticket.objects.all().delete()
        contacts = build(world)
        tickets = list(Ticket.objects.select_related("account", "contact"))
        for contact in contacts:
            for level in ("see", "reply"):
                assert seen(contact, level) == {t.pk for t in tickets if naive(t, contact, level)}
        for ticket in tickets:
            people = viewers(ticket, limit=20).people
            assert len(people) == count_viewers(ticket) == len({viewer.contact.pk for viewer in people})
            listed = {viewer.contact.pk for viewer in people}
            assert listed == {contact.pk for contact in contacts if naive(ticket, contact, "see")}
            writing = {viewer.contact.pk for viewer in people if viewer.can_reply}
            assert writing == {contact.pk for contact in contacts if naive(ticket, contact, "reply")}


def test_a_stranger_sees_nothing_of_it(world: World) -> None:
    assert set(Ticket.objects.visible_to(world.zoe.actor)) == {world.strangers}


def test_a_colleague_sees_what_is_shared_and_nothing_private(world: World) -> None:
    assert set(Ticket.objects.visible_to(world.kim.actor)) == {world.shared}


def test_who_acts_for_the_account_sees_what_is_shared(world: World) -> None:
    assert set(Ticket.objects.visible_to(world.bo.actor)) == {world.shared}


def test_agents_see_everything(world: World) -> None:
    assert Ticket.objects.visible_to(world.ana.actor).count() == 3


def test_nobody_unknown_sees_anything(world: World) -> None:
    assert not Ticket.objects.visible_to(Actor(kind="contact")).exists()
    assert not Ticket.objects.repliable_by(Actor(kind="contact")).exists()


def test_a_deactivated_contact_sees_nothing(world: World) -> None:
    contact = world.carla.contact
    contact.is_active = False
    assert not Ticket.objects.visible_to(Actor(kind="contact", contact=contact)).exists()


def test_notes_and_their_files_are_only_for_staff(world: World) -> None:
    customers = Message.objects.visible_to(world.carla.actor)
    assert not customers.filter(kind="note").exists()
    assert Message.objects.visible_to(world.ana.actor).filter(kind="note").exists()
    assert Attachment.objects.visible_to(world.kim.actor).count() == 1
    assert not Attachment.objects.visible_to(world.zoe.actor).exists()


def test_a_user_whose_sign_in_is_closed_sees_nothing(db) -> None:
    contact = ContactFactory()
    TicketFactory(contact=contact)
    user = UserFactory(is_active=False)
    link_user(contact, user, actor=DESK)
    assert not Ticket.objects.visible_to(Actor(kind="contact", user=user, contact=contact)).exists()
