"""Creating and changing an account."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Account
from customers.services.accounts.changes import update_account
from customers.services.associations import associate
from helpdesk.events.models import AuditEntry
from helpdesk.events.versions import version_of
from tests.factories import AccountFactory
from tests.personas import World

SCRIPT = "<script>alert(1)</script>"
NEW = reverse("customers:account_create")


def fields(**changes: Any) -> dict[str, Any]:
    return {"name": "Songdo Park", "type": "customer", "sharing": "reply", **changes}


def edit(world: World, account: Account, **changes: Any) -> Any:
    address = reverse("customers:account_edit", args=[account.pk])
    return world.ana.client.post(address, fields(name=account.name, version=version_of(account)) | changes)


def test_an_account_is_created_with_its_domains(world: World) -> None:
    response = world.ana.client.post(NEW, fields(domains="songdo.example\nsongdo-park.example"))
    account = Account.objects.get(name="Songdo Park")
    assert response["Location"] == account.get_absolute_url()
    assert set(account.domains.values_list("domain", flat=True)) == {"songdo.example", "songdo-park.example"}
    assert AuditEntry.objects.filter(code="account.created", subject_id=account.pk).exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 300}, "name", "200"),
        ({"name": "harbor  TOWER"}, "name", "Another account has this name"),
        ({"domains": "gmail.com"}, "domains", "public mail provider"),
        ({"domains": "harbor.example"}, "domains", "Harbor Tower"),
        ({"domains": "not a domain"}, "domains", ""),
        ({"website": "javascript:alert(1)"}, "website", ""),
        ({"parent_text": "Nowhere Ltd"}, "parent", "Nowhere Ltd"),
        ({"type": "nonsense"}, "type", ""),
    ],
)
def test_bad_input_is_told_at_its_field_and_stays(
    world: World, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = world.ana.client.post(NEW, fields(number="A-77") | changes)
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    assert 'value="A-77"' in response.content.decode()
    assert not Account.objects.filter(number="A-77").exists()


def test_a_parent_typed_by_name_is_found(world: World) -> None:
    world.ana.client.post(NEW, fields(parent_text="harbor tower"))
    assert Account.objects.get(name="Songdo Park").parent == world.harbor


def test_a_name_typed_over_the_chosen_parent_counts(world: World) -> None:
    """Without scripts the hidden field still holds the parent that was chosen before."""
    child = AccountFactory(name="Harbor Annex", parent=world.harbor)
    edit(world, child, parent=world.harbor.pk, parent_text="Lighthouse Agency")
    child.refresh_from_db()
    assert child.parent == world.lighthouse


def test_an_emptied_parent_is_taken_away(world: World) -> None:
    child = AccountFactory(name="Harbor Annex", parent=world.harbor)
    edit(world, child, parent=world.harbor.pk, parent_text="")
    child.refresh_from_db()
    assert child.parent is None


def test_a_cycle_of_parents_is_refused_in_a_sentence(world: World) -> None:
    child = AccountFactory(name="Harbor Annex", parent=world.harbor)
    grandchild = AccountFactory(name="Harbor Cellar", parent=child)
    response = edit(world, world.harbor, parent=grandchild.pk, parent_text="Harbor Cellar", phone="+82 2 1")
    assert response.status_code == 422
    assert "stands below Harbor Tower" in response.content.decode()
    assert 'value="+82 2 1"' in response.content.decode()
    world.harbor.refresh_from_db()
    assert world.harbor.parent is None


def test_a_change_is_saved_and_recorded(world: World) -> None:
    edit(world, world.harbor, name="Harbor Towers", sharing="see", domains="harbor.example")
    world.harbor.refresh_from_db()
    assert (world.harbor.name, world.harbor.sharing) == ("Harbor Towers", "see")
    assert AuditEntry.objects.filter(code="account.changed", subject_id=world.harbor.pk).exists()


def test_somebody_else_saved_meanwhile(world: World) -> None:
    seen = version_of(world.harbor)
    update_account(world.harbor, {"phone": "+82 2 1"}, actor=world.max.actor, domains=["new.example"])
    response = edit(world, world.harbor, version=seen, notes="Ring twice")
    sentence = response.context["form"].non_field_errors()[0]
    assert response.status_code == 422
    assert "Max changed phone from empty to +82 2 1" in sentence
    assert "new.example" in sentence
    assert "Ring twice" in response.content.decode()
    assert Account.objects.get(pk=world.harbor.pk).notes == ""
    again = response.context["form"]["version"].value()
    assert edit(world, world.harbor, version=again, notes="Ring twice").status_code == 302
    assert Account.objects.get(pk=world.harbor.pk).notes == "Ring twice"


def test_the_page_carries_the_version_that_it_shows(world: World) -> None:
    page = world.ana.client.get(reverse("customers:account_edit", args=[world.harbor.pk])).content.decode()
    assert f'name="version" value="{version_of(world.harbor)}"' in page


def test_people_who_join_are_no_change_of_the_account(world: World) -> None:
    seen = version_of(world.harbor)
    associate(world.zoe.contact, world.harbor, actor=world.max.actor)
    assert edit(world, world.harbor, version=seen, notes="Ring twice").status_code == 302


def test_markup_in_every_field_is_shown_as_text(world: World) -> None:
    text_fields = ("name", "number", "phone", "address", "notes", "external_id")
    world.ana.client.post(NEW, fields(**{name: f"{SCRIPT}{name}"[:40] for name in text_fields}))
    account = Account.objects.get(name__startswith="<script>")
    for name in ("account_detail", "account_edit", "account_contacts", "account_delete", "account_activity"):
        page = world.max.client.get(reverse(f"customers:{name}", args=[account.pk])).content.decode()
        assert "<script>alert" not in page, name
    assert "<script>alert" not in world.ana.client.get(reverse("customers:account_list")).content.decode()


@pytest.mark.parametrize(("person", "status"), [("carla", 404), ("ada", 404), ("anonymous", 302)])
def test_customers_create_and_change_nothing(world: World, person: str, status: int) -> None:
    client = world.persona(person).client
    address = reverse("customers:account_edit", args=[world.harbor.pk])
    assert client.post(NEW, fields()).status_code == status
    assert client.post(address, fields()).status_code == status
    assert not Account.objects.filter(name="Songdo Park").exists()
