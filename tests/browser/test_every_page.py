"""axe over every page there is, as whoever may open it: light and dark, wide and on a phone, in both languages."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from tests.architecture.route_table import ROUTES, Route
from tests.personas import PERSONAS, World

LOOKS = [
    ("wide", "light", "en"),
    ("wide", "dark", "ko"),
    ("phone", "light", "ko"),
    ("phone", "dark", "en"),
]
#: The first of these who may open a page is the one who looks at it.
LOOKERS = ("anonymous", "max", "carla", "ada", "root")


def _looker(route: Route) -> str | None:
    return next((name for name in LOOKERS if route.get[PERSONAS.index(name)] == "✓"), None)


def _pages(world: World, looker: str) -> Iterator[str]:
    """The addresses that show this person a page of ours: not a download, not a part, not a way to somewhere else."""
    for route in ROUTES:
        if "*" in route.name or route.name.endswith("_download") or _looker(route) != looker:
            continue
        address = reverse(route.name, kwargs=route.arguments(world))
        response = world.persona(looker).client.get(address)
        kind = response.headers.get("Content-Type", "")
        if (
            response.status_code == 200
            and kind.startswith("text/html")
            and b"<html" in response.content[:2000]
        ):
            yield address


@pytest.mark.parametrize("looker", LOOKERS)
@pytest.mark.parametrize(("size", "theme", "language"), LOOKS, ids=["-".join(look) for look in LOOKS])
def test_axe_finds_nothing_on_any_page(
    transactional_db, world, browse, assert_accessible, looker: str, size: str, theme: str, language: str
) -> None:
    user = world.persona(looker).user
    page = browse(user, size=size, theme=theme, language=language)
    if user and language == "ko":
        user.language = "ko"
        user.save()
    found = []
    for address in list(_pages(world, looker)):
        page.goto(address)
        try:
            assert_accessible(page)
        except AssertionError as error:
            found.append(f"{address}: {error}")
    assert found == []
