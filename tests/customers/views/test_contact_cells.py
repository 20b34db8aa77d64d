"""Cells of the contact list, and the accounts in a contact's header, edited where they stand."""

from typing import Any

import pytest
from django.urls import reverse

from customers.services.associations import associate, set_accounts
from customers.services.contacts.changes import update_contact
from helpdesk.events.models import AuditEntry
from tests.agreeing import what_is_asked
from tests.factories import DESK
from tests.personas import World

HTMX = {"HX-Request": "true"}
CELLS = ["accounts", "title", "email", "phone"]


def where(world: World, cell: str, query: str = "") -> str:
    return reverse("customers:contact_cell", args=[world.carla.contact.pk, cell]) + query


def save(world: World, cell: str, query: str = "", **data: Any) -> Any:
    return world.ana.client.post(where(world, cell, query), data, headers=HTMX)


def accounts(world: World, version: str, *keys: int, **changes: Any) -> dict[str, Any]:
    empty = ["" for _ in keys]
    lists = {
        "assoc_account": list(keys),
        "assoc_job_title": empty,
        "assoc_role": empty,
        "assoc_sharing": empty,
    }
    return {"accounts_shown": "1", "version": version, **lists, **changes}


def opened(world: World, query: str = "") -> str:
    """The version that the editor was opened on."""
    text = world.ana.client.get(where(world, "accounts", query), headers=HTMX).content.decode()
    return text.split('name="version" value="')[1].split('"')[0]


def names(world: World) -> list[str]:
    places = world.carla.contact.associations.order_by("position")
    return list(places.values_list("account__name", flat=True))


@pytest.mark.parametrize("cell", CELLS)
def test_the_list_links_to_each_editor_and_without_scripts_to_the_contact(world: World, cell: str) -> None:
    text = world.ana.client.get("/agent/contacts/?q=Carla").content.decode()
    if cell != "phone":
        assert f'href="{world.carla.contact.get_absolute_url()}" hx-get="{where(world, cell)}"' in text
    response = world.ana.client.get(where(world, cell))
    assert response["Location"] == world.carla.contact.get_absolute_url()


@pytest.mark.parametrize(
    ("cell", "value", "shown"),
    [
        ("title", "Director", "Director"),
        ("email", "moreno@people.example", "moreno@people.example"),
        ("phone", "02 555 0142", "02-555-0142"),
    ],
)
def test_a_value_is_saved_and_the_cell_comes_back_as_it_is(
    world: World, cell: str, value: str, shown: str
) -> None:
    text = save(world, cell, value=value).content.decode()
    assert text.strip().startswith("<td")
    assert shown in text
    assert "data-editing" not in text
    assert AuditEntry.objects.filter(actor_user=world.ana.user).exists()


@pytest.mark.parametrize(
    ("cell", "value", "sentence"),
    [
        ("email", "zoe@people.example", "already used by Zoe Farrell"),
        ("email", "nobody", "not a complete email address"),
        ("email", "", "Enter a value"),
        ("phone", " ", "Enter a value"),
    ],
)
def test_a_refusal_is_told_in_the_cell_with_what_was_typed(
    world: World, cell: str, value: str, sentence: str
) -> None:
    response = save(world, cell, value=value)
    text = response.content.decode()
    assert response.status_code == 422
    assert sentence in text
    assert "data-editing" in text
    assert f'value="{value.strip()}"' in text
    assert [m.value for m in world.carla.contact.methods.all()] == ["carla@people.example"]


def test_what_somebody_else_saved_meanwhile_is_told(world: World) -> None:
    save(world, "title", value="Director", was="")
    response = save(world, "title", value="Chair", was="")
    assert response.status_code == 422
    assert "changed this to Director" in response.content.decode()
    assert world.carla.contact.associations.get().job_title == "Director"


def test_a_job_title_needs_an_account(world: World) -> None:
    set_accounts(world.carla.contact, [], actor=DESK)
    response = save(world, "title", value="Director")
    assert response.status_code == 422
    assert where(world, "title") not in world.ana.client.get("/agent/contacts/?q=Carla").content.decode()


def test_the_accounts_are_edited_in_the_cell(world: World) -> None:
    data = accounts(world, opened(world), world.far_away.pk, world.harbor.pk)
    asked = save(world, "accounts", **data)
    assert "1 person will see 1 more ticket of Far Away Ltd." in asked.content.decode()
    assert names(world) == ["Harbor Tower"]
    text = save(world, "accounts", **data, agreed=what_is_asked(asked)).content.decode()
    assert names(world) == ["Far Away Ltd", "Harbor Tower"]
    assert "Far Away Ltd" in text
    assert text.strip().startswith("<td")


def test_the_accounts_are_edited_in_the_header(world: World) -> None:
    data = accounts(world, opened(world, "?place=header"), world.harbor.pk, world.far_away.pk)
    data["agreed"] = what_is_asked(save(world, "accounts", "?place=header", **data))
    text = save(world, "accounts", "?place=header", **data).content.decode()
    assert names(world) == ["Harbor Tower", "Far Away Ltd"]
    assert 'id="contact-accounts"' in text
    assert "Far Away Ltd" in text


def test_without_scripts_what_it_opens_is_asked_on_a_page(world: World) -> None:
    data = accounts(world, opened(world), world.harbor.pk, world.far_away.pk)
    asked = world.ana.client.post(where(world, "accounts"), data)
    assert asked.status_code == 422 and "<html" in asked.content.decode()
    world.ana.client.post(where(world, "accounts"), data | {"agreed": what_is_asked(asked)})
    assert names(world) == ["Harbor Tower", "Far Away Ltd"]


def test_a_list_that_somebody_else_changed_is_told_and_saved_the_second_time(world: World) -> None:
    data = accounts(world, opened(world), world.lighthouse.pk)
    associate(world.carla.contact, world.far_away, actor=world.max.actor)
    response = save(world, "accounts", **data)
    text = response.content.decode()
    assert response.status_code == 422
    assert "was changed while you were editing" in text
    assert "Lighthouse Agency" in text
    assert names(world) == ["Harbor Tower", "Far Away Ltd"]
    data["version"] = text.split('name="version" value="')[1].split('"')[0]
    save(world, "accounts", **data)
    assert names(world) == ["Lighthouse Agency"]


def test_a_list_that_arrived_in_part_is_not_saved(world: World) -> None:
    data = accounts(world, opened(world), world.far_away.pk)
    del data["accounts_shown"]
    assert save(world, "accounts", **data).status_code == 422
    assert names(world) == ["Harbor Tower"]


def test_without_scripts_a_refusal_leads_to_the_contact_and_says_why(world: World) -> None:
    response = world.ana.client.post(where(world, "email"), {"value": "nobody"}, follow=True)
    assert response.redirect_chain[-1][0] == world.carla.contact.get_absolute_url()
    assert "not a complete email address" in response.content.decode()


def test_leaving_an_editor_brings_the_cell_back(world: World) -> None:
    asked = world.ana.client.get(where(world, "email", "?show"), headers=HTMX).content.decode()
    quietly = world.ana.client.get(where(world, "email", "?show=quiet"), headers=HTMX).content.decode()
    assert "autofocus" in asked
    assert "autofocus" not in quietly


def test_a_cell_that_does_not_exist_and_a_contact_that_does_not_are_404(world: World) -> None:
    assert world.ana.client.get(where(world, "notes"), headers=HTMX).status_code == 404
    gone = reverse("customers:contact_cell", args=[0, "email"])
    assert world.ana.client.get(gone, headers=HTMX).status_code == 404


def test_markup_is_text(world: World) -> None:
    text = save(world, "title", value="<b>x</b>").content.decode()
    assert "<b>x</b>" not in text


# --- The Activity tab -----------------------------------------------------------
def activity(world: World, **query: str) -> list[str]:
    address = reverse("customers:contact_activity", args=[world.carla.contact.pk])
    return [entry.code for entry in world.ana.client.get(address, query).context["page"]]


def test_the_activity_is_filtered_by_kind_and_by_who(world: World) -> None:
    save(world, "phone", value="02 555 0142")
    update_contact(world.carla.contact, {"last_name": "Moreno-Diaz"}, actor=world.max.actor)
    assert activity(world, kind="methods") == ["method.added"]
    assert activity(world, who=str(world.max.user.pk)) == ["contact.changed"]
    assert activity(world, who=str(world.max.user.pk), kind="methods") == []
    everything = activity(world)
    assert set(activity(world, kind="tickets")) == {code for code in everything if code.startswith("ticket.")}
    assert activity(world, kind="nonsense", who="-1") == everything


def test_the_names_to_choose_from_are_those_in_the_history(world: World) -> None:
    save(world, "phone", value="02 555 0142")
    address = reverse("customers:contact_activity", args=[world.carla.contact.pk])
    text = world.max.client.get(address).content.decode()
    assert ">Ana</option>" in text
    assert ">Root</option>" not in text
