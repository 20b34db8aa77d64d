"""The Tickets tab of a contact and of an account."""

import pytest
from django.urls import reverse

from tests.personas import World


def addresses(world: World) -> list[str]:
    return [
        reverse("tickets:contact_tickets", args=[world.carla.contact.pk]),
        reverse("tickets:account_tickets", args=[world.harbor.pk]),
    ]


def test_they_list_the_records_tickets_under_its_header(world: World) -> None:
    for address in addresses(world):
        text = world.ana.client.get(address).content.decode()
        assert "The lift is stuck" in text
        assert "My pay slip" in text
        assert "Rain gets in" not in text


def test_the_recent_conversations_alone_are_for_the_page_that_asks(world: World) -> None:
    address = reverse("tickets:account_recent", args=[world.harbor.pk])
    part = world.ana.client.get(address, headers={"HX-Request": "true"})
    assert "The lift is stuck" in part.content.decode()
    assert "HX-Request" in part["Vary"]
    opened = world.ana.client.get(address)
    assert opened["Location"] == reverse("customers:account_detail", args=[world.harbor.pk])


def test_customers_learn_nothing(world: World) -> None:
    for address in addresses(world):
        assert world.carla.client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["contact_tickets", "account_tickets"])
def test_what_is_not_there_is_404(world: World, name: str) -> None:
    assert world.ana.client.get(reverse(f"tickets:{name}", args=[999999])).status_code == 404


def test_a_contacts_tickets_open_by_reference_and_by_subject(world: World) -> None:
    address = reverse("tickets:contact_tickets", args=[world.carla.contact.pk])
    text = world.ana.client.get(address).content.decode()
    assert f'<a href="{world.shared.get_absolute_url()}">{world.shared.reference}</a>' in text
    for heading in ("ID", "Subject", "Department", "Submitted", "Status"):
        assert heading in text
