"""Every duty of the clock, as the worker runs it: outside any transaction, on a desk where there is something to do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.bulk import lifecycle as bulk
from customers.bulk.wanted import Wanted
from customers.models import BulkUpdate, ContactRelationship
from helpdesk.core.background import clock
from helpdesk.outbox.models import Delivery
from tests.factories import DESK, DuplicatePairFactory
from tests.personas import World
from tickets.services.conversation import reply

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def busy(world: World) -> World:
    """A day has passed, a bulk update was cut off, letters are old."""
    long_ago = timezone.now() - timedelta(days=100)
    ContactRelationship.objects.update(ends_on=long_ago.date())
    bulk.start(Wanted(fields={"notes": "x"}), [world.carla.contact.pk], actor=DESK)
    BulkUpdate.objects.update(progressed_at=long_ago)
    reply(world.shared, "Done", actor=world.ana.actor)
    Delivery.objects.update(state="sent", ended_at=long_ago)
    DuplicatePairFactory(first=world.carla.contact, second=world.kim.contact)
    return world


@pytest.mark.parametrize("name", sorted(clock.duties()))
def test_it_runs_outside_a_transaction_and_a_second_time(name: str, busy: World) -> None:
    for _ in range(2):
        clock.duties()[name]()


def test_what_passed_is_told_and_what_is_old_is_forgotten(busy: World) -> None:
    for run in clock.duties().values():
        run()
    assert not ContactRelationship.objects.exclude(noticed="ended").exists()
    assert not Delivery.objects.filter(state="sent").exists()
