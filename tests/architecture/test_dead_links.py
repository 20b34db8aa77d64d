"""No page leads somewhere that is not there for whoever reads it: links are followed, where forms go is looked up."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.architecture.route_table import ROUTES
from tests.personas import PERSONAS, World

READERS = ("anonymous", "ana", "max", "root", "carla", "ada", "bo")
LINK = re.compile(r"""\s(href|hx-get|action|hx-post|formaction)=(["'])(.*?)\2""")
FOLLOWED = {"href", "hx-get"}
#: Anchors of the page itself, other programs, and other hosts.
ELSEWHERE = re.compile(r"#|mailto:|tel:|https?://|data:|$")
#: Static files, which the test client does not serve, and downloads that are no page.
NOT_FOLLOWED = re.compile(r"/static/|/attachments/")
#: One letter of the route table: whether the reader may open the page.
LET_IN = "✓"


def pages(world: World, reader: str) -> Iterator[tuple[str, str]]:
    """Every address that shows this reader a page, with what is on it."""
    for route in ROUTES:
        if "*" in route.name or route.get[PERSONAS.index(reader)] != LET_IN:
            continue
        address = reverse(route.name, kwargs=route.arguments(world))
        response = world.persona(reader).client.get(address)
        if response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html"):
            yield address, response.getvalue().decode()
        response.close()


def links(address: str, page: str) -> Iterator[tuple[bool, str]]:
    """Whether it is followed, and where it leads; templates for scripts carry no address of their own."""
    for attribute, _quote, target in LINK.findall(page):
        if not ELSEWHERE.match(target):
            yield attribute in FOLLOWED, urljoin(address, unescape(target))


def view_name(address: str) -> str | None:
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return match.view_name or match._func_path


def trouble(client: Client, target: str) -> str | None:
    """What stands in the way of following a link, or None."""
    response = client.get(target)
    response.close()
    return None if response.status_code in (200, 301, 302) else str(response.status_code)


@pytest.mark.long
@pytest.mark.parametrize("reader", READERS)
def test_every_link_leads_somewhere(world: World, reader: str) -> None:
    dead: dict[str, str] = {}
    seen: set[tuple[str, bool]] = set()
    client = world.persona(reader).client
    for address, page in list(pages(world, reader)):
        for is_followed, target in links(address, page):
            if NOT_FOLLOWED.search(target):
                continue
            name = view_name(target)
            if name is None:
                dead[target] = f"on {address}: no such address"
            elif (name, is_followed) not in seen:  # one link a view: the rows of a list lead to the same one
                seen.add((name, is_followed))
                if is_followed and (reason := trouble(client, target)):
                    dead[target] = f"on {address}: {reason}"
    assert dead == {}
