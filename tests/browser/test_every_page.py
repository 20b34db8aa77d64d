"""axe over every page there is, as whoever may open it: wide in English and on a phone in Korean, light and dark.

Every page is looked at whole in one theme, in turn, and for its colours in the other.
"""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from tests.architecture.route_table import ROUTES, Route
from tests.personas import PERSONAS, World

LOOKS = [("wide", "en"), ("phone", "ko")]
THEMES = ("light", "dark")
#: What a theme changes of a page.
COLOURS = ("color-contrast", "link-in-text-block")
#: Colours change by transitions, however short, and those of what inherits them a frame later: until nothing moves.
STILL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  let quiet = 0;
  for (let frames = 0; quiet < 3 && frames < 60; frames++) {
    await frame();
    quiet = document.getAnimations().some(each => each instanceof CSSTransition) ? 0 : quiet + 1;
  }
}"""
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
@pytest.mark.parametrize(("size", "language"), LOOKS, ids=["-".join(look) for look in LOOKS])
def test_axe_finds_nothing_on_any_page(
    transactional_db, world, browse, assert_accessible, looker: str, size: str, language: str
) -> None:
    user = world.persona(looker).user
    page = browse(user, size=size, language=language)
    if user and language == "ko":
        user.language = "ko"
        user.save()
    found = []
    for number, address in enumerate(list(_pages(world, looker))):
        first = THEMES[number % len(THEMES)]
        page.emulate_media(color_scheme=first)
        page.goto(address)
        for theme in (first, *(other for other in THEMES if other != first)):
            page.emulate_media(color_scheme=theme)
            page.evaluate(STILL)
            try:
                assert_accessible(page, rules=() if theme == first else COLOURS)
            except AssertionError as error:
                found.append(f"{address} ({theme}): {error}")
    assert found == []
