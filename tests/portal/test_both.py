"""Somebody who works at the desk and is a customer as well."""

import pytest
from django.urls import reverse

from customers.administration.access import link_user
from tests.factories import DESK
from tests.personas import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(world: World) -> World:
    """Ana of the desk is Zoe as a customer."""
    link_user(world.zoe.contact, world.ana.user, actor=DESK)
    return world


def test_the_help_center_shows_what_the_contact_may_see(both: World) -> None:
    page = both.ana.client.get(reverse("portal:home")).content.decode()
    assert both.strangers.subject in page
    assert both.shared.subject not in page
    assert both.ana.client.get(reverse("portal:ticket_detail", args=[both.shared.pk])).status_code == 404


def test_what_is_written_there_is_the_customer_s_word(both: World) -> None:
    url = reverse("portal:ticket_reply", args=[both.strangers.pk])
    both.ana.client.post(url, {"body": "Still wet."})
    message = both.strangers.messages.order_by("-pk").first()
    assert message.author_contact == both.zoe.contact


def test_the_workspace_stays_whole(both: World) -> None:
    assert both.ana.client.get(reverse("tickets:ticket_detail", args=[both.private.pk])).status_code == 200


def test_whoever_only_works_here_is_led_to_the_workspace(world: World) -> None:
    assert world.ana.client.get(reverse("portal:home")).headers["Location"].startswith("/agent/")
