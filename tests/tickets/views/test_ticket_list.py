"""The ticket list."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import AccountFactory, ContactFactory, TicketFactory, fill_desk
from tests.personas import World
from tickets import listing
from tickets.models import Ticket
from tickets.services.lifecycle import assign, change_status
from tickets.status_kinds import KINDS, OPEN_KINDS

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


def keys_of(column: str):
    """What the rows of a list in that order are compared by; None stands after everything."""
    ranks = {"status": KINDS, "priority": Ticket.Priority.values}
    return {
        "updated": lambda ticket: ticket.updated_at,
        "id": lambda ticket: ticket.pk,
        "subject": lambda ticket: ticket.search,
        "requester": lambda ticket: ticket.contact.search,
        "account": lambda ticket: ticket.account.search if ticket.account else None,
        "status": lambda ticket: ranks["status"].index(ticket.status_id),
        "priority": lambda ticket: ranks["priority"].index(ticket.priority),
    }[column]


def mixed_desk(world: World) -> None:
    """More than a page, of every status and priority, some without an account."""
    fill_desk(55, account=world.harbor)
    tickets = list(Ticket.objects.order_by("pk"))
    for number, ticket in enumerate(tickets):
        ticket.status_id = ticket.status_kind = OPEN_KINDS[number % 4]
        ticket.priority = Ticket.Priority.values[number % 3]
        ticket.account = None if number % 5 == 0 else ticket.account
    Ticket.objects.bulk_update(tickets, ["status", "status_kind", "priority", "account"])


@pytest.mark.parametrize("sort", listing.SORTS)
def test_every_order_is_kept_over_pages_and_back(world: World, sort: str) -> None:
    mixed_desk(world)
    first = world.ana.client.get(LIST, {"sort": sort}).context["page"]
    second = world.ana.client.get(LIST, {"sort": sort, "after": first.next_cursor}).context["page"]
    rows = first.rows + second.rows
    assert len({ticket.pk for ticket in rows}) == 58
    keys = [key for key in map(keys_of(sort.lstrip("-")), rows) if key is not None]
    assert keys == sorted(keys, reverse=sort.startswith("-"))
    if "account" in sort:
        assert [ticket.account is None for ticket in rows] == [False] * 46 + [True] * 12
    back = world.ana.client.get(LIST, {"sort": sort, "before": second.previous_cursor}).context["page"]
    assert [ticket.pk for ticket in back.rows] == [ticket.pk for ticket in first.rows]


def test_a_heading_sorts_and_turns_around(world: World) -> None:
    sorts = world.ana.client.get(LIST).context["sorts"]
    assert (sorts["priority"].url, sorts["account"].url) == ("?sort=-priority", "?sort=account")
    assert (sorts["updated"].direction, sorts["updated"].url) == ("descending", "?sort=updated")
    response = world.ana.client.get(LIST, {"sort": "status"})
    assert response.context["sorts"]["status"].url == "?sort=-status"
    assert 'class="c-status" aria-sort="ascending"' in response.content.decode()


@pytest.mark.parametrize("sort", ["account", "-priority", "requester"])
def test_more_rows_cost_no_more_queries(world: World, sort: str, django_assert_max_num_queries: Any) -> None:
    fill_desk(10, account=world.harbor)
    with CaptureQueriesContext(connection) as few:
        world.ana.client.get(LIST, {"sort": sort})
    fill_desk(60, account=world.harbor, first=10)
    with django_assert_max_num_queries(len(few)):
        world.ana.client.get(LIST, {"sort": sort})


class TestPicking:
    """Account and contact in the filter menu: chosen from a list, or typed where no script helps."""

    def test_several_accounts_are_any_of_them(self, world: World) -> None:
        response = world.ana.client.get(LIST, {"account": [world.harbor.pk, world.far_away.pk]})
        assert subjects(response) >= {"The lift is stuck", "Rain gets in"}
        text = response.content.decode()
        for account in (world.harbor, world.far_away):
            assert f'name="account" value="{account.pk}" checked' in text

    def test_a_typed_name_becomes_a_choice_beside_the_others(self, world: World) -> None:
        response = world.ana.client.get(
            f"{LIST}?view=all&account={world.far_away.pk}&account_text=harbor+tower&contact_text="
        )
        assert response.status_code == 302
        query = QueryDict(urlsplit(response.url).query)
        assert query.getlist("account") == [str(world.far_away.pk), str(world.harbor.pk)]
        assert not {"account_text", "contact_text", "contact"} & set(query)

    def test_a_whole_name_beats_parts_of_names(self, world: World) -> None:
        AccountFactory(name="Harbor Tower Annex")
        response = world.ana.client.get(LIST, {"account_text": "Harbor Tower"})
        assert QueryDict(urlsplit(response.url).query).getlist("account") == [str(world.harbor.pk)]

    def test_part_of_a_contacts_name_takes_all_who_have_it(self, world: World) -> None:
        response = world.ana.client.get(LIST, {"contact_text": "zoe"}, follow=True)
        assert subjects(response) == {"Rain gets in"}

    def test_what_nothing_is_called_is_said(self, world: World) -> None:
        response = world.ana.client.get(LIST, {"account_text": "Nowhere <b>"})
        assert response.status_code == 200
        assert "Nothing is called “Nowhere &lt;b&gt;”." in response.content.decode()

    def test_contacts_are_offered_while_typing_those_who_left_too(self, world: World) -> None:
        ContactFactory(first_name="Carl", last_name="Gone", is_active=False)
        text = world.ana.client.get(
            reverse("tickets:contact_options"), {"q": "carl"}, headers={"HX-Request": "true"}
        ).content.decode()
        assert f'data-value="{world.carla.contact.pk}"' in text
        assert 'data-label="Carl Gone"' in text

    def test_posting_to_the_offers_is_refused(self, world: World) -> None:
        assert world.ana.client.post(reverse("tickets:contact_options")).status_code == 405


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
