"""Saving a contact and its list of accounts from the contact's page."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Account, Contact
from customers.services.associations import associate
from customers.services.methods.changes import add_method
from helpdesk.events.models import AuditEntry
from helpdesk.events.versions import version_of
from tests.agreeing import what_is_asked
from tests.factories import AccountFactory
from tests.personas import World


def post(world: World, rows: list[tuple[str, str]], **changes: Any) -> Any:
    """Send the form as the page would: `rows` are (key, job title)."""
    contact = Contact.objects.get(pk=world.carla.contact.pk)
    data = {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "reference": contact.reference,
        "version": version_of(contact),
        "accounts_shown": "1",
        "assoc_account": [key for key, _ in rows],
        "assoc_job_title": [title for _, title in rows],
        "assoc_role": ["customer" for _ in rows],
        "assoc_sharing": ["" for _ in rows],
    }
    data |= changes
    return world.ana.client.post(
        reverse("customers:contact_edit", args=[contact.pk]), {k: v for k, v in data.items() if v is not None}
    )


def places(world: World) -> list[tuple[str, str]]:
    rows = world.carla.contact.associations.order_by("position").select_related("account")
    return [(row.account.name, row.job_title) for row in rows]


def test_the_chosen_primary_comes_first(world: World) -> None:
    rows = [(str(world.harbor.pk), "Chair"), (str(world.far_away.pk), "Adviser")]
    asked = post(world, rows, assoc_primary=str(world.far_away.pk))
    assert "1 person will see 1 more ticket of Far Away Ltd." in asked.content.decode()
    assert places(world) == [("Harbor Tower", "")]
    response = post(world, rows, assoc_primary=str(world.far_away.pk), agreed=what_is_asked(asked))
    assert response.status_code == 302
    assert places(world) == [("Far Away Ltd", "Adviser"), ("Harbor Tower", "Chair")]
    assert AuditEntry.objects.filter(
        subject_id=world.carla.contact.pk, code__startswith="association"
    ).exists()


def test_an_unknown_name_becomes_an_account_on_save(world: World) -> None:
    post(world, [(str(world.harbor.pk), ""), ("new:Songdo Park", "Guard")])
    assert places(world) == [("Harbor Tower", ""), ("Songdo Park", "Guard")]


def test_a_new_name_that_exists_by_now_is_that_account(world: World) -> None:
    rows = [("new: far  away LTD", "")]
    post(world, rows, agreed=what_is_asked(post(world, rows)))
    assert places(world) == [("Far Away Ltd", "")]
    assert Account.objects.filter(search="FAR AWAY LTD").count() == 1


def test_the_list_can_be_emptied(world: World) -> None:
    post(world, [])
    assert places(world) == []


@pytest.mark.parametrize("missing", ["assoc_job_title", "assoc_role", "assoc_sharing", "accounts_shown"])
def test_a_list_that_came_only_in_part_is_never_saved(world: World, missing: str) -> None:
    response = post(world, [(str(world.far_away.pk), "")], **{missing: None})
    assert response.status_code == 422
    assert "did not arrive whole" in response.content.decode()
    assert places(world) == [("Harbor Tower", "")]


def test_a_twenty_sixth_account_is_refused_and_nothing_is_lost(world: World) -> None:
    accounts = [AccountFactory() for _ in range(26)]
    response = post(world, [(str(account.pk), f"Job {n}") for n, account in enumerate(accounts)])
    assert response.status_code == 422
    text = response.content.decode()
    assert "25" in text
    assert 'value="Job 25"' in text
    assert places(world) == [("Harbor Tower", "")]


def test_an_account_twice_is_refused(world: World) -> None:
    assert post(world, [(str(world.harbor.pk), "a"), (str(world.harbor.pk), "b")]).status_code == 422


def test_a_new_name_of_three_hundred_characters_is_refused(world: World) -> None:
    response = post(world, [("new:" + "x" * 300, "")])
    assert response.status_code == 422
    assert "too long" in response.content.decode()


def test_somebody_else_saved_meanwhile(world: World) -> None:
    seen = version_of(world.carla.contact)
    associate(world.carla.contact, world.far_away, actor=world.max.actor)
    response = post(world, [(str(world.harbor.pk), "Mine")], version=seen, first_name="Carlotta")
    text = response.content.decode()
    assert response.status_code == 422
    assert "Max" in text
    assert "Far Away Ltd" in text
    assert 'value="Mine"' in text
    assert 'value="Carlotta"' in text
    assert len(places(world)) == 2
    again = post(world, [(str(world.harbor.pk), "Mine")], version=response.context["form"]["version"].value())
    assert again.status_code == 302
    assert places(world) == [("Harbor Tower", "Mine")]


def test_the_sentence_tells_only_what_was_saved_since(world: World) -> None:
    associate(world.carla.contact, world.lighthouse, actor=world.root.actor)
    seen = version_of(world.carla.contact)
    associate(world.carla.contact, world.far_away, actor=world.max.actor)
    sentence = post(world, [], version=seen).context["form"].non_field_errors()[0]
    assert "Max added Carla Moreno to Far Away Ltd" in sentence
    assert "Root" not in sentence


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 40, None])
def test_a_form_without_a_version_does_not_save(world: World, version: str | None) -> None:
    response = post(world, [], version=version)
    assert response.status_code == 422
    assert places(world) == [("Harbor Tower", "")]


def test_a_button_of_the_list_does_not_make_an_old_form_new(world: World) -> None:
    seen = version_of(world.carla.contact)
    associate(world.carla.contact, world.far_away, actor=world.max.actor)
    rows = [(str(world.harbor.pk), "Mine")]
    pressed = post(world, rows, version=seen, assoc_add="Lighthouse Agency")
    assert post(world, rows, version=pressed.context["form"]["version"].value()).status_code == 422


def test_a_new_way_to_reach_somebody_is_no_change_of_this_form(world: World) -> None:
    seen = version_of(world.carla.contact)
    add_method(world.carla.contact, "phone", "+82 2 555 0100", actor=world.max.actor)
    assert post(world, [(str(world.harbor.pk), "Mine")], version=seen).status_code == 302


def test_without_scripts_a_button_removes_moves_and_adds(world: World) -> None:
    two = [(str(world.harbor.pk), "Chair"), (str(world.far_away.pk), "")]
    removed = post(world, two, assoc_remove=str(world.harbor.pk))
    moved = post(world, two, assoc_move=str(world.far_away.pk))
    lowered = post(world, two, assoc_down=str(world.harbor.pk))
    unmoved = post(world, two, assoc_down=str(world.far_away.pk))
    added = post(world, two, assoc_add="lighthouse agency")
    made = post(world, two, assoc_add="Brand New Place")
    assert [row.account.name for row in removed.context["accounts"].rows] == ["Far Away Ltd"]
    assert [row.account.name for row in moved.context["accounts"].rows] == ["Far Away Ltd", "Harbor Tower"]
    assert [row.account.name for row in lowered.context["accounts"].rows] == ["Far Away Ltd", "Harbor Tower"]
    assert [row.account.name for row in unmoved.context["accounts"].rows] == ["Harbor Tower", "Far Away Ltd"]
    assert added.context["accounts"].rows[-1].key == str(world.lighthouse.pk)
    assert made.context["accounts"].rows[-1].key == "new:Brand New Place"
    assert places(world) == [("Harbor Tower", "")]


def test_a_contact_needs_a_name(world: World) -> None:
    response = post(world, [], first_name="", last_name="")
    assert response.status_code == 422
    assert "Enter a first name or a last name." in response.content.decode()


def test_a_reference_of_somebody_else_is_refused_at_its_field(world: World) -> None:
    response = post(world, [], reference=world.zoe.contact.reference)
    assert response.status_code == 422
    assert "this reference" in " ".join(str(response.context["form"].errors).split())
