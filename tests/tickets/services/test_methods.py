"""Which way of reaching the requester a ticket uses, and what that keeps."""

import pytest

from customers.errors.records import MethodInUse, NotAnotherWay
from customers.models import ContactMethod
from customers.services.methods.changes import add_method, remove_method
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, TicketFactory
from tests.personas import World
from tickets.errors import MethodNotOfContact
from tickets.models import Ticket
from tickets.services.lifecycle import change_contact, create_ticket


@pytest.fixture
def email(world: World) -> ContactMethod:
    return world.carla.contact.methods.get(kind="email")


@pytest.fixture
def mobile(world: World) -> ContactMethod:
    return add_method(world.carla.contact, "mobile", "010-5550-0177", actor=DESK)


def ticket_by(world: World, channel: str, **fields) -> Ticket:
    return TicketFactory(contact=world.carla.contact, channel=channel, **fields)


@pytest.mark.parametrize(
    ("channel", "kind"), [("email", "email"), ("web", "email"), ("phone", "mobile"), ("api", None)]
)
def test_a_new_ticket_uses_the_default_method_of_its_channel(
    world: World, mobile: ContactMethod, channel: str, kind: str | None
) -> None:
    method = ticket_by(world, channel).contact_method
    assert (method and method.kind) == kind


def test_what_a_customer_writes_in_the_help_center_uses_none(world: World) -> None:
    ticket = create_ticket({"subject": "Hello"}, actor=world.carla.actor, body="Hello")
    assert ticket.contact_method is None


def test_mail_says_which_address_it_came_by(world: World, email: ContactMethod) -> None:
    other = add_method(world.carla.contact, "email", "carla@home.example", actor=DESK)
    assert ticket_by(world, "email", contact_method=other).contact_method == other
    with pytest.raises(MethodNotOfContact):
        ticket_by(world, "email", contact_method=world.zoe.contact.methods.get())


def test_another_requester_brings_their_own_method(world: World, email: ContactMethod) -> None:
    ticket = ticket_by(world, "email")
    change_contact(ticket, world.kim.contact, actor=DESK)
    ticket.refresh_from_db()
    assert ticket.contact_method == world.kim.contact.methods.get()
    Ticket.objects.filter(contact=world.carla.contact).update(contact_method=None)
    remove_method(email, actor=DESK)


def test_a_method_in_use_stays_and_its_tickets_are_named(world: World, email: ContactMethod) -> None:
    ticket = ticket_by(world, "email", subject="Wet floor")
    with pytest.raises(MethodInUse) as refused:
        remove_method(email, actor=world.ana.actor)
    (use,) = refused.value.uses
    assert (f"{ticket.pk} Wet floor", ticket.get_absolute_url()) in use.shown
    assert use.number == Ticket.objects.filter(contact_method=email).count()
    assert ContactMethod.objects.filter(pk=email.pk).exists()


def test_its_tickets_move_to_another_method_and_it_goes(
    world: World, email: ContactMethod, mobile: ContactMethod
) -> None:
    ticket = ticket_by(world, "email")
    remove_method(email, actor=world.ana.actor, move_to=mobile)
    ticket.refresh_from_db()
    assert ticket.contact_method == mobile
    assert not ContactMethod.objects.filter(pk=email.pk).exists()
    entry = AuditEntry.objects.get(code="ticket.method_changed", subject_id=ticket.pk)
    assert entry.data == {"method": ["carla@people.example", mobile.value]}


def test_its_tickets_move_to_another_contact_and_it_goes(world: World, email: ContactMethod) -> None:
    ticket = ticket_by(world, "email")
    remove_method(email, actor=world.ana.actor, move_to=world.kim.contact)
    ticket.refresh_from_db()
    assert ticket.contact == world.kim.contact
    assert ticket.contact_method == world.kim.contact.methods.get()
    assert not ContactMethod.objects.filter(pk=email.pk).exists()


def test_they_move_neither_to_itself_nor_to_a_method_of_somebody_else_nor_to_its_own_contact(
    world: World, email: ContactMethod
) -> None:
    ticket_by(world, "email")
    for nowhere in (email, world.zoe.contact.methods.get(), world.carla.contact):
        with pytest.raises(NotAnotherWay):
            remove_method(email, actor=world.ana.actor, move_to=nowhere)
    assert ContactMethod.objects.filter(pk=email.pk).exists()
