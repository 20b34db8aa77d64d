"""No page asks more of the database because there is more in it: ten rows or a thousand, the same queries."""

from collections.abc import Callable

from django.urls import reverse

from tests.factories import fill_desk
from tests.personas import World

STAFF_PAGES = [
    "customers:contact_list",
    "customers:account_list",
    "customers:import_list",
    "tickets:ticket_list",
    "tickets:search",
]
STAFF_RECORDS = {
    "customers:contact_detail": "carla",
    "customers:contact_activity": "carla",
    "customers:contact_delete": "carla",
    "customers:contact_leave": "carla",
    "customers:contact_erase": "carla",
    "tickets:contact_tickets": "carla",
    "customers:account_detail": "harbor",
    "customers:account_contacts": "harbor",
    "customers:account_associate": "harbor",
    "customers:account_activity": "harbor",
    "customers:account_delete": "harbor",
    "tickets:account_tickets": "harbor",
    "tickets:ticket_detail": "shared",
}
CUSTOMER_PAGES = ["portal:home", "portal:ticket_create"]


def staff_addresses(world: World) -> list[str]:
    keys = {"carla": world.carla.contact.pk, "harbor": world.harbor.pk, "shared": world.shared.pk}
    merges = [
        f"{reverse('customers:contact_merge', args=[keys['carla']])}?with={world.kim.contact.pk}",
        f"{reverse('customers:account_merge', args=[world.far_away.pk])}?with={keys['harbor']}",
    ]
    return (
        [reverse(name) + "?q=fill" for name in STAFF_PAGES]
        + [reverse(name, args=[keys[key]]) for name, key in STAFF_RECORDS.items()]
        + merges
    )


def customer_addresses(world: World) -> list[str]:
    return [*map(reverse, CUSTOMER_PAGES), reverse("portal:ticket_detail", args=[world.shared.pk])]


def measured(world: World, count_queries: Callable[..., int]) -> dict[str, int]:
    found = {}
    for persona, pages in ((world.max, staff_addresses(world)), (world.carla, customer_addresses(world))):
        for page in pages:
            assert persona.client.get(page).status_code == 200, page
            found[page] = count_queries(lambda person=persona, page=page: person.client.get(page))
    recent = reverse("tickets:account_recent", args=[world.harbor.pk])
    found[recent] = count_queries(lambda: world.max.client.get(recent, headers={"HX-Request": "true"}))
    return found


def test_a_thousand_rows_cost_no_more_queries_than_ten(
    world: World, count_queries: Callable[..., int]
) -> None:
    fill_desk(10, account=world.harbor)
    with_ten = measured(world, count_queries)
    fill_desk(990, account=world.harbor, first=10)
    with_a_thousand = measured(world, count_queries)
    more = {
        page: (with_ten[page], number) for page, number in with_a_thousand.items() if number > with_ten[page]
    }
    assert more == {}
