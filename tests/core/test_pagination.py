"""Keyset pages."""

import pytest
from django.db.models import Q
from django.test import RequestFactory

from customers.models import Account
from helpdesk.core.web.listing import summary
from helpdesk.core.web.pagination import KeysetPage, Order, Part, paginate
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
ORDER = ("search", "id")


def page(query: str = "", order: Order = ORDER) -> KeysetPage:
    return paginate(Account.objects.all(), RequestFactory().get(f"/{query}"), order=order, size=3)


def names(result: KeysetPage) -> list[str]:
    return [account.name for account in result]


@pytest.mark.parametrize("order", [ORDER, ("-created_at", "-id")])
def test_forward_to_the_end_and_back_to_the_start_shows_every_row_once(order: tuple[str, ...]) -> None:
    for n in range(8):
        AccountFactory(name=f"A{n}")
    first = page(order=order)
    second = page(f"?after={first.next_cursor}", order)
    third = page(f"?after={second.next_cursor}", order)
    assert len(set(names(first) + names(second) + names(third))) == 8
    assert [first.has_previous, second.has_previous, third.has_next] == [False, True, False]
    back = page(f"?before={third.previous_cursor}", order)
    assert names(back) == names(second)
    start = page(f"?before={back.previous_cursor}", order)
    assert names(start) == names(first)
    assert not start.has_previous


def test_a_broken_or_foreign_cursor_starts_again() -> None:
    AccountFactory(name="A")
    for query in ("?after=nonsense", f"?after={page().next_cursor}x", "?before=%00"):
        assert names(page(query)) == ["A"]


def test_rows_that_come_meanwhile_shift_nothing() -> None:
    for n in range(4):
        AccountFactory(name=f"B{n}")
    first = page()
    AccountFactory(name="A new one")
    assert names(page(f"?after={first.next_cursor}")) == ["B3"]


def test_an_empty_list_is_an_empty_page() -> None:
    assert len(page()) == 0
    assert not page().has_next


LONG_NAMES_LAST = [
    Part(("search", "id"), Q(name__lt="A4")),
    Part(("-search", "-id"), Q(name__gte="A4", name__lt="A5")),
    Part(("-search", "-id"), Q(name__gte="A5")),
]


def test_parts_follow_one_another_over_pages_and_back() -> None:
    for n in range(8):
        AccountFactory(name=f"A{n}")
    first = page(order=LONG_NAMES_LAST)
    second = page(f"?after={first.next_cursor}", LONG_NAMES_LAST)
    third = page(f"?after={second.next_cursor}", LONG_NAMES_LAST)
    shown = names(first) + names(second) + names(third)
    assert shown == ["A0", "A1", "A2", "A3", "A4", "A7", "A6", "A5"]
    assert not third.has_next
    back = page(f"?before={third.previous_cursor}", LONG_NAMES_LAST)
    assert names(back) == names(second)
    assert names(page(f"?before={back.previous_cursor}", LONG_NAMES_LAST)) == names(first)


@pytest.mark.parametrize("part", ["9", "-1", "x", "", "1" * 40])
def test_a_cursor_of_no_known_part_starts_again(part: str) -> None:
    AccountFactory(name="A")
    key = page().next_cursor.partition(".")[2]
    assert names(page(f"?after={part}.{key}", LONG_NAMES_LAST)) == ["A"]


def test_a_page_costs_one_query_a_part_at_most(django_assert_max_num_queries) -> None:
    for n in range(8):
        AccountFactory(name=f"A{n}")
    with django_assert_max_num_queries(3):
        page(order=LONG_NAMES_LAST)


def test_a_page_knows_its_place_in_the_list() -> None:
    for n in range(8):
        AccountFactory(name=f"A{n}")
    first = page()
    second = page(f"?after={first.next_cursor}")
    third = page(f"?after={second.next_cursor}")
    assert [summary(found, 8) for found in (first, second, third)] == ["1–3 of 8", "4–6 of 8", "7–8 of 8"]
    assert [page(f"?before={found.previous_cursor}").start for found in (third, second)] == [4, 1]


def test_a_place_is_told_as_well_as_can_be_when_rows_have_come_or_gone() -> None:
    for n in range(5):
        AccountFactory(name=f"A{n}")
    first = page()
    second = page(f"?after={first.next_cursor}")
    Account.objects.filter(name__in=["A0", "A1"]).delete()
    assert summary(page(f"?after={first.next_cursor}"), 3) == "4–5 of 5"
    assert page(f"?before={second.previous_cursor}").start == 1
    assert summary(page(), 1001) == "1–3 of more than 1,000"
    Account.objects.exclude(name="A4").delete()
    assert summary(page(), 1) == "1 of 1"
