"""Messages that a channel brings: whose they are, by what they are known, and what follows for the ticket."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from customers.erasing.contacts import erase_contact
from helpdesk.core.actors import CONTACT, Actor
from tests.factories import DESK
from tests.personas import World
from tickets.errors import MessageKnown, TicketClosed, UnknownChoice
from tickets.models import Message, Ticket
from tickets.services.addressees import addressees_of
from tickets.services.conversation import add_note, reply
from tickets.services.lifecycle import change_status, create_ticket
from tickets.services.posting import Origin

MAIL = Origin("email", source="mailbox:1", message_id="<a1@mail.example>", sender_address="Who@Else.example")
MAILBOX = Actor.channel("mail")


def by_mail(world: World, name: str) -> Actor:
    """Somebody whom a mail was proved to come from."""
    return Actor(kind=CONTACT, contact=world.persona(name).contact, label=name)


class TestAuthor:
    def test_a_colleagues_mail_is_the_colleagues(self, world: World) -> None:
        message = reply(world.shared, "I am in it too", actor=by_mail(world, "kim"), origin=MAIL)
        assert (message.author, message.channel) == (world.kim.contact, "email")

    def test_who_takes_part_by_mail_speaks_for_themselves(self, world: World) -> None:
        with pytest.raises(PermissionDenied):
            reply(world.shared, "Coming", actor=by_mail(world, "zoe"), origin=MAIL)
        mailbox = Actor.channel("mail", contact=world.zoe.contact)
        assert reply(world.shared, "Coming", actor=mailbox, origin=MAIL).author == world.zoe.contact

    def test_an_unverified_sender_is_nobody_but_an_address(self, world: World) -> None:
        message = reply(world.shared, "I am Carla", actor=Actor.channel(""), origin=MAIL)
        assert (message.author, message.author_label) == (None, "Who@Else.example")
        assert message.is_from_customer
        assert {row.contact for row in message.recipients.all()} == {world.carla.contact}

    def test_an_agents_mail_is_the_agents(self, world: World) -> None:
        public = reply(world.shared, "We come", actor=world.ana.actor, origin=MAIL)
        note = add_note(world.shared, "Call them", actor=world.ana.actor, origin=Origin("email"))
        assert [public.author, note.author] == [world.ana.user] * 2
        assert [public.channel, note.channel] == ["email", "email"]
        assert not public.is_from_customer

    def test_what_opens_a_ticket_is_the_requesters(self, world: World) -> None:
        fields = {"subject": "Dark", "contact": world.kim.contact, "channel": "email"}
        message = create_ticket(fields, actor=MAILBOX, body="It is dark", origin=MAIL).messages.get()
        assert (message.author, message.channel) == (world.kim.contact, "email")
        assert (message.source, message.message_id) == ("mailbox:1", "<a1@mail.example>")

    def test_a_page_tells_nothing_and_has_the_usual_channel(self, world: World) -> None:
        told = [
            (message.channel, message.source, message.message_id)
            for message in (
                reply(world.shared, "One", actor=world.carla.actor),
                reply(world.shared, "Two", actor=world.ana.actor),
                add_note(world.shared, "Three", actor=world.ana.actor),
            )
        ]
        assert told == [("portal", "", ""), ("web", "", ""), ("web", "", "")]


class TestStatus:
    @pytest.mark.parametrize(
        ("before", "after"),
        [("new", "new"), ("open", "open"), ("pending", "open"), ("on_hold", "on_hold"), ("solved", "open")],
    )
    def test_a_customers_message_leads_where_its_kind_does_by_mail_too(
        self, world: World, before: str, after: str
    ) -> None:
        mailbox = Actor.channel("mail", contact=world.kim.contact)
        for actor, origin in (
            (by_mail(world, "kim"), Origin("email")),
            (mailbox, Origin("email")),
            (MAILBOX, Origin("email", sender_address="who@else.example")),
        ):
            change_status(world.shared, before, actor=DESK)
            reply(world.shared, "Any news?", actor=actor, origin=origin)
            assert Ticket.objects.get(pk=world.shared.pk).status_id == after

    def test_a_machines_own_message_is_the_desks(self, world: World) -> None:
        change_status(world.shared, "pending", actor=DESK)
        for machine in (Actor.rule("Remind"), DESK, MAILBOX):
            message = reply(world.shared, "We wait for you", actor=machine)
            assert (message.author, message.is_from_customer) == (None, False)
        assert Ticket.objects.get(pk=world.shared.pk).status_id == "pending"

    def test_a_closed_ticket_takes_none(self, world: World) -> None:
        change_status(world.shared, "closed", actor=DESK)
        with pytest.raises(TicketClosed):
            reply(world.shared, "Again", actor=MAILBOX, origin=MAIL)

    def test_the_assignee_hears_of_an_unverified_sender(self, world: World) -> None:
        world.shared.assignee = world.ana.user
        world.shared.save()
        message = reply(world.shared, "Hello", actor=MAILBOX, origin=MAIL)
        assert "ana@desk.example" in {each.address for each in addressees_of(message)}


class TestOnce:
    def test_a_source_brings_a_message_once(self, world: World) -> None:
        reply(world.shared, "One", actor=MAILBOX, origin=MAIL)
        for ticket in (world.shared, world.private):
            with pytest.raises(MessageKnown):
                reply(ticket, "One", actor=MAILBOX, origin=MAIL)
        fields = {"subject": "One", "contact": world.carla.contact}
        with pytest.raises(MessageKnown):
            create_ticket(fields, actor=MAILBOX, body="One", origin=MAIL)

    def test_another_source_brings_it_to_another_ticket(self, world: World) -> None:
        other = Origin("email", source="mailbox:2", message_id=MAIL.message_id)
        reply(world.shared, "To both", actor=MAILBOX, origin=MAIL)
        reply(world.private, "To both", actor=MAILBOX, origin=other)
        assert Message.objects.filter(message_id=MAIL.message_id).count() == 2

    def test_the_database_holds_it_and_any_number_without_an_id(self, world: World) -> None:
        rows = [reply(world.shared, text, actor=world.ana.actor) for text in ("One", "Two")]
        named = Message.objects.filter(pk__in=[row.pk for row in rows])
        with pytest.raises(IntegrityError), transaction.atomic():
            named.update(source="mailbox:1", message_id="<a1@mail.example>")

    def test_an_unknown_channel_is_refused(self, world: World) -> None:
        with pytest.raises(UnknownChoice):
            reply(world.shared, "Hi", actor=world.ana.actor, origin=Origin("fax"))


def test_an_erasure_takes_the_address_that_a_message_came_from(world: World) -> None:
    own = Origin("email", sender_address="zoe@people.example")
    verified = reply(world.strangers, "Mine", actor=by_mail(world, "zoe"), origin=own)
    unverified = reply(world.shared, "Mine too", actor=Actor.channel(""), origin=own)
    erase_contact(world.zoe.contact, actor=world.root.actor)
    for message in Message.objects.filter(pk__in=[verified.pk, unverified.pk]):
        assert "zoe@people.example" not in f"{message.sender_address} {message.author_name}"
