"""Many tries at the same moment: real threads, real transactions."""

import pytest

from customers.models import Contact
from customers.services.contacts.pins import find_by_pin, give_pin
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.events.models import AuditEntry
from tests.customers.services.test_association_races import together
from tests.factories import ContactFactory
from tests.personas import staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

PEOPLE = 30


def test_who_tries_everything_at_once_gets_no_more_tries(settings) -> None:
    settings.HELPDESK_WRONG_PINS_PER_HOUR = 10
    ana = staff("Ana", "agent")
    actor = ana.actor
    assert together(lambda number: find_by_pin(f"{number:06}", actor=actor), PEOPLE) == []
    assert AuditEntry.objects.filter(code="pin.not_found").count() == 10


def test_a_pin_that_is_asked_for_in_many_windows_is_given_once() -> None:
    contact = ContactFactory()
    user = User.objects.create_user("carla@people.example")
    Contact.objects.filter(pk=contact.pk).update(user=user)
    actor = Actor.for_user(User.objects.get(pk=user.pk))
    given: list[str] = []
    assert together(lambda _number: given.append(give_pin(contact, actor=actor)), PEOPLE) == []
    assert len(given) == PEOPLE
    assert len(set(given)) == 1
