"""Every route × every persona × GET and POST, against the one table. A route that nobody listed fails."""

from fnmatch import fnmatchcase

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse

from tests.architecture.resolving import addresses
from tests.architecture.route_table import ROUTES, WRONG_ALL, WRONG_EVERYONE, Route
from tests.personas import PERSONAS, World

LETTERS = {404: "–", 403: "x", 405: "m"}


def letter(response: HttpResponseBase) -> str:
    if response.status_code >= 500:
        return "!"
    if response.status_code in LETTERS:
        return LETTERS[response.status_code]
    where = response.headers.get("Location", "")
    return (
        "→" if response.status_code == 302 and ("/auth/login/" in where or "/admin/login/" in where) else "✓"
    )


def outcome(world: World, address: str, method: str, data: dict) -> str:
    """One letter for each persona; whatever a POST changed is rolled back before the next one's turn."""
    letters = []
    for name in PERSONAS:
        client = world.persona(name).client
        cookies = client.cookies.copy()
        with transaction.atomic():
            response = getattr(client, method)(address, data)
            letters.append(letter(response))
            if response.streaming:
                list(response)
            transaction.set_rollback(True)
        client.cookies = cookies
    return "".join(letters)


def as_told(letters: str, told: str) -> bool:
    """Whether each letter is the table's; `?` stands for any but a failure of the server."""
    return "!" not in letters and all(
        has == wants or wants == "?" for has, wants in zip(letters, told, strict=True)
    )


def test_every_address_is_listed() -> None:
    listed = {route.name for route in ROUTES}
    unlisted = {
        address.key
        for address in addresses()
        if not any(fnmatchcase(address.key, pattern) for pattern in listed)
    }
    assert unlisted == set(), "say in route_table.py who gets what there"


def test_every_row_names_an_address() -> None:
    known = {address.key for address in addresses()}
    stale = {route.name for route in ROUTES if not any(fnmatchcase(key, route.name) for key in known)}
    assert stale == set()


def described(route: Route) -> str:
    return f"{route.name}-{route.arguments.__name__}"


@pytest.mark.parametrize("route", [route for route in ROUTES if "*" not in route.name], ids=described)
def test_each_person_gets_what_the_table_says(route: Route, world: World) -> None:
    address = reverse(route.name, kwargs=route.arguments(world))
    got = outcome(world, address, "get", {})
    posted = outcome(world, address, "post", route.data(world))
    assert (got, posted) == (route.get, route.post)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PURGE"])
def test_no_other_method_lets_anybody_in(method: str, world: World) -> None:
    let_in = {}
    for route in ROUTES:
        if "*" in route.name:
            continue
        with transaction.atomic():
            address = reverse(route.name, kwargs=route.arguments(world))
            for persona in (world.anonymous, world.root, world.ada):
                answer = letter(persona.client.generic(method, address))
                if answer != "m":
                    let_in[route.name, persona.name] = answer
            transaction.set_rollback(True)
    assert let_in == {}


BACK = {"HX-Request": "true", "HX-History-Restore-Request": "true"}


@pytest.mark.parametrize("headers", [{}, BACK], ids=["opened", "back"])
def test_no_address_shows_a_part_of_a_page_as_a_page(headers: dict, world: World) -> None:
    parts = set()
    for route in ROUTES:
        if "*" in route.name or route.get in (WRONG_ALL, WRONG_EVERYONE):
            continue
        with transaction.atomic():
            address = reverse(route.name, kwargs=route.arguments(world))
            for persona in (world.max, world.carla):
                response = persona.client.get(address, headers=headers)
                whole = b"".join(response) if response.streaming else response.content
                is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
                if is_page and b"<html" not in whole:
                    parts.add(route.name)
            transaction.set_rollback(True)
    assert parts == set()


# Something to put into the addresses of Django's admin.
FILLED = {
    "<path:content_type_id>": "1",
    "<path:object_id>": "1",
    "<id>": "1",
    "(?P<app_label>": "customers/",
    "(?P<url>": "nowhere/",
}


def filled(pattern: str) -> str:
    for placeholder, value in FILLED.items():
        if placeholder.startswith("(") and placeholder in pattern:
            return "/" + pattern.partition("^")[0].partition("(")[0] + value
        pattern = pattern.replace(placeholder, value)
    return "/" + pattern


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_administrators_pass_into_the_admin(method: str, world: World) -> None:
    told = {route.name: getattr(route, method) for route in ROUTES if "*" in route.name}
    listed = {route.name for route in ROUTES}
    wrong = {}
    for address in addresses():
        pattern = next((name for name in told if fnmatchcase(address.key, name)), None)
        if pattern is None or address.key in listed:
            continue
        letters = outcome(world, filled(address.pattern), method, {})
        if not as_told(letters, told[pattern]):
            wrong[address.key] = letters
    assert wrong == {}
