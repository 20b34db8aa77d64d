"""Nonsense in an address or a form is refused or ignored; it never is an error of the server, at any address."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from tests.architecture.route_table import ROUTES, Route
from tests.personas import PERSONAS, World

NONSENSE = b"9" * 25
"""A number longer than the database's."""

#: Whatever our views read, under whichever name.
NAMES = (
    "q letter scope sort after before shown contact picked drop look account parent exclude create status priority"
    " department assignee ticket query all to to_text to_contact to_method who what kind value version with swap"
    " requester subject body channel pin primary language theme next mode rows from asked first_name last_name email"
    " name domains row kind other other_text responsibility starts_on ends_on sharing agreed"
    " addresses role successor colleague job_title website"
    " assoc_account assoc_job_title pick undo export_items columns format field add drop accounts tag tags"
).split()
#: The first of these whom the table lets in is the one who asks.
ASKING = ("max", "carla", "ada", "root")


def who_may(letters: str) -> str | None:
    return next((name for name in ASKING if letters[PERSONAS.index(name)] == "✓"), None)


def answers(route: Route, world: World, who: str) -> Iterator[tuple[str, int]]:
    """What the address answers `who`: as a link, and to the form of a page with scripts."""
    asked = dict.fromkeys(NAMES, NONSENSE)
    address = reverse(route.name, kwargs=route.arguments(world))
    for method, letters, headers in (("get", route.get, {}), ("post", route.post, {"HX-Request": "true"})):
        if who_may(letters) == who:
            response = getattr(world.persona(who).new_client(), method)(address, asked, headers=headers)
            if response.streaming:
                list(response)
            yield f"{method} {route.name}", response.status_code


@pytest.mark.long
@pytest.mark.parametrize("who", ASKING)
def test_no_address_falls_over_it(world: World, who: str) -> None:
    fallen = set()
    for route in ROUTES:
        if "*" not in route.name and who in (who_may(route.get), who_may(route.post)):
            with transaction.atomic():
                found = answers(route, world, who)
                fallen |= {asked for asked, status in found if status >= 500}
                transaction.set_rollback(True)
    assert fallen == set()
