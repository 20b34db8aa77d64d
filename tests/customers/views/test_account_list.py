"""The list of accounts, and the answers of the account pickers."""

import pytest
from django.urls import reverse

from tests.factories import AccountFactory, fill_desk
from tests.personas import World

LIST = reverse("customers:account_list")
OPTIONS = reverse("customers:account_options")
HTMX = {"HX-Request": "true"}
ALL = ["Far Away Ltd", "Harbor Tower", "Lighthouse Agency"]


def names(response) -> list[str]:
    return [account.name for account in response.context["page"].rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("q=tower", ["Harbor Tower"]),
        ("letter=L", ["Lighthouse Agency"]),
        ("type=partner", ["Lighthouse Agency"]),
        ("people=none", []),
        ("people=some", ALL),
        ("level=below", []),
        ("sort=-name", ALL[::-1]),
        ("type=nonsense&after=broken&sort=x", ALL),
        ("q=%00", ALL),
    ],
)
def test_search_letter_filters_and_order(world: World, query: str, expected: list[str]) -> None:
    assert names(world.ana.client.get(f"{LIST}?{query}")) == expected


def test_pages_follow_one_another_without_gap_or_double(world: World) -> None:
    fill_desk(60, account=world.harbor)
    first = world.ana.client.get(LIST).context["page"]
    second = world.ana.client.get(LIST, {"after": first.next_cursor}).context["page"]
    seen = [account.pk for account in (*first.rows, *second.rows)]
    assert len(seen) == len(set(seen)) == 63


def test_htmx_gets_the_fragment(world: World) -> None:
    response = world.ana.client.get(LIST, headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert "HX-Request" in response["Vary"]


def test_nothing_found_offers_to_show_all(world: World) -> None:
    assert "Show all" in world.ana.client.get(LIST, {"q": "zzzz"}).content.decode()


def test_options_mark_the_hits_and_what_is_there_already(world: World) -> None:
    asked = {"q": "harbor", "exclude": world.harbor.pk}
    text = world.ana.client.get(OPTIONS, asked, headers=HTMX).content.decode()
    assert "Already added" in text
    assert "Far Away" not in text


def test_a_new_name_is_offered_unless_it_exists(world: World) -> None:
    def offered(name: str, **more: str) -> bool:
        return b"data-create" in world.ana.client.get(OPTIONS, {"q": name, **more}, headers=HTMX).content

    assert offered("Songdo", create="1")
    assert not offered("Songdo")
    assert not offered("harbor  TOWER", create="1")
    assert not offered("", create="1")


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"q": "x" * 5000}, {"exclude": ["x", "9" * 60, "²"]}])
def test_options_survive_what_is_made_up_by_hand(world: World, query: dict) -> None:
    assert world.ana.client.get(OPTIONS, query, headers=HTMX).status_code == 200


def test_markup_in_a_name_is_text(world: World) -> None:
    AccountFactory(name="<script>alert(1)</script>")
    for page in (LIST, f"{LIST}?q=<script>", f"{OPTIONS}?q=<script>", f"{OPTIONS}?q=<b>&create=1"):
        text = world.ana.client.get(page, headers=HTMX).content.decode()
        assert "<script>alert" not in text
        assert "<b>" not in text.replace('<b class="medium">', "")
