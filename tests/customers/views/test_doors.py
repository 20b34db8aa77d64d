"""What every address of contacts and accounts has in common: who comes in, by which method, and with a token."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import fill_desk
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
READ_ONLY = [
    "contact_list",
    "contact_detail",
    "contact_data",
    "contact_activity",
    "account_list",
    "account_options",
    "account_detail",
    "account_contacts",
    "account_children",
    "account_links",
    "account_acting",
    "account_activity",
]
FORMS = ["contact_create", "contact_edit", "account_create", "account_edit", "account_associate"]


def address(name: str, world: World) -> str:
    keys = {"contact": world.carla.contact.pk, "account": world.harbor.pk}
    kind = PAGES[name]
    return reverse(f"customers:{name}", args=[keys[kind]] if kind else [])


@pytest.mark.parametrize("name", PAGES)
def test_it_works_for_the_desk(name: str, world: World) -> None:
    assert world.max.client.get(address(name, world), follow=True).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("person", ["carla", "ada", "zoe"])
def test_customers_get_404(name: str, person: str, world: World) -> None:
    assert world.persona(person).client.get(address(name, world)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_signed_in_is_asked_to(name: str, world: World) -> None:
    response = world.anonymous.client.get(address(name, world))
    assert response.status_code == 302
    assert response["Location"].startswith("/auth/login/")


@pytest.mark.parametrize("name", [name for name, kind in PAGES.items() if kind])
def test_what_is_not_there_is_404(name: str, world: World) -> None:
    assert world.max.client.get(reverse(f"customers:{name}", args=[987654])).status_code == 404


@pytest.mark.parametrize("name", READ_ONLY)
def test_a_page_takes_no_post(name: str, world: World) -> None:
    assert world.max.client.post(address(name, world)).status_code == 405


@pytest.mark.parametrize("name", FORMS)
def test_a_form_without_its_token_is_refused(name: str, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.max.user)
    assert client.post(address(name, world), {"name": "Sly"}).status_code == 403


def test_ten_rows_and_three_hundred_cost_the_same_queries(
    world: World, count_queries: Callable[..., int]
) -> None:
    pages = [address(name, world) for name in PAGES]
    fill_desk(10, account=world.harbor)
    few = {page: count_queries(lambda page=page: world.max.client.get(page)) for page in pages}
    fill_desk(290, account=world.harbor, first=10)
    many = {page: count_queries(lambda page=page: world.max.client.get(page)) for page in pages}
    assert {page: (few[page], number) for page, number in many.items() if number > few[page]} == {}
    assert {page: number for page, number in many.items() if number > 30} == {}
