"""The requester's identity, confirmed by the support PIN while a ticket is worked on."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.services.contacts.pins import give_pin
from helpdesk.events.models import AuditEntry
from tests.personas import World
from tickets.services.identity import check_identity, confirmed_identity
from tickets.services.lifecycle import change_contact


@pytest.fixture
def pin(world: World) -> str:
    return give_pin(world.carla.contact, actor=world.carla.actor)


def test_the_ticket_gets_the_mark_and_an_entry(world: World, pin: str) -> None:
    assert check_identity(world.shared, pin, actor=world.ana.actor)
    mark = confirmed_identity(world.shared)
    assert mark is not None
    assert mark.by == "Ana"
    entry = AuditEntry.objects.get(code="pin.confirmed")
    assert (entry.subject_type, entry.subject_id) == ("tickets.ticket", world.shared.pk)
    assert pin not in str(entry.data)


def test_somebody_elses_pin_leaves_no_mark(world: World, pin: str) -> None:
    kims = give_pin(world.kim.contact, actor=world.kim.actor)
    assert not check_identity(world.shared, kims, actor=world.ana.actor)
    assert confirmed_identity(world.shared) is None
    assert AuditEntry.objects.get(code="pin.refused").subject_id == world.shared.pk


def test_the_mark_is_of_this_ticket_and_of_this_requester(world: World, pin: str) -> None:
    check_identity(world.shared, pin, actor=world.ana.actor)
    assert confirmed_identity(world.private) is None
    change_contact(world.shared, world.kim.contact, actor=world.ana.actor)
    assert confirmed_identity(world.shared) is None


def test_customers_may_not(world: World, pin: str) -> None:
    with pytest.raises(PermissionDenied):
        check_identity(world.shared, pin, actor=world.carla.actor)
