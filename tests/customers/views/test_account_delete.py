"""Deleting an account: what it does is said first, and its name is asked for."""

import re

import pytest
from django.urls import reverse

from customers.models import Account
from customers.services.associations import associate
from tests.factories import DESK, AccountFactory
from tests.personas import World


def address(world: World) -> str:
    return reverse("customers:account_delete", args=[world.harbor.pk])


def test_it_says_in_numbers_what_will_change(world: World) -> None:
    associate(world.carla.contact, world.far_away, actor=DESK)
    AccountFactory(name="Harbor Annex", parent=world.harbor)
    text = world.max.client.get(address(world)).content.decode()
    assert "3 contacts lose this account." in text
    assert "For 3 of them it is the primary one" in text
    assert "2 have no other and end up without one." in text
    assert "1 child stays, without a parent." in text
    assert "2 tickets stay" in text


def test_what_changes_nothing_is_not_counted(world: World) -> None:
    empty = AccountFactory(name="Empty Tower")
    text = world.max.client.get(reverse("customers:account_delete", args=[empty.pk])).content.decode()
    assert "Nothing else refers to it." in text
    assert not re.search(r"loses? this account|of them it is|without one", text)
    associate(world.carla.contact, empty, actor=DESK)
    text = world.max.client.get(reverse("customers:account_delete", args=[empty.pk])).content.decode()
    assert "1 contact loses this account." in text
    assert not re.search(r"Nothing else|of them it is|without one", text)


def test_the_next_becomes_primary_and_tickets_stay_without_it(world: World) -> None:
    associate(world.carla.contact, world.far_away, actor=DESK)
    response = world.max.client.post(address(world), {"name": "Harbor Tower"})
    assert response["Location"] == reverse("customers:account_list")
    assert not Account.objects.filter(pk=world.harbor.pk).exists()
    assert [place.account for place in world.carla.contact.associations.all()] == [world.far_away]
    world.shared.refresh_from_db()
    assert world.shared.account is None


@pytest.mark.parametrize("typed", ["", "Harbor", "Harbour Tower", "x" * 300])
def test_another_name_deletes_nothing(world: World, typed: str) -> None:
    response = world.max.client.post(address(world), {"name": typed})
    assert response.status_code == 422
    assert response.context["form"].errors["name"]
    assert Account.objects.filter(pk=world.harbor.pk).exists()


def test_the_menu_offers_it_to_those_who_may(world: World) -> None:
    page = reverse("customers:account_detail", args=[world.harbor.pk])
    assert address(world) in world.max.client.get(page).content.decode()
    assert address(world) not in world.ana.client.get(page).content.decode()
