"""Letters to a contact who is merged, deleted or erased."""

import pytest

from customers.erasing.contacts import erase_contact
from customers.merging.contacts import merge_contacts
from customers.merging.undo import undo_merge
from customers.services.contacts.deletion import delete_contact
from helpdesk.outbox.models import Delivery
from tests.factories import DESK, ContactFactory, TicketFactory
from tests.letters import sent_about, write_letters
from tests.personas import World
from tickets.services.conversation import reply
from tickets.services.following import follow

pytestmark = pytest.mark.django_db


def test_what_waits_for_a_merged_contact_goes_to_the_survivor_and_back_with_the_undo(world: World) -> None:
    other = ContactFactory(first_name="Other", email="other@people.example", accounts=[world.harbor])
    ticket = TicketFactory(contact=other)
    message = reply(ticket, "Done", actor=world.ana.actor)
    survivor = ContactFactory(first_name="Survivor", accounts=[world.harbor])
    write_letters()
    (row,) = Delivery.objects.about("tickets.message", [message.pk])
    merge = merge_contacts(survivor, [other], actor=DESK)
    row.refresh_from_db()
    assert row.recipient_id == survivor.pk
    assert set(sent_about(message)) == {"other@people.example"}
    undo_merge(merge, actor=DESK)
    row.refresh_from_db()
    assert row.recipient_id == other.pk


def test_a_user_of_the_same_number_is_not_moved_along(world: World) -> None:
    other = ContactFactory()
    row = Delivery.objects.create(
        kind="x",
        address="a@desk.example",
        message_id="<x>",
        give_up_at=other.created_at,
        recipient_type="core.user",
        recipient_id=other.pk,
    )
    merge_contacts(ContactFactory(), [other], actor=DESK)
    row.refresh_from_db()
    assert row.recipient_id == other.pk


def test_letters_to_a_deleted_contact_are_gone(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    assert Delivery.objects.about("tickets.message", [message.pk]).count() == 2
    delete_contact(world.kim.contact, actor=world.max.actor, reassign_to=world.ada.contact)
    assert set(sent_about(message)) == {"carla@people.example"}


def test_letters_to_an_erased_contact_are_gone_and_counted_before(world: World) -> None:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    erase_contact(world.carla.contact, actor=world.max.actor)
    assert not Delivery.objects.filter(address__icontains="carla").exists()
    assert sent_about(message) == {}
