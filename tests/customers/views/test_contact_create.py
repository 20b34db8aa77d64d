"""Creating a contact with its first methods and its accounts."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Account, Contact
from helpdesk.events.models import AuditEntry
from tests.agreeing import agreeing
from tests.personas import World

NEW = reverse("customers:contact_create")
SCRIPT = "<script>alert(1)</script>"
TEXTS = ("first_name", "last_name", "reference", "external_id", "notes")


def fields(*keys: str, **changes: Any) -> dict[str, Any]:
    """What the form sends; `keys` are its rows of accounts."""
    rows = {
        "assoc_account": list(keys),
        "assoc_job_title": [f"Job {number}" for number, _ in enumerate(keys)],
        "assoc_role": ["customer" for _ in keys],
        "assoc_sharing": ["" for _ in keys],
    }
    data = {"first_name": "Nia", "last_name": "Park", "email": "nia@people.example", "accounts_shown": "1"}
    return data | rows | changes


def test_a_contact_is_created_with_methods_and_accounts(world: World) -> None:
    keys = [str(world.harbor.pk), "new:Songdo Park"]
    data = fields(*keys, assoc_primary="new:Songdo Park", phone="+82 2 555 0142")
    response = agreeing(world.ana.client, NEW, data)
    contact = Contact.objects.get(name="Nia Park")
    assert response["Location"] == contact.get_absolute_url()
    places = contact.associations.order_by("position").values_list("account__name", "job_title")
    assert list(places) == [("Songdo Park", "Job 1"), ("Harbor Tower", "Job 0")]
    assert set(contact.methods.values_list("kind", flat=True)) == {"email", "phone"}
    assert AuditEntry.objects.filter(code="contact.created", subject_id=contact.pk).exists()


def test_an_account_of_the_address_is_filled_in(world: World) -> None:
    rows = world.ana.client.get(NEW, {"account": world.harbor.pk}).context["accounts"].rows
    assert [row.account for row in rows] == [world.harbor]


@pytest.mark.parametrize("account", ["x", "-1", "999999", "9" * 60, "²"])
def test_an_account_that_is_none_is_left_out(world: World, account: str) -> None:
    assert world.ana.client.get(NEW, {"account": account}).context["accounts"].rows == []


def test_an_address_in_use_names_its_owner_and_keeps_what_was_typed(world: World) -> None:
    response = world.ana.client.post(
        NEW, fields("new:Songdo Park", email="ZOE@people.example", notes="Calls")
    )
    text = response.content.decode()
    assert response.status_code == 422
    assert f'href="{world.zoe.contact.get_absolute_url()}"' in text
    assert "already used by Zoe Farrell" in " ".join(response.context["form"].errors["email"])
    for kept in ("ZOE@people.example", "Calls", "new:Songdo Park", "Job 0"):
        assert kept in text
    assert not Account.objects.filter(name="Songdo Park").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_name": "", "last_name": ""}, "first_name"),
        ({"first_name": "x" * 300}, "first_name"),
        ({"last_name": "x" * 300}, "last_name"),
        ({"email": "nobody"}, "email"),
        ({"email": f"{'x' * 300}@people.example"}, "email"),
        ({"language": "tlh"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_bad_input_is_told_at_its_field_and_the_rest_stays(
    world: World, changes: dict[str, str], field: str
) -> None:
    response = world.ana.client.post(NEW, fields(str(world.harbor.pk), mobile="+82 10 5550 0177") | changes)
    text = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert "+82 10 5550 0177" in text
    assert 'value="Job 0"' in text
    assert not Contact.objects.filter(methods__value__contains="55500177").exists()


@pytest.mark.parametrize("missing", ["accounts_shown", "assoc_job_title", "assoc_role", "assoc_sharing"])
def test_a_list_that_came_only_in_part_is_never_saved(world: World, missing: str) -> None:
    data = fields(str(world.harbor.pk))
    del data[missing]
    response = world.ana.client.post(NEW, data)
    assert response.status_code == 422
    assert "did not arrive whole" in response.content.decode()
    assert not Contact.objects.filter(name="Nia Park").exists()


def test_without_scripts_a_button_adds_an_account(world: World) -> None:
    response = world.ana.client.post(NEW, fields(assoc_add="harbor tower"))
    assert [row.account for row in response.context["accounts"].rows] == [world.harbor]
    assert not Contact.objects.filter(name="Nia Park").exists()


def test_markup_in_every_field_is_shown_as_text(world: World) -> None:
    texts = {name: f"{SCRIPT}{name}"[:40] for name in TEXTS}
    response = world.ana.client.post(
        NEW, fields(f"new:{SCRIPT}", assoc_job_title=[SCRIPT], phone=SCRIPT, **texts)
    )
    assert response.status_code == 302
    contact = Contact.objects.get(first_name__startswith="<script>")
    for name in ("contact_detail", "contact_data", "contact_activity"):
        page = world.ana.client.get(reverse(f"customers:{name}", args=[contact.pk])).content.decode()
        assert "<script>alert" not in page, name
    for name in ("contact_list", "account_list"):
        assert "<script>alert" not in world.ana.client.get(reverse(f"customers:{name}")).content.decode()


@pytest.mark.parametrize(("person", "status"), [("carla", 404), ("ada", 404), ("anonymous", 302)])
def test_customers_create_nobody(world: World, person: str, status: int) -> None:
    assert world.persona(person).client.post(NEW, fields()).status_code == status
    assert not Contact.objects.filter(name="Nia Park").exists()
