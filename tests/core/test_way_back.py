"""Whoever has to sign in again, or opens an address that only takes forms, is led to the page that it is about."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.core.web.pages import can_be_opened
from tests.architecture.route_table import ROUTES
from tests.factories import PASSWORD
from tests.personas import World

HERE = "http://testserver"


def next_of(response: HttpResponse) -> str:
    assert response.status_code == 302
    address = urlsplit(response["Location"])
    assert address.path == reverse("account_login")
    return parse_qs(address.query)["next"][0]


def test_it_is_known_of_every_address_whether_it_can_be_opened(world: World) -> None:
    """By the table of routes: where GET is the wrong method for everybody who is let in, it cannot."""
    wrong = {}
    for route in ROUTES:
        if "*" in route.name or "✓" not in route.get + route.post:
            continue
        with transaction.atomic():
            address = reverse(route.name, kwargs=route.arguments(world))
            transaction.set_rollback(True)
        if can_be_opened(address) != ("✓" in route.get):
            wrong[route.name] = (address, route.get)
    assert wrong == {}


@pytest.mark.parametrize(
    ("verb", "page"),
    [
        ("tickets:ticket_reply", "tickets:ticket_detail"),
        ("tickets:ticket_note", "tickets:ticket_detail"),
        ("tickets:ticket_status", "tickets:ticket_detail"),
        ("tickets:ticket_follow", "tickets:ticket_detail"),
        ("portal:ticket_reply", "portal:ticket_detail"),
        ("portal:ticket_follow", "portal:ticket_detail"),
        ("customers:method_add", "customers:contact_detail"),
    ],
)
class TestVerbs:
    @pytest.fixture
    def addresses(self, world: World, verb: str, page: str) -> tuple[str, str]:
        number = world.carla.contact.pk if verb.startswith("customers") else world.shared.pk
        return reverse(verb, args=[number]), reverse(page, args=[number])

    def test_a_sign_in_leads_to_the_page_that_sent_the_form(self, addresses: tuple[str, str]) -> None:
        verb, page = addresses
        answer = Client().post(verb, headers={"Referer": f"{HERE}{page}?list=q%3D1&at=2"})
        assert next_of(answer) == f"{page}?list=q%3D1&at=2"

    @pytest.mark.parametrize("sender", ["", "https://evil.example/", f"{HERE}/nowhere/", "//evil.example/x"])
    def test_and_else_to_the_page_it_is_about(self, addresses: tuple[str, str], sender: str) -> None:
        verb, page = addresses
        assert next_of(Client().post(verb, headers={"Referer": sender})) == page

    def test_also_from_a_page_that_was_answered_there(self, addresses: tuple[str, str]) -> None:
        verb, page = addresses
        assert next_of(Client().post(verb, headers={"Referer": f"{HERE}{verb}"})) == page

    def test_opened_without_a_sign_in_it_leads_there_as_well(self, addresses: tuple[str, str]) -> None:
        verb, page = addresses
        assert next_of(Client().get(verb)) == page

    def test_opened_it_says_what_it_is_and_leads_on(
        self, world: World, addresses: tuple[str, str], verb: str
    ) -> None:
        address, page = addresses
        client = world.carla.client if verb.startswith("portal") else world.ana.client
        answer = client.get(address)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert f'href="{page}"' in answer.content.decode()
        korean = client.get(address, headers={"Accept-Language": "ko"}).content.decode()
        assert "양식" in korean


def test_after_signing_in_the_page_is_there(world: World) -> None:
    client = Client()
    reply = reverse("tickets:ticket_reply", args=[world.shared.pk])
    sign_in = client.post(reply, {"body": "On its way"})["Location"]
    given = {"login": world.ana.user.email, "password": PASSWORD, "next": next_of(client.post(reply))}
    answer = client.post(sign_in, given, follow=True)
    assert answer.status_code == 200
    assert answer.context["ticket"] == world.shared


def test_a_page_asked_for_is_the_page_one_comes_back_to(world: World) -> None:
    address = f"{world.shared.get_absolute_url()}?all"
    assert next_of(Client().get(address)) == address


def test_the_script_is_told_the_same_page(world: World) -> None:
    page = world.shared.get_absolute_url()
    answer = Client().post(
        f"{page}status/", headers={"HX-Request": "true", "HX-Current-URL": f"{HERE}{page}?all#thread"}
    )
    assert answer.status_code == 401
    assert parse_qs(urlsplit(answer["X-Sign-In"]).query)["next"] == [f"{page}?all"]


def test_a_stranger_who_opens_such_an_address_gets_a_page_too() -> None:
    answer = Client().get(reverse("sign_in:set_language"))
    assert answer.status_code == 405
    assert 'href="/"' in answer.content.decode()


def test_an_expired_form_leads_back_to_its_page(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.ana.user)
    reply = reverse("tickets:ticket_reply", args=[world.shared.pk])
    answer = client.post(reply, {"body": "x"}, headers={"Referer": f"{HERE}{reply}"})
    assert f'href="{world.shared.get_absolute_url()}"' in answer.content.decode()
