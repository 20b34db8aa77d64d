"""Taking a contact out of an account."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Contact
from customers.services.associations import disassociate, set_accounts
from tests.factories import DESK, entry
from tests.personas import World


@pytest.fixture
def world(world: World) -> World:
    """Carla belongs to all three, Harbor Tower first."""
    places = [entry(account) for account in (world.harbor, world.far_away, world.lighthouse)]
    set_accounts(world.carla.contact, places, actor=DESK)
    return world


def address(world: World, contact: Contact | None = None) -> str:
    return reverse(
        "customers:account_disassociate", args=[world.harbor.pk, (contact or world.carla.contact).pk]
    )


def names(contact: Contact) -> list[str]:
    return list(contact.associations.order_by("position").values_list("account__name", flat=True))


def ask(world: World, contact: Contact | None = None) -> str:
    return world.ana.client.get(address(world, contact), headers={"HX-Request": "true"}).content.decode()


def test_it_names_the_next_primary_and_offers_others(world: World) -> None:
    text = ask(world)
    assert "Far Away Ltd becomes the primary account, unless you choose another." in text
    assert f'name="primary" value="{world.lighthouse.pk}"' in text
    assert "The tickets keep their account." in text


def test_with_one_other_account_there_is_nothing_to_choose(world: World) -> None:
    disassociate(world.carla.contact, world.lighthouse, actor=DESK)
    text = ask(world)
    assert "Far Away Ltd becomes the primary account." in text
    assert 'name="primary"' not in text


def test_it_says_when_none_is_left(world: World) -> None:
    assert "Kim Seo-yeon then belongs to no account." in ask(world, world.kim.contact)


def test_nothing_is_said_about_the_primary_when_it_stays(world: World) -> None:
    set_accounts(world.carla.contact, [entry(world.far_away), entry(world.harbor)], actor=DESK)
    assert "becomes the primary" not in ask(world)


def test_the_next_becomes_primary_and_the_tickets_stay(world: World) -> None:
    response = world.ana.client.post(address(world))
    assert response["Location"] == reverse("customers:account_contacts", args=[world.harbor.pk])
    assert names(world.carla.contact) == ["Far Away Ltd", "Lighthouse Agency"]
    world.shared.refresh_from_db()
    assert world.shared.account == world.harbor


def test_another_can_be_picked(world: World) -> None:
    world.ana.client.post(address(world), {"primary": world.lighthouse.pk})
    assert names(world.carla.contact) == ["Lighthouse Agency", "Far Away Ltd"]


@pytest.mark.parametrize("primary", ["", "x", "999999", "9" * 40])
def test_a_choice_that_is_none_leaves_the_order(world: World, primary: str) -> None:
    world.ana.client.post(address(world), {"primary": primary})
    assert names(world.carla.contact) == ["Far Away Ltd", "Lighthouse Agency"]


def test_an_account_that_is_not_theirs_is_refused_in_a_sentence(world: World) -> None:
    disassociate(world.carla.contact, world.lighthouse, actor=DESK)
    response = world.ana.client.post(address(world), {"primary": world.lighthouse.pk}, follow=True)
    assert "does not belong to this account any more" in response.content.decode()
    assert names(world.carla.contact) == ["Harbor Tower", "Far Away Ltd"]


def test_who_does_not_belong_is_404(world: World) -> None:
    assert world.ana.client.get(address(world, world.zoe.contact)).status_code == 404
    assert world.ana.client.post(address(world, world.zoe.contact)).status_code == 404


@pytest.mark.parametrize(("person", "status"), [("carla", 404), ("ada", 404), ("anonymous", 302)])
def test_customers_learn_nothing_and_change_nothing(world: World, person: str, status: int) -> None:
    client: Any = world.persona(person).client
    assert client.get(address(world)).status_code == status
    assert client.post(address(world)).status_code == status
    assert len(names(world.carla.contact)) == 3
