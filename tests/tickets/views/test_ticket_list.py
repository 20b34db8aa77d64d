"""The ticket list."""

import pytest
from django.urls import reverse

from tests.factories import TicketFactory, fill_desk
from tests.personas import World
from tickets.services.lifecycle import assign, change_status

LIST = reverse("tickets:ticket_list")


def subjects(response) -> set[str]:
    return {ticket.subject for ticket in response.context["page"].rows}


def test_all_open_is_what_one_sees_first(world: World) -> None:
    change_status(world.shared, "solved", actor=world.ana.actor)
    assert subjects(world.ana.client.get(LIST)) == {"My pay slip", "Rain gets in"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("view=mine", {"The lift is stuck"}),
        ("view=unassigned", {"My pay slip"}),
        ("view=solved", {"Rain gets in"}),
        ("view=waiting", set()),
        ("view=all", {"The lift is stuck", "My pay slip", "Rain gets in"}),
        ("view=nonsense", {"The lift is stuck", "My pay slip"}),
        ("view=solved&status=", {"The lift is stuck", "My pay slip", "Rain gets in"}),
        ("view=all&status=solved", {"Rain gets in"}),
        ("view=all&priority=urgent", set()),
        ("view=all&assignee=none", {"My pay slip", "Rain gets in"}),
        ("view=all&q=LIFT", {"The lift is stuck"}),
        ("view=all&status=nonsense", {"The lift is stuck", "My pay slip", "Rain gets in"}),
        ("view=all&account=999999", {"The lift is stuck", "My pay slip", "Rain gets in"}),
        ("sort=nonsense&after=broken", {"The lift is stuck", "My pay slip"}),
    ],
)
def test_views_and_filters(world: World, query: str, expected: set[str]) -> None:
    assign(world.shared, world.ana.user, actor=world.ana.actor)
    change_status(world.strangers, "solved", actor=world.ana.actor)
    assert subjects(world.ana.client.get(f"{LIST}?{query}")) == expected


def test_filters_by_account_contact_and_number(world: World) -> None:
    client = world.ana.client
    assert subjects(client.get(LIST, {"account": world.far_away.pk})) == {"Rain gets in"}
    assert subjects(client.get(LIST, {"contact": world.zoe.contact.pk})) == {"Rain gets in"}
    assert subjects(client.get(LIST, {"q": f"#{world.shared.pk}"})) == {"The lift is stuck"}


def test_a_chip_names_the_filter_and_leads_away_from_it(world: World) -> None:
    response = world.ana.client.get(f"{LIST}?view=all&account={world.harbor.pk}")
    (chip,) = response.context["chips"]
    assert (chip.name, chip.value) == ("Account", "Harbor Tower")
    assert subjects(world.ana.client.get(LIST + chip.remove_url)) == {
        "The lift is stuck",
        "My pay slip",
        "Rain gets in",
    }


def test_pages_follow_one_another(world: World) -> None:
    fill_desk(60, account=world.harbor)
    seen: list[int] = []
    address = f"{LIST}?sort=-id"
    while address:
        page = world.ana.client.get(address).context["page"]
        seen += [ticket.pk for ticket in page.rows]
        address = f"{LIST}?sort=-id&after={page.next_cursor}" if page.has_next else ""
    assert len(seen) == len(set(seen)) == 63
    assert seen == sorted(seen, reverse=True)


def test_all_can_be_chosen_only_where_there_is_more_than_a_page(world: World) -> None:
    assert "data-bulk-all" not in world.ana.client.get(LIST).content.decode()
    fill_desk(60, account=world.harbor)
    assert "Select all, 63" in world.ana.client.get(LIST).content.decode()


@pytest.mark.parametrize("sort", ["updated", "-updated", "id", "-id", "subject", "-subject"])
def test_every_order_is_kept_over_pages(world: World, sort: str) -> None:
    fill_desk(55, account=world.harbor)
    first = world.ana.client.get(LIST, {"sort": sort}).context["page"]
    second = world.ana.client.get(LIST, {"sort": sort, "after": first.next_cursor}).context["page"]
    assert len(first.rows) + len(second.rows) == 58


def test_htmx_gets_the_fragment_and_the_cache_is_told(world: World) -> None:
    response = world.ana.client.get(LIST, headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert "HX-Request" in response["Vary"]


def test_the_navigation_counts_each_view(world: World) -> None:
    assign(world.shared, world.ana.user, actor=world.ana.actor)
    counts = {view["name"]: view["count"] for view in world.ana.client.get(LIST).context["nav_views"]}
    assert counts == {
        "My open": "1",
        "Unassigned": "2",
        "All open": "3",
        "Waiting on customer": "0",
        "Recently solved": "0",
    }


def test_a_script_in_a_subject_stays_text(world: World) -> None:
    TicketFactory(contact=world.carla.contact, subject="<script>alert(1)</script>")
    assert b"<script>alert" not in world.ana.client.get(LIST, {"q": "<script>"}).content


def test_customers_learn_nothing_of_it(world: World) -> None:
    assert world.carla.client.get(LIST).status_code == 404


def test_posting_is_refused(world: World) -> None:
    assert world.ana.client.post(LIST).status_code == 405
