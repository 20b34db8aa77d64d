"""Whom a message was addressed to stands with the message, and stays."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from customers.erasing.contacts import erase_contact
from customers.merging.contacts import merge_contacts
from customers.services.contacts.deletion import delete_contacts
from customers.services.methods.changes import change_method
from helpdesk.events.models import AuditEntry
from tests.factories import ContactFactory, TicketFactory
from tests.personas import World
from tickets.models import Message, MessageRecipient, Ticket
from tickets.services.conversation import add_note, reply
from tickets.services.lifecycle import assign, change_contact, create_ticket
from tickets.services.posting import Post, post

fill = import_module("tickets.migrations.0003_recipients_of_old_messages").fill


def rows(message: Message) -> list[tuple[str, str, str]]:
    return [(row.role, row.name, row.address) for row in message.recipients.all()]


TO_CARLA = ("to", "Carla Moreno", "carla@people.example")
TO_ANA = ("to", "Ana", "ana@desk.example")


class TestAddressing:
    def test_the_desk_writes_to_the_requester(self, world: World) -> None:
        message = reply(world.shared, "On it", actor=world.ana.actor)
        assert rows(message) == [TO_CARLA]
        assert message.recipients.get().contact == world.carla.contact

    def test_without_an_address_the_row_says_so(self, world: World) -> None:
        ticket = TicketFactory(contact=ContactFactory(first_name="Nia", last_name="Park", email=""))
        assert rows(reply(ticket, "On it", actor=world.ana.actor)) == [("to", "Nia Park", "")]

    def test_a_note_goes_to_nobody(self, world: World) -> None:
        assert rows(add_note(world.shared, "For us", actor=world.ana.actor)) == []

    def test_a_customer_writes_to_whoever_works_on_it(self, world: World) -> None:
        assert rows(reply(world.shared, "Still stuck", actor=world.carla.actor)) == []
        assign(world.shared, world.ana.user, actor=world.max.actor)
        assert rows(reply(world.shared, "Hello?", actor=world.carla.actor)) == [TO_ANA]

    def test_a_colleague_writes_to_the_requester_too(self, world: World) -> None:
        assign(world.shared, world.ana.user, actor=world.max.actor)
        assert rows(reply(world.shared, "Here too", actor=world.kim.actor)) == [TO_ANA, TO_CARLA]

    @pytest.mark.parametrize("channel", ["web", "phone", "email"])
    def test_a_ticket_that_the_desk_opens_is_confirmed_to_the_requester(
        self, world: World, channel: str
    ) -> None:
        fields = {"subject": "Keys", "contact": world.carla.contact, "channel": channel}
        ticket = create_ticket(fields, actor=world.ana.actor, body="Two sets")
        assert rows(ticket.messages.get()) == [TO_CARLA]

    def test_what_a_customer_opens_is_addressed_to_nobody_yet(self, world: World) -> None:
        ticket = create_ticket({"subject": "Keys"}, actor=world.carla.actor, body="Two sets")
        assert rows(ticket.messages.get()) == []


class TestStaying:
    def test_another_requester_changes_nothing_of_what_was_sent(self, world: World) -> None:
        message = reply(world.shared, "Hi Carla", actor=world.ana.actor)
        change_contact(world.shared, world.zoe.contact, actor=world.ana.actor)
        assert rows(message) == [TO_CARLA]
        later = reply(world.shared, "Hi Zoe", actor=world.ana.actor)
        assert rows(later) == [("to", "Zoe Farrell", "zoe@people.example")]
        page = world.ana.client.get(world.shared.get_absolute_url()).content.decode()
        assert "To Carla Moreno" in page
        assert "To Zoe Farrell" in page

    def test_a_new_name_or_address_changes_nothing_either(self, world: World) -> None:
        message = reply(world.shared, "Hi Carla", actor=world.ana.actor)
        change_method(world.carla.contact.methods.get(), "carla@new.example", actor=world.ana.actor)
        assert rows(message) == [TO_CARLA]

    def test_a_deleted_contact_is_still_named(self, world: World) -> None:
        message = reply(world.shared, "Hi Carla", actor=world.ana.actor)
        delete_contacts([world.carla.contact], actor=world.max.actor, reassign_to=world.zoe.contact)
        assert rows(message) == [TO_CARLA]
        assert message.recipients.get().contact is None

    def test_a_merged_contact_is_still_named_and_the_row_is_the_survivors(self, world: World) -> None:
        message = reply(world.shared, "Hi Carla", actor=world.ana.actor)
        merge_contacts(world.zoe.contact, [world.carla.contact], actor=world.max.actor)
        assert rows(message) == [TO_CARLA]
        assert message.recipients.get().contact == world.zoe.contact

    def test_an_erased_person_is_not(self, world: World) -> None:
        message = reply(world.shared, "Hello", actor=world.ana.actor)
        erase_contact(world.carla.contact, actor=world.max.actor)
        assert rows(message) == [("to", f"C-{world.carla.contact.pk:06d}", "")]

    def test_the_page_asks_as_much_for_a_hundred_as_for_one(self, world: World, count_queries: Any) -> None:
        reply(world.shared, "One", actor=world.ana.actor)
        address = world.shared.get_absolute_url()
        with_one = count_queries(lambda: world.ana.client.get(address))
        for n in range(30):
            reply(world.shared, f"Number {n}", actor=world.ana.actor)
        assert count_queries(lambda: world.ana.client.get(address)) == with_one

    def test_customers_do_not_read_the_rows(self, world: World) -> None:
        message = reply(world.shared, "Hello", actor=world.ana.actor)
        MessageRecipient.objects.create(
            message=message, role="bcc", name="The auditor", address="a@a.example"
        )
        desk = world.ana.client.get(world.shared.get_absolute_url()).content.decode()
        assert "Bcc The auditor" in desk
        customer = world.kim.client.get(f"/tickets/{world.shared.pk}/").content.decode()
        assert "The auditor" not in customer


class TestMessagesOfBefore:
    """What the migration makes of messages without rows."""

    def old(self, ticket: Ticket, world: World, days: int) -> Message:
        message = post(ticket, Post(f"{days} days ago"), actor=world.ana.actor)
        message.recipients.all().delete()
        Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=days))
        return message

    def told(self, *messages: Message) -> list[tuple[str, str, Any]]:
        fill(apps, None)
        return [
            (row.name, row.address, row.contact) for message in messages for row in message.recipients.all()
        ]

    def changed(self, ticket: Ticket, world: World, to: Any, days: int) -> None:
        before = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        change_contact(ticket, to, actor=world.ana.actor)
        at = timezone.now() - timedelta(days=days)
        AuditEntry.objects.filter(pk__gt=before).update(created_at=at)

    def test_a_ticket_that_never_changed_hands(self, world: World) -> None:
        message = self.old(world.shared, world, 3)
        assert self.told(message) == [("Carla Moreno", "", world.carla.contact)]

    def test_each_message_gets_the_requester_of_its_time(self, world: World) -> None:
        messages = [self.old(world.shared, world, days) for days in (9, 5, 1)]
        self.changed(world.shared, world, world.zoe.contact, 7)
        self.changed(world.shared, world, world.bo.contact, 3)
        assert self.told(*messages) == [
            ("Carla Moreno", "", world.carla.contact),
            ("Zoe Farrell", "", None),
            ("Bo Lindqvist", "", world.bo.contact),
        ]

    def test_a_deleted_requester_is_named_from_the_history(self, world: World) -> None:
        message = self.old(world.shared, world, 9)
        delete_contacts([world.carla.contact], actor=world.max.actor, reassign_to=world.zoe.contact)
        assert self.told(message) == [("Carla Moreno", "", None)]

    def test_a_merged_requester_keeps_the_name_of_then(self, world: World) -> None:
        message = self.old(world.shared, world, 9)
        merge_contacts(world.zoe.contact, [world.carla.contact], actor=world.max.actor)
        assert self.told(message) == [("Carla Moreno", "", world.zoe.contact)]

    def test_without_history_nobody_is_guessed(self, world: World) -> None:
        ticket = Ticket.objects.create(subject="From elsewhere", contact=world.carla.contact)
        message = Message.objects.create(ticket=ticket, author_user=world.ana.user, body="Hello")
        assert self.told(message) == []
        page = world.ana.client.get(ticket.get_absolute_url()).content.decode()
        assert "Recipient not recorded" in page

    def test_what_was_entered_for_somebody_was_confirmed_to_them(self, world: World) -> None:
        fields = {"subject": "Keys", "contact": world.carla.contact, "channel": "phone"}
        ticket = create_ticket(fields, actor=world.ana.actor, body="Two sets")
        message = ticket.messages.get()
        message.recipients.all().delete()
        assert self.told(message) == [("Carla Moreno", "", world.carla.contact)]

    def test_notes_and_customers_messages_are_left_alone(self, world: World) -> None:
        MessageRecipient.objects.all().delete()
        fill(apps, None)
        assert not MessageRecipient.objects.exists()
