"""Addresses that take no mail: marked, shown, cleared by a change."""

import pytest

from customers.models import ContactMethod
from customers.services.methods.bouncing import clear_bouncing, mark_bouncing
from customers.services.methods.changes import change_method
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def method() -> ContactMethod:
    return ContactFactory(email="Carla@gone.example").methods.get()


def test_the_mark_says_since_when_and_why(method: ContactMethod) -> None:
    mark_bouncing(" carla@GONE.example ", actor=DESK, reason="550 5.1.1\n No such user")
    method.refresh_from_db()
    assert method.bouncing_since
    assert method.bounce_reason == "550 5.1.1 No such user"
    entry = AuditEntry.objects.get(code="method.bouncing")
    assert entry.subject_id == method.contact_id
    assert entry.data["value"] == "Carla@gone.example"


def test_a_second_refusal_keeps_the_first_moment_and_is_not_told_again(method: ContactMethod) -> None:
    first = mark_bouncing(method.value, actor=DESK, reason="550 once")
    again = mark_bouncing(method.value, actor=DESK, reason="554 twice")
    assert first and again and first.bouncing_since == again.bouncing_since
    assert again.bounce_reason == "554 twice"
    assert AuditEntry.objects.filter(code="method.bouncing").count() == 1


def test_an_address_of_nobody_is_no_error() -> None:
    assert mark_bouncing("nobody@gone.example", actor=DESK) is None


def test_another_value_clears_it_and_another_label_does_not(method: ContactMethod) -> None:
    mark_bouncing(method.value, actor=DESK)
    change_method(method, method.value, actor=DESK, label="work")
    method.refresh_from_db()
    assert method.bouncing_since
    change_method(method, "carla@here.example", actor=DESK)
    method.refresh_from_db()
    assert method.bouncing_since is None and method.bounce_reason == ""


def test_it_can_be_tried_again(method: ContactMethod) -> None:
    mark_bouncing(method.value, actor=DESK)
    assert clear_bouncing(method, actor=DESK) == 1
    assert clear_bouncing(method, actor=DESK) == 0
    assert AuditEntry.objects.filter(code="method.bouncing_cleared").count() == 1


def test_the_contact_page_says_it_in_words(world: World) -> None:
    carla = world.carla.contact
    mark_bouncing("carla@people.example", actor=DESK, reason="550 5.1.1 No such user")
    page = world.ana.client.get(carla.get_absolute_url()).content.decode()
    assert "Bouncing" in page and "550 5.1.1 No such user" in page
    retry = f"/agent/contacts/{carla.pk}/methods/{carla.methods.get().pk}/retry/"
    assert world.ana.client.post(retry).status_code == 302
    assert "Bouncing" not in world.ana.client.get(carla.get_absolute_url()).content.decode()
