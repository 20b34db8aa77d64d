"""`disassociate`: taking an account out of a contact's list."""

import pytest

from customers.errors.records import NotAssociated
from customers.models import ContactRelationship
from customers.services.associations import disassociate, disassociate_many
from helpdesk.events.timelines import timeline
from tests.customers.services.test_associate import names
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_the_next_account_becomes_the_primary() -> None:
    first, second, third = (AccountFactory(name=name) for name in ("One", "Two", "Three"))
    contact = ContactFactory(accounts=[first, second, third])
    disassociate(contact, first, actor=DESK)
    assert names(contact) == ["Two", "Three"]
    changed = timeline(contact).get(code="association.primary_changed")
    assert (changed.data["old"], changed.data["new"]) == ("One", "Two")


def test_another_can_be_picked_as_the_primary() -> None:
    first, second, third = (AccountFactory(name=name) for name in ("One", "Two", "Three"))
    contact = ContactFactory(accounts=[first, second, third])
    disassociate(contact, first, actor=DESK, new_primary=third)
    assert names(contact) == ["Three", "Two"]


def test_a_picked_primary_must_be_in_the_list() -> None:
    first = AccountFactory(name="One")
    contact = ContactFactory(accounts=[first])
    with pytest.raises(NotAssociated):
        disassociate(contact, first, actor=DESK, new_primary=AccountFactory())
    assert names(contact) == ["One"]


def test_somebody_else_was_faster() -> None:
    with pytest.raises(NotAssociated) as refusal:
        disassociate(ContactFactory(), AccountFactory(), actor=DESK)
    assert "Reload" in refusal.value.message


def test_many_at_once_leaves_those_who_were_not_in_it() -> None:
    account, other = AccountFactory(name="One"), AccountFactory(name="Two")
    inside, outside = ContactFactory(accounts=[account]), ContactFactory(accounts=[other])
    changed = disassociate_many([inside, outside], account, actor=DESK)
    assert [contact.pk for contact in changed] == [inside.pk]
    assert names(outside) == ["Two"]


def test_acting_for_an_account_ends_with_the_membership_it_stood_on(world: World) -> None:
    disassociate(world.bo.contact, world.lighthouse, actor=DESK)
    relationship = ContactRelationship.objects.with_state().get(contact=world.bo.contact)
    assert relationship.state == relationship.noticed == "ineligible"
    assert timeline(world.harbor).first().code == "contact_relationship.no_longer_eligible"
