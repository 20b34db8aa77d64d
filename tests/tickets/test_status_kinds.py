"""Which moves between kinds of status are allowed, and to whom."""

import pytest

from tickets import status_kinds
from tickets.status_kinds import DONE_KINDS, KINDS, OPEN_KINDS


def test_every_kind_is_open_or_done() -> None:
    assert sorted(OPEN_KINDS + DONE_KINDS) == sorted(KINDS)


def test_the_desk_moves_a_ticket_anywhere_but_out_of_closed() -> None:
    refused = {(kind, to) for kind in KINDS for to in KINDS if not status_kinds.desk_may_move(kind, to)}
    assert refused == {("closed", to) for to in KINDS if to != "closed"}


def test_a_customer_settles_what_is_open_and_takes_up_what_is_solved() -> None:
    allowed = {(kind, to) for kind in KINDS for to in KINDS if status_kinds.customer_may_move(kind, to)}
    assert allowed == {(kind, "solved") for kind in OPEN_KINDS} | {("solved", "open")}


@pytest.mark.parametrize(
    ("kind", "after_customer", "after_desk"),
    [
        ("new", None, "open"),
        ("open", None, None),
        ("pending", "open", None),
        ("on_hold", None, None),
        ("solved", "open", None),
    ],
)
def test_what_a_message_leads_to(kind: str, after_customer: str | None, after_desk: str | None) -> None:
    assert status_kinds.after_customer_message(kind) == after_customer
    assert status_kinds.after_desk_reply(kind) == after_desk
