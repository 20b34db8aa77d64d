"""Small tables are read once, and anew when any process changed them."""

import pytest
from django.db import DatabaseError

from helpdesk.core.database import memo
from helpdesk.core.database.memo import SharedMemo


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The table. No process trusts what it knows without a look at the version."""
    monkeypatch.setattr(memo, "TRUST_SECONDS", 0.0)
    return ["first"]


def test_what_one_process_forgets_another_reads_anew(rows: list[str]) -> None:
    here, there = (SharedMemo("test", lambda: list(rows), tuple, []) for _process in range(2))
    assert here.value() == there.value() == ("first",)
    rows.append("second")
    assert there.value() == ("first",)
    here.forget()
    assert here.value() == there.value() == ("first", "second")


def test_what_was_made_of_the_rows_is_kept_while_they_stand(rows: list[str]) -> None:
    known = SharedMemo("test", lambda: list(rows), list, [])
    assert known.value() is known.value()


def test_before_the_first_migration_it_is_empty() -> None:
    def read() -> list[str]:
        raise DatabaseError

    assert SharedMemo("test", read, tuple, ["default"]).value() == ("default",)
