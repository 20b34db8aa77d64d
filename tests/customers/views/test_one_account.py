"""A desk with one account a contact: wherever accounts are chosen, choosing means moving."""

import pytest
from django.urls import reverse

from tests.agreeing import agreeing
from tests.personas import World


@pytest.fixture(autouse=True)
def _one_account(settings) -> None:
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1


def names(world: World) -> list[str]:
    return [place.account.name for place in world.carla.contact.associations.all()]


def test_the_field_takes_another_account_instead(world: World) -> None:
    page = world.ana.client.get(
        reverse("customers:contact_detail", args=[world.carla.contact.pk])
    ).content.decode()
    assert "Move to another account" in page
    assert "Remove one to add another" not in page.split("data-when-full hidden")[0]


def test_a_name_typed_without_scripts_takes_the_place(world: World) -> None:
    page = world.ana.client.get(reverse("customers:contact_detail", args=[world.carla.contact.pk]))
    stored = {
        "assoc_account": str(world.harbor.pk), "assoc_job_title": "", "assoc_role": "customer", "assoc_sharing": "",
        "accounts_shown": "1", "first_name": "Carla", "last_name": "Moreno", "assoc_add": "Far Away Ltd",
        "version": page.context["form"].initial["version"],
    }  # fmt: skip
    response = world.ana.client.post(reverse("customers:contact_edit", args=[world.carla.contact.pk]), stored)
    assert [row.account.name for row in response.context["accounts"].rows] == ["Far Away Ltd"]
    assert names(world) == ["Harbor Tower"], "nothing is saved by adding"


def test_two_accounts_are_refused(world: World) -> None:
    two = {
        "assoc_account": [str(world.harbor.pk), str(world.far_away.pk)], "assoc_job_title": ["", ""],
        "assoc_role": ["customer", "customer"], "assoc_sharing": ["", ""], "accounts_shown": "1",
        "first_name": "Carla", "last_name": "Moreno",
    }  # fmt: skip
    response = world.ana.client.post(reverse("customers:contact_edit", args=[world.carla.contact.pk]), two)
    assert response.status_code == 422
    assert names(world) == ["Harbor Tower"]


def test_the_dialog_moves(world: World) -> None:
    address = reverse("customers:account_associate", args=[world.far_away.pk])
    assert "Moves from there" in world.max.client.get(address).content.decode()
    agreeing(world.max.client, address, {"contact": [world.carla.contact.pk]})
    assert names(world) == ["Far Away Ltd"]


def test_the_admin_has_room_for_one(world: World) -> None:
    page = world.root.client.get(reverse("admin:customers_contact_change", args=[world.carla.contact.pk]))
    assert 'name="associations-MAX_NUM_FORMS" value="1"' in page.content.decode()
