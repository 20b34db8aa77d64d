"""Every route × every persona × GET and POST, against the one table. A route that nobody listed fails."""

from fnmatch import fnmatchcase

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse

from tests.architecture.resolving import addresses
from tests.architecture.route_table import ROUTES, Route
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


def outcome(world: World, route: Route, method: str) -> str:
    """One letter for each persona; whatever a POST changed is rolled back before the next one's turn."""
    address = reverse(route.name, kwargs=route.arguments(world))
    data = route.data(world) if method == "post" else {}
    letters = []
    for name in PERSONAS:
        with transaction.atomic():
            client = world.persona(name).new_client()
            letters.append(letter(getattr(client, method)(address, data)))
            transaction.set_rollback(True)
    return "".join(letters)


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


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [route for route in ROUTES if "*" not in route.name], ids=described)
def test_each_person_gets_what_the_table_says(route: Route, method: str, world: World) -> None:
    assert outcome(world, route, method) == getattr(route, method)
