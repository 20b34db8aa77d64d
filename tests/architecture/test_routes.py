"""Every route × every persona × GET and POST, against the one table. A route that nobody listed fails.

What holds for each answer is asked on the same visit: no part of a page comes as a page, and no browser keeps what
somebody signed in has read (after signing out, nobody sees it there).
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse

from tests.architecture.resolving import addresses
from tests.architecture.route_table import ROUTES, WRONG_ALL, WRONG_EVERYONE, Route
from tests.personas import PERSONAS, World

#: Signs of life, which tell nothing of anybody, and files, which say for themselves how long they may be kept.
KEPT = {"core:healthz", "core:readyz", "tickets:attachment_download"}
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


@dataclass
class Visits:
    """What came of visits to one address: a letter for each person, and in words what is wrong with the answers."""

    letters: str = ""
    faults: set[str] = field(default_factory=set)


def visits(world: World, address: str, method: str, data: dict) -> Visits:
    """Everybody's; whatever a POST changed is rolled back before the next one's turn."""
    found = Visits()
    for name in PERSONAS:
        persona = world.persona(name)
        cookies = persona.client.cookies.copy()
        with transaction.atomic():
            response = getattr(persona.client, method)(address, data)
            found.letters += letter(response)
            content = b"".join(response) if response.streaming else response.content
            if method == "get":
                found.faults |= faults(response, content, is_signed_in=persona.user is not None)
            transaction.set_rollback(True)
        persona.client.cookies = cookies
    return found


def faults(response: HttpResponseBase, content: bytes, *, is_signed_in: bool) -> set[str]:
    found = set()
    is_page = response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")
    if is_page and b"<html" not in content:
        found.add("a part of a page is shown as a page")
    kept = "no-store" not in response.headers.get("Cache-Control", "")
    if (
        kept
        and is_signed_in
        and response.status_code != 405
        and response.resolver_match.view_name not in KEPT
    ):
        found.add("a browser keeps it for the next person")
    return found


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
    got = visits(world, address, "get", {})
    posted = visits(world, address, "post", route.data(world))
    assert (got.letters, posted.letters) == (route.get, route.post)
    assert got.faults == set()


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


def test_nor_does_the_way_back_show_a_part_of_a_page(world: World) -> None:
    """htmx asks so for a page that it has not kept."""
    parts = set()
    for route in ROUTES:
        if "*" in route.name or route.get in (WRONG_ALL, WRONG_EVERYONE):
            continue
        persona = world.max if route.get[PERSONAS.index("max")] == "✓" else world.carla
        with transaction.atomic():
            address = reverse(route.name, kwargs=route.arguments(world))
            response = persona.client.get(address, headers=BACK)
            content = b"".join(response) if response.streaming else response.content
            if "a part of a page is shown as a page" in faults(response, content, is_signed_in=True):
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
        letters = visits(world, filled(address.pattern), method, {}).letters
        if not as_told(letters, told[pattern]):
            wrong[address.key] = letters
    assert wrong == {}
