"""Nonsense in an address or a form is refused or ignored; it never is an error of the server, at any address."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from tests.architecture.route_table import ROUTES, Route
from tests.personas import PERSONAS, World

NONSENSE = "9" * 25
"""A number longer than the database's."""

#: Whatever our views read, under whichever name.
NAMES = (
    "q letter scope sort after before shown contact picked drop look account parent exclude create status priority"
    " department assignee ticket query all to to_text to_contact to_method who what kind value version with swap"
    " requester subject body channel pin primary language theme next mode rows from asked first_name last_name email"
    " name domains row kind other other_text responsibility starts_on ends_on sharing agreed"
    " addresses role successor colleague job_title website"
    " assoc_account assoc_job_title pick undo export_items columns format field add drop accounts tag tags"
    " role membership health active added type level people view reason show within is_private"
).split()
#: What else may stand where a list expects the key of a row, or one of a few words.
VALUES = ("99999999", "-1", "", "x" * 300, "²", "%", "1,2", "\x00", "None", "1e9")
#: The lists of the workspace, the help center and the Django admin, and what makes files of them.
LISTS = {
    "max": (
        "tickets:ticket_list",
        "tickets:ticket_export",
        "customers:contact_list",
        "customers:contact_export",
        "customers:account_list",
        "customers:account_export",
        "customers:duplicate_list",
        "customers:import_list",
        "customers:bulk_update_list",
        "exports:export_list",
        "tickets:search",
        "tickets:suggest",
    ),
    "carla": ("portal:home", "portal:similar", "portal:ticket_create"),
    "root": (
        "admin:customers_contact_changelist",
        "admin:customers_contact_export",
        "admin:customers_account_changelist",
        "admin:customers_account_export",
        "admin:customers_contactrelationship_changelist",
        "admin:customers_accountrelationship_changelist",
        "admin:customers_tag_changelist",
        "admin:tickets_ticket_changelist",
        "admin:events_auditentry_changelist",
        "admin:core_user_changelist",
    ),
}
#: The Django admin reads lookups: these stand in its own lists of filters.
LOOKUPS = (
    "associations__account__id__exact",
    "tags__id__exact",
    "is_active__exact",
    "id__exact",
    "p",
    "o",
    "e",
    "all",
)
#: The first of these whom the table lets in is the one who asks.
ASKING = ("max", "carla", "ada", "root")


def who_may(letters: str) -> str | None:
    return next((name for name in ASKING if letters[PERSONAS.index(name)] == "✓"), None)


def answers(route: Route, world: World, who: str) -> Iterator[tuple[str, int]]:
    """What the address answers `who`: as a link, and to the form of a page with scripts."""
    asked = dict.fromkeys(NAMES, NONSENSE)
    address = reverse(route.name, kwargs=route.arguments(world))
    client = world.persona(who).client
    cookies = client.cookies.copy()
    for method, letters, headers in (("get", route.get, {}), ("post", route.post, {"HX-Request": "true"})):
        if who_may(letters) == who:
            client.cookies = cookies.copy()  # what a page set, and signed out, is not the next one's
            response = getattr(client, method)(address, asked, headers=headers)
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


@pytest.mark.parametrize("who", LISTS)
def test_no_list_falls_over_a_filter_that_names_nothing(world: World, who: str) -> None:
    """Each value under every name at once; each name by itself is asked of the filter sets (`test_filters`)."""
    client, fallen = world.persona(who).client, set()
    for name in LISTS[who]:
        for value in VALUES:
            asked = dict.fromkeys((*NAMES, *LOOKUPS), value)
            asked.pop("format", None)
            headers = {"HX-Request": "true"} if name in ("portal:similar", "tickets:suggest") else {}
            answer = client.get(reverse(name), asked, headers=headers)
            fallen |= {(name, value)} if answer.status_code >= 500 else set()
    assert fallen == set()


def test_no_list_of_the_admin_falls_over_a_lookup(world: World) -> None:
    client, fallen = world.root.client, set()
    for name in ("admin:customers_contact_changelist", "admin:customers_contact_export"):
        for lookup in LOOKUPS:
            for value in VALUES:
                status = client.get(reverse(name), {lookup: value}).status_code
                fallen |= {(name, lookup, value)} if status >= 500 else set()
    assert fallen == set()
