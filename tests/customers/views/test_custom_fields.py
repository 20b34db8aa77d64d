"""The fields that a desk added, on the pages of contacts and accounts."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Account, Contact
from customers.services.contacts.changes import update_contact
from customers.services.custom_fields import change_custom_field, create_custom_field
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
KINDS = {"Seats": "number", "Since": "date", "VIP": "boolean", "Remark": "text"}


def define(module: str) -> None:
    for label, kind in KINDS.items():
        create_custom_field(module, label, actor=DESK, kind=kind)
    create_custom_field(module, "Size", actor=DESK, kind="choice", choices=["Small", "Large"])


def typed(page: str) -> dict[str, str]:
    """The form as a browser would send it unchanged: inputs, areas, and the chosen options."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") not in ("checkbox", "radio") and "name" in attributes:
            found[attributes["name"]] = attributes.get("value", "")
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL):
        found[name] = text
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def edit_account(client: Client, account: Account, **changes: str) -> str:
    url = reverse("customers:account_edit", args=[account.pk])
    form = typed(client.get(url).content.decode())
    return client.post(
        url, form | {f"custom:{key}": value for key, value in changes.items()}
    ).content.decode()


def test_each_kind_of_field_has_its_input(world: World) -> None:
    define("account")
    page = world.ana.client.get(reverse("customers:account_create")).content.decode()
    assert re.search(r'<input type="text" name="custom:seats"[^>]*inputmode="decimal"', page)
    assert re.search(r'<input type="date" name="custom:since"', page)
    assert re.search(r'<select name="custom:vip"', page)
    assert re.search(r'<select name="custom:size"', page)
    assert re.search(r'<input type="text" name="custom:remark"', page)
    assert [page.index(f">{label} ") for label in (*KINDS, "Size")] == sorted(
        page.index(f">{label} ") for label in (*KINDS, "Size")
    )


def test_an_account_is_created_with_its_values(world: World) -> None:
    define("account")
    form = {"name": "Dock Nine", "type": "customer", "sharing": "reply"}
    values = {
        "custom:seats": "1,250",
        "custom:since": "2026-03-01",
        "custom:vip": "yes",
        "custom:size": "Large",
    }
    response = world.ana.client.post(reverse("customers:account_create"), form | values)
    assert response.status_code == 302, response.content.decode()
    account = Account.objects.get(name="Dock Nine")
    assert account.custom_fields == {"seats": "1250", "since": "2026-03-01", "vip": True, "size": "Large"}


def test_a_contact_is_created_with_its_values(world: World) -> None:
    define("contact")
    form = {"first_name": "Lena", "accounts_shown": "1", "custom:remark": "Left-handed", "custom:seats": ""}
    response = world.ana.client.post(reverse("customers:contact_create"), form)
    assert response.status_code == 302, response.content.decode()
    assert Contact.objects.get(first_name="Lena").custom_fields == {"remark": "Left-handed"}


def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(world: World) -> None:
    define("account")
    page = edit_account(world.ana.client, world.harbor, seats="many", remark="Kept")
    assert 'id="id_custom:seats-error"' in page
    assert "Enter a number, such as 1250 or 12.5." in page
    assert 'value="many"' in page
    assert 'value="Kept"' in page
    world.harbor.refresh_from_db()
    assert world.harbor.custom_fields == {}


def test_saving_a_form_unchanged_changes_no_value(world: World) -> None:
    define("account")
    size = create_custom_field("account", "Floor", actor=DESK, kind="choice", choices=["1", "2"])
    values = {"seats": "3", "vip": False, "floor": "1", "remark": "two\nlines", "gone": "kept"}
    Account.objects.filter(pk=world.harbor.pk).update(custom_fields=values)
    change_custom_field(size, {"choices": ["2"]}, actor=DESK)
    edit_account(world.ana.client, world.harbor)
    world.harbor.refresh_from_db()
    assert world.harbor.custom_fields == values


def test_a_value_is_taken_away_by_emptying_its_input(world: World) -> None:
    define("account")
    Account.objects.filter(pk=world.harbor.pk).update(custom_fields={"seats": "3", "size": "Small"})
    edit_account(world.ana.client, world.harbor, seats="", size="")
    world.harbor.refresh_from_db()
    assert world.harbor.custom_fields == {}


def test_a_contacts_values_are_edited_on_its_page(world: World) -> None:
    define("contact")
    contact = ContactFactory(custom_fields={"vip": True})
    page = world.ana.client.get(contact.get_absolute_url()).content.decode()
    url = reverse("customers:contact_edit", args=[contact.pk])
    response = world.ana.client.post(url, typed(page) | {"custom:since": "2026-03-01"})
    assert response.status_code == 302, response.content.decode()
    contact.refresh_from_db()
    assert contact.custom_fields == {"vip": True, "since": "2026-03-01"}


def test_a_form_without_the_inputs_leaves_the_values_alone(world: World) -> None:
    define("contact")
    contact = ContactFactory(custom_fields={"seats": "3"})
    page = world.ana.client.get(contact.get_absolute_url()).content.decode()
    form = {name: value for name, value in typed(page).items() if not name.startswith("custom:")}
    world.ana.client.post(reverse("customers:contact_edit", args=[contact.pk]), form)
    contact.refresh_from_db()
    assert contact.custom_fields == {"seats": "3"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_pages_show_labels_and_values_in_order(world: World, language: str) -> None:
    for module in ("contact", "account"):
        define(module)
    contact, account = ContactFactory(), AccountFactory()
    for record in (contact, account):
        record.custom_fields = {"seats": "1250", "vip": True, "gone": "unseen"}
        record.save()
    world.ana.user.language = language
    world.ana.user.save()
    for url in (reverse("customers:contact_data", args=[contact.pk]), account.get_absolute_url()):
        page = world.ana.client.get(url).content.decode()
        shown = re.findall(r'<div class="top"><dt>(\w+)</dt><dd>(.*?)</dd>', page)
        own = [(label, text) for label, text in shown if label in (*KINDS, "Size")]
        yes = "Yes" if language == "en" else "예"
        assert own == [("Seats", "1250"), ("Since", "–"), ("VIP", yes), ("Remark", "–"), ("Size", "–")]
        assert "unseen" not in page


def test_a_value_never_runs_as_markup(world: World) -> None:
    remark = create_custom_field("contact", "<b>Remark</b>", actor=DESK)
    contact = ContactFactory()
    update_contact(contact, {"custom_fields": {remark.key: "<script>alert(1)</script>"}}, actor=DESK)
    for name in ("contact_data", "contact_detail", "contact_activity"):
        page = world.ana.client.get(reverse(f"customers:{name}", args=[contact.pk])).content.decode()
        assert "<script>alert" not in page
        assert "<b>Remark" not in page


@pytest.mark.parametrize("name", ["account_detail", "account_edit", "contact_detail", "contact_data"])
def test_a_page_costs_the_same_with_many_fields(world: World, name: str, count_queries) -> None:
    record = world.harbor if name.startswith("account") else world.carla.contact
    url = reverse(f"customers:{name}", args=[record.pk])
    few = count_queries(lambda: world.ana.client.get(url))
    for module in ("contact", "account"):
        define(module)
    assert count_queries(lambda: world.ana.client.get(url)) == few
