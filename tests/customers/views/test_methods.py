"""The verbs on the ways to reach a contact."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import ContactMethod
from customers.services.methods.changes import add_method, change_method
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, TicketFactory
from tests.personas import World

HTMX = {"HX-Request": "true"}
VERBS = ["change", "default", "remove"]


def method(world: World) -> ContactMethod:
    return world.carla.contact.methods.get(kind="email")


def address(world: World, verb: str, *, of: ContactMethod | None = None) -> str:
    keys = [world.carla.contact.pk] if verb == "add" else [world.carla.contact.pk, (of or method(world)).pk]
    return reverse(f"customers:method_{verb}", args=keys)


def add(world: World, **data: str) -> Any:
    return world.ana.client.post(address(world, "add"), {"kind": "email", **data})


def values(world: World) -> set[str]:
    return set(world.carla.contact.methods.values_list("value", flat=True))


def test_a_method_is_added_and_recorded(world: World) -> None:
    response = add(world, value="+82 2 555 0142", kind="phone", label="desk")
    assert response["Location"] == world.carla.contact.get_absolute_url()
    added = world.carla.contact.methods.get(kind="phone")
    assert (added.label, added.is_default) == ("desk", True)
    assert AuditEntry.objects.filter(code="method.added", actor_user=world.ana.user).exists()


def test_an_address_in_use_names_its_owner_with_a_link_and_stays_typed(world: World) -> None:
    response = add(world, value="Zoe@people.example", label="private")
    text = response.content.decode()
    assert response.status_code == 422
    assert "already used by Zoe Farrell" in text
    assert f'href="{world.zoe.contact.get_absolute_url()}"' in text
    assert 'value="Zoe@people.example"' in text
    assert 'value="private"' in text
    assert values(world) == {"carla@people.example"}


@pytest.mark.parametrize(
    "data",
    [
        {"value": ""},
        {"value": "   "},
        {"value": "nobody"},
        {"value": "x" * 300 + "@people.example"},
        {"value": "a@b.example", "kind": "pigeon"},
        {"value": "a@b.example", "label": "x" * 300},
    ],
)
def test_bad_input_is_a_sentence_and_adds_nothing(world: World, data: dict[str, str]) -> None:
    response = add(world, **data)
    assert response.status_code == 422
    assert response.context["method_problem"]["sentence"]
    assert values(world) == {"carla@people.example"}


def test_markup_in_a_value_is_text(world: World) -> None:
    add(world, kind="other", value="<script>alert(1)</script>", label="<b>x</b>")
    text = world.ana.client.get(world.carla.contact.get_absolute_url()).content.decode()
    assert "<script>alert" not in text
    assert "<b>x</b>" not in text


def test_a_value_is_corrected(world: World) -> None:
    world.ana.client.post(address(world, "change"), {"value": "moreno@people.example"})
    assert values(world) == {"moreno@people.example"}


def test_a_correction_to_an_address_in_use_is_refused(world: World) -> None:
    response = world.ana.client.post(address(world, "change"), {"value": "zoe@people.example"})
    assert response.status_code == 422
    assert "already used by Zoe Farrell" in response.content.decode()
    assert values(world) == {"carla@people.example"}


def test_another_becomes_the_default_and_takes_over_when_it_is_removed(world: World) -> None:
    second = add_method(world.carla.contact, "email", "carla@harbor.example", actor=DESK)
    world.ana.client.post(address(world, "default", of=second))
    assert world.carla.contact.methods.get(kind="email", is_default=True) == second
    world.ana.client.post(address(world, "remove", of=second))
    assert world.carla.contact.methods.get(kind="email").is_default


def test_htmx_gets_the_page_to_take_its_part_from(world: World) -> None:
    response = world.ana.client.post(address(world, "add"), {"kind": "x", "value": "@carla"}, headers=HTMX)
    assert response.status_code == 200
    assert 'id="methods"' in response.content.decode()
    assert "@carla" in response["HX-Trigger"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_method_of_somebody_else_is_404(world: World, verb: str) -> None:
    foreign = world.zoe.contact.methods.get(kind="email")
    response = world.ana.client.post(address(world, verb, of=foreign), {"value": "a@b.example"})
    assert response.status_code == 404
    assert world.zoe.contact.methods.filter(value="zoe@people.example").exists()


def test_a_method_in_use_is_kept_and_what_uses_it_is_offered_to_be_moved(world: World) -> None:
    ticket = TicketFactory(contact=world.carla.contact, subject="Wet floor")
    mobile = add_method(world.carla.contact, "mobile", "010-5550-0177", actor=DESK)
    used = method(world)
    response = world.ana.client.post(address(world, "remove", of=used))
    text = response.content.decode()
    assert response.status_code == 422
    assert f'href="{ticket.get_absolute_url()}"' in text
    assert "Move and remove" in text
    world.ana.client.post(address(world, "remove", of=used), {"to_method": mobile.pk})
    ticket.refresh_from_db()
    assert ticket.contact_method == mobile
    assert values(world) == {"+821055500177"}


def test_without_scripts_the_name_of_another_contact_will_do(world: World) -> None:
    ticket = TicketFactory(contact=world.carla.contact)
    data = {"to_contact_text": "Kim Seo-yeon"}
    world.ana.client.post(address(world, "remove"), data)
    ticket.refresh_from_db()
    assert ticket.contact == world.kim.contact
    assert values(world) == set()


@pytest.mark.parametrize("text", ["Nobody at all", "people.example"])
def test_a_name_of_nobody_or_of_several_moves_nothing(world: World, text: str) -> None:
    ticket = TicketFactory(contact=world.carla.contact)
    response = world.ana.client.post(address(world, "remove"), {"to_contact_text": text})
    assert response.status_code == 422
    assert "Move and remove" in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.contact == world.carla.contact


def test_a_correction_of_what_somebody_else_corrected_meanwhile_is_told_and_stays_typed(world: World) -> None:
    data = {"value": "mine@people.example", "was": "carla@people.example"}
    change_method(method(world), "theirs@people.example", actor=world.max.actor)
    response = world.ana.client.post(address(world, "change"), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert "changed this to theirs@people.example" in text
    assert 'value="mine@people.example"' in text
    assert values(world) == {"theirs@people.example"}
    world.ana.client.post(address(world, "change"), data | {"was": "theirs@people.example"})
    assert values(world) == {"mine@people.example"}


def test_phones_are_kept_in_one_form_and_shown_as_the_desks_region_writes_them(world: World) -> None:
    add(world, kind="phone", value="02-555-0142")
    add(world, kind="mobile", value="+44 20 7946 0991")
    assert values(world) >= {"+8225550142", "+442079460991"}
    text = world.ana.client.get(world.carla.contact.get_absolute_url()).content.decode()
    assert "02-555-0142" in text
    assert "+44 20 7946 0991" in text
