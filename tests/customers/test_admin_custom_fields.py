"""The definitions of custom fields, and their values, in the Django admin."""

import json

import pytest
from django.urls import reverse

from customers.models import Contact, CustomField
from customers.services.custom_fields import create_custom_field
from helpdesk.events.models import AuditEntry
from tests.customers.test_admin import contact_form, formset
from tests.factories import DESK, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
FIELDS = "admin:customers_customfield"


def test_an_administrator_defines_a_field(world: World) -> None:
    data = {"module": "account", "label": "Size", "kind": "choice", "choices": "Small\nLarge\n\nsmall"}
    response = world.root.client.post(reverse(f"{FIELDS}_add"), data)
    assert response.status_code == 302, response.content.decode()
    field = CustomField.objects.get()
    assert (field.module, field.key, field.choices) == ("account", "size", ["Small", "Large"])
    assert AuditEntry.objects.get(code="custom_field.created").actor_user == world.root.user


def test_a_second_field_of_the_same_label_is_refused(world: World) -> None:
    create_custom_field("account", "Size", actor=DESK)
    data = {"module": "account", "label": " SIZE", "kind": "text", "choices": ""}
    response = world.root.client.post(reverse(f"{FIELDS}_add"), data)
    assert "Another field has this label" in response.content.decode()
    assert CustomField.objects.count() == 1


def test_a_choice_without_choices_is_refused(world: World) -> None:
    data = {"module": "account", "label": "Size", "kind": "choice", "choices": " "}
    response = world.root.client.post(reverse(f"{FIELDS}_add"), data)
    assert "Enter the choices, one per line." in response.content.decode()
    assert not CustomField.objects.exists()


def test_label_choices_and_position_change_while_kind_and_module_stay(world: World) -> None:
    field = create_custom_field("account", "Size", actor=DESK, kind="choice", choices=["Small"])
    data = {"label": "Sizes", "choices": "Small\nHuge", "position": 7, "kind": "text", "module": "contact"}
    response = world.root.client.post(reverse(f"{FIELDS}_change", args=[field.pk]), data)
    assert response.status_code == 302, response.content.decode()
    field.refresh_from_db()
    assert (field.label, field.choices, field.position) == ("Sizes", ["Small", "Huge"], 7)
    assert (field.kind, field.module, field.key) == ("choice", "account", "size")


def test_deleting_a_field_is_recorded_and_keeps_the_values(world: World) -> None:
    field = create_custom_field("contact", "Pet", actor=DESK)
    contact = ContactFactory(custom_fields={"pet": "cat"})
    world.root.client.post(reverse(f"{FIELDS}_delete", args=[field.pk]), {"post": "yes"})
    assert not CustomField.objects.exists()
    assert AuditEntry.objects.filter(code="custom_field.deleted").exists()
    contact.refresh_from_db()
    assert contact.custom_fields == {"pet": "cat"}


def test_values_edited_as_a_whole_are_checked_and_those_left_out_are_taken_away(world: World) -> None:
    for label, kind in (("Pet", "text"), ("Seats", "number")):
        create_custom_field("contact", label, actor=DESK, kind=kind)
    contact = ContactFactory(custom_fields={"pet": "cat"})
    url = reverse("admin:customers_contact_change", args=[contact.pk])
    lists = formset("associations", []) | formset("methods", [])
    data = contact_form(contact, custom_fields=json.dumps({"seats": "many"})) | lists
    assert "Enter a number" in world.root.client.post(url, data).content.decode()
    data["custom_fields"] = json.dumps({"seats": "12"})
    assert world.root.client.post(url, data).status_code == 302
    assert Contact.objects.get(pk=contact.pk).custom_fields == {"seats": "12"}
