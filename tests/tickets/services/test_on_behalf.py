"""Whoever writes for an account that is not theirs: the record says for whom, and as what."""

import pytest
from django.db import IntegrityError

from customers.services.associations import associate
from customers.services.relationships.links import delete_contact_relationships
from helpdesk.events.models import AuditEntry
from helpdesk.events.wording import told
from tests.factories import DESK
from tests.personas import World, acts_for
from tickets.models import Message, Ticket
from tickets.services.conversation import reply
from tickets.services.lifecycle import create_ticket

ACTING = {"account": "Harbor Tower", "responsibility": "Agency (customer)"}
SAID = "for Harbor Tower, as Agency (customer)"


def bos_ticket(world: World, **fields) -> Ticket:
    given = {"subject": "A tenant is locked out", "account": world.harbor, **fields}
    return create_ticket(given, actor=world.bo.actor, body="Please help.")


def test_a_ticket_on_behalf_says_so(world: World) -> None:
    ticket = bos_ticket(world)
    message = ticket.messages.get()
    entry = AuditEntry.objects.get(code="ticket.created", subject_id=ticket.pk)
    assert (message.acted_for, message.acted_as) == ("Harbor Tower", "Agency (customer)")
    assert message.on_behalf == SAID
    assert entry.data["acting"] == ACTING
    assert told(entry).endswith("for Harbor Tower, as Agency (customer): A tenant is locked out")


def test_so_does_a_reply(world: World) -> None:
    message = reply(world.shared, "We sent somebody.", actor=world.bo.actor)
    entry = AuditEntry.objects.get(code="ticket.replied", subject_id=world.shared.pk)
    assert message.on_behalf == SAID
    assert entry.data == {"message": message.pk, "acting": ACTING}
    assert told(entry) == "Bo Lindqvist replied for Harbor Tower, as Agency (customer)"


def test_every_responsibility_is_named(world: World) -> None:
    acts_for(world.bo.contact, world.harbor, role="administrator")
    message = reply(world.shared, "We sent somebody.", actor=world.bo.actor)
    assert message.acted_as == "Agency (administrator), Agency (customer)"


def test_what_was_said_keeps_for_whom_after_the_acting_ended(world: World) -> None:
    message = reply(world.shared, "We sent somebody.", actor=world.bo.actor)
    delete_contact_relationships(list(world.bo.contact.contact_relationships.all()), actor=DESK)
    assert Message.objects.get(pk=message.pk).on_behalf == SAID


def test_what_the_desk_writes_down_for_them_is_on_behalf_too(world: World) -> None:
    given = {
        "subject": "Locked out",
        "contact": world.bo.contact,
        "account": world.harbor,
        "channel": "phone",
    }
    message = create_ticket(given, actor=world.ana.actor, body="Please help.").messages.get()
    assert (message.author_contact, message.on_behalf) == (world.bo.contact, SAID)


def test_a_private_ticket_is_on_behalf_as_well(world: World) -> None:
    assert bos_ticket(world, is_private=True).messages.get().on_behalf == SAID


@pytest.mark.parametrize("name", ["carla", "kim", "ada", "ana"])
def test_nobody_else_writes_on_behalf(world: World, name: str) -> None:
    message = reply(world.shared, "Thanks", actor=world.persona(name).actor)
    assert (message.acted_for, message.acted_as, message.on_behalf) == ("", "", "")
    assert "acting" not in AuditEntry.objects.get(code="ticket.replied").data


def test_not_for_an_account_of_ones_own(world: World) -> None:
    assert bos_ticket(world, account=world.lighthouse).messages.get().on_behalf == ""
    associate(world.bo.contact, world.harbor, actor=DESK)
    assert reply(world.shared, "Thanks", actor=world.bo.actor).on_behalf == ""


def test_the_database_lets_nobody_of_the_desk_act_for_an_account(world: World) -> None:
    message = reply(world.shared, "Thanks", actor=world.ana.actor)
    with pytest.raises(IntegrityError):
        Message.objects.filter(pk=message.pk).update(acted_for="Harbor Tower", acted_as="Agency")
