"""What every address of contacts and accounts has in common: a record has to be there, and a form has its token."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.personas import World

PAGES = {
    "contact_list": None,
    "contact_create": None,
    "contact_detail": "contact",
    "contact_edit": "contact",
    "contact_data": "contact",
    "contact_activity": "contact",
    "account_list": None,
    "account_options": None,
    "account_create": None,
    "account_detail": "account",
    "account_edit": "account",
    "account_contacts": "account",
    "account_associate": "account",
    "account_children": "account",
    "account_links": "account",
    "account_acting": "account",
    "link_create": "account",
    "acting_create": "account",
    "account_activity": "account",
    "account_delete": "account",
}
FORMS = ["contact_create", "contact_edit", "account_create", "account_edit", "account_associate"]


def address(name: str, world: World) -> str:
    keys = {"contact": world.carla.contact.pk, "account": world.harbor.pk}
    kind = PAGES[name]
    return reverse(f"customers:{name}", args=[keys[kind]] if kind else [])


@pytest.mark.parametrize("name", [name for name, kind in PAGES.items() if kind])
def test_what_is_not_there_is_404(name: str, world: World) -> None:
    assert world.max.client.get(reverse(f"customers:{name}", args=[987654])).status_code == 404


@pytest.mark.parametrize("name", FORMS)
def test_a_form_without_its_token_is_refused(name: str, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.max.user)
    assert client.post(address(name, world), {"name": "Sly"}).status_code == 403
