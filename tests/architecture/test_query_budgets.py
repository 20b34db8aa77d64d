"""No page asks more of the database because there is more in it: ten rows or a thousand, the same queries.

Which pages there are is the table of routes' to say, and the admin's own: a page that is added is measured.
"""

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Contact,
    ContactRelationship,
)
from helpdesk.core.models import Department, User
from tests.architecture.route_table import ROUTES, Route, import_run
from tests.factories import ResponsibilityFactory, fill_desk
from tests.personas import PERSONAS, World
from tickets.models import Follower, Message

#: Queries of one page, with what the session and the navigation ask. The page that tells what erasing a contact
#: reaches asks the most, one query for each kind of row; other pages stay below thirty.
MOST = 40
#: The first of these whom the table lets in is the one who looks.
LOOKERS = ("max", "carla", "ada", "root")
#: Lists that are asked for in another way than whole, and pages that need to be told of what.
ASKED = {
    "customers:contact_list": "?q=fill",
    "customers:account_list": "?q=fill",
    "customers:account_associate": "?q=fill",
    "customers:account_contacts": "?q=fill",
    "tickets:ticket_list": "?q=fill&sort=requester",
    "tickets:search": "?q=fill",
    "portal:home": "?q=fill&who=everyone",
    "portal:similar": "?subject=filler",
}

OUR_APPS = {"core", "customers", "tickets"}
#: Parts of pages, which htmx fetches by themselves.
PARTS = {"tickets:account_recent"}

Address = tuple[str, str, bool]
"""Who asks, where, and whether for a part of a page."""


def looker(route: Route) -> str | None:
    return next((name for name in LOOKERS if route.get[PERSONAS.index(name)] == "✓"), None)


def addresses(world: World) -> list[Address]:
    return [*routed(world), *merges(world), *administered()]


def routed(world: World) -> Iterator[Address]:
    for route in ROUTES:
        if "*" in route.name or (who := looker(route)) is None:
            continue
        address = reverse(route.name, kwargs=route.arguments(world))
        yield who, address, route.name in PARTS
        if route.name in ASKED:
            yield who, address + ASKED[route.name], False


def merges(world: World) -> Iterator[Address]:
    carla, kim = world.carla.contact.pk, world.kim.contact.pk
    yield "max", f"{reverse('customers:contact_merge', args=[carla])}?with={kim}", False
    yield (
        "max",
        f"{reverse('customers:account_merge', args=[world.far_away.pk])}?with={world.harbor.pk}",
        False,
    )


def administered() -> Iterator[Address]:
    """Every list of the Django admin, a search in it where there is one, and the page of a row."""
    for model, registered in admin.site._registry.items():
        if model._meta.app_label not in OUR_APPS:
            continue  # other packages' tables, which nobody here may see
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield "root", reverse(f"{name}_changelist"), False
        if registered.search_fields:
            yield "root", reverse(f"{name}_changelist") + "?q=fill", False
        if (row := model._default_manager.order_by("pk").first()) is not None:
            yield "root", reverse(f"{name}_change", args=[row.pk]), False


def fill(world: World, rows: int, *, first: int = 0) -> None:
    """More of everything that can become many."""
    fill_desk(rows, account=world.harbor, first=first)
    numbers = range(first, first + rows)
    User.objects.bulk_create(
        User(email=f"filler{n}@desk.example", name=f"Filler {n}", is_staff=True) for n in numbers
    )
    Department.objects.bulk_create(Department(name=f"Filler {n}") for n in numbers)
    Message.objects.bulk_create(
        Message(ticket=world.shared, author_contact=world.kim.contact, body="Filler", html="<p>Filler</p>")
        for _n in numbers
    )
    own = Account.objects.filter(name__in=[f"Filler {n:05}" for n in numbers])
    people = Contact.objects.filter(last_name__in=[f"{n:05}" for n in numbers])
    Follower.objects.bulk_create(Follower(ticket=world.shared, contact=person) for person in people)
    kind = AccountRelationshipType.objects.get()
    AccountRelationship.objects.bulk_create(
        AccountRelationship(from_account=account, to_account=world.far_away, type=kind) for account in own
    )
    responsibility = ResponsibilityFactory(name=f"Filler {first}")
    ContactRelationship.objects.bulk_create(
        ContactRelationship(account=world.far_away, contact=person, responsibility=responsibility)
        for person in people
    )


def measured(pages: list[Address], world: World, count_queries: Callable[..., int]) -> dict[str, int]:
    found = {}
    for who, page, part in pages:
        client, headers = world.persona(who).client, {"HX-Request": "true"} if part else {}
        found[page] = count_queries(
            lambda client=client, page=page, headers=headers: client.get(page, headers=headers).close()
        )
    return found


def asked_once(pages: list[Address], world: World) -> dict[str, int]:
    """Queries of pages that were asked for before: the caches are filled."""
    found = {}
    for who, page, part in pages:
        with CaptureQueriesContext(connection) as captured:
            world.persona(who).client.get(page, headers={"HX-Request": "true"} if part else {}).close()
        found[page] = len(captured)
    return found


@pytest.mark.long
@pytest.mark.parametrize("who", LOOKERS)
def test_a_thousand_rows_cost_no_more_queries_than_ten(
    world: World, count_queries: Callable[..., int], who: str
) -> None:
    import_run(world)
    fill(world, 10)
    pages = [page for page in addresses(world) if page[0] == who]
    with_ten = measured(pages, world, count_queries)
    fill(world, 990, first=10)
    with_a_thousand = asked_once(pages, world)
    dearer = [page for page in pages if with_a_thousand[page[1]] > with_ten[page[1]]]
    # What is kept in a cache may be read again: whoever was dearer is asked a second time.
    more = {
        address: (with_ten[address], number)
        for address, number in measured(dearer, world, count_queries).items()
        if number > with_ten[address]
    }
    assert more == {}
    many = {address: number for address, number in with_a_thousand.items() if number > MOST}
    assert many == {}
