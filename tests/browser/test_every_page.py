"""axe over every page there is, as whoever may open it: wide in English and on a phone in Korean, light and dark.

Every page is looked at whole in one theme, in turn, and for its colours in the other. On the phone it is made as narrow
as phones get, too, and must not scroll sideways.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponseBase
from django.urls import resolve, reverse
from playwright.sync_api import Page, expect

from helpdesk.core.models import User
from tests.architecture.route_table import ROUTES, Route
from tests.browser.looks import THEMES, look_everywhere, picture
from tests.browser.profiles import PHONE, WIDE
from tests.browser.scenes import SCENES, Scene
from tests.personas import PERSONAS, World

LOOKS = pytest.mark.parametrize(
    ("size", "language"), [("wide", "en"), ("phone", "ko")], ids=["wide-en", "phone-ko"]
)
#: The first of these who may open a page is the one who looks at it.
LOOKERS = ("anonymous", "max", "carla", "ada", "root")

STATE = """() => [
  document.documentElement.lang, document.querySelectorAll(".finding__n[aria-busy]").length
]"""


def _looker(route: Route) -> str | None:
    return next((name for name in LOOKERS if route.get[PERSONAS.index(name)] == "✓"), None)


def _pages(world: World, looker: str) -> Iterator[str]:
    """The addresses that show this person a page of ours: not a download, not a part, not a way to somewhere else.

    What a scene shows is looked at there, where more is on it. Both sizes have the same pages: they are tried once.
    """
    in_scenes = {name for scene in SCENES for name in scene.shows}
    for route in ROUTES:
        if "*" in route.name or route.name.endswith("_download") or _looker(route) != looker:
            continue
        if route.name in in_scenes:
            continue
        address = reverse(route.name, kwargs=route.arguments(world))
        if route not in _is_page:
            _is_page[route] = _shows_page(world.persona(looker).client.get(address))
        if _is_page[route]:
            yield address


_is_page: dict[Route, bool] = {}


def _shows_page(response: HttpResponseBase) -> bool:
    kind = response.headers.get("Content-Type", "")
    is_shown = response.status_code == 200 and kind.startswith("text/html") and not response.streaming
    return is_shown and b"<html" in response.content[:2000]


def _faults(page: Page, addresses: Iterable[str], language: str, *, turn: int = 0) -> list[str]:
    """Of all these pages, each with its address; `turn` says how many were looked at before."""
    found = []
    on_phone = (page.viewport_size or WIDE)["width"] == PHONE["width"]
    for number, address in enumerate(addresses, turn + on_phone):
        page.emulate_media(color_scheme=THEMES[number % 2])
        page.goto(address)
        spoken, counting = page.evaluate(STATE)
        assert spoken == language, f"{address} is in {spoken}"
        if counting:
            expect(page.locator(".finding__n[aria-busy]")).to_have_count(0)
        picture(page, f"{address}-{language}")
        found += [f"{address}: {fault}" for fault in look_everywhere(page)]
    return found


def _speak(user: User | None, language: str) -> None:
    if user:
        user.language = language
        user.save(update_fields=["language"])


@pytest.mark.long
@pytest.mark.parametrize("looker", LOOKERS)
@LOOKS
def test_axe_finds_nothing_on_any_page(world: World, browse, looker: str, size: str, language: str) -> None:
    user = world.persona(looker).user
    page = browse(user, size=size, language=language)
    _speak(user, language)
    assert _faults(page, list(_pages(world, looker)), language) == []


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
@LOOKS
def test_axe_finds_nothing_in_any_scene(world: World, browse, scene: Scene, size: str, language: str) -> None:
    scene.fill(world)
    pages: dict[str, Page] = {}
    found, shown = [], set()
    for turn, (looker, address) in enumerate(scene.pages(world)):
        shown.add(resolve(urlsplit(address).path).view_name)
        if looker not in pages:
            user = world.persona(looker).user
            pages[looker] = browse(user, size=size, language=language)
            _speak(user, language)
        found += _faults(pages[looker], [address], language, turn=turn)
    assert found == []
    assert shown == set(scene.shows)
