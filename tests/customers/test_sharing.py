"""The rule of what an association lets a contact see: in Python and in SQL the same, whatever stands in the rows."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.models import Association, Sharing
from customers.services.associations import Entry
from customers.sharing import LEVELS, allows, effective_level
from tests.factories import AccountFactory, ContactFactory

PLACES = ("", *LEVELS)


def test_there_is_a_rank_for_every_level() -> None:
    assert list(LEVELS) == Sharing.values


@pytest.mark.parametrize(
    ("account", "association", "level"),
    [
        ("reply", "", "reply"),
        ("reply", "see", "see"),
        ("reply", "own", "own"),
        ("see", "", "see"),
        ("see", "reply", "see"),
        ("see", "own", "own"),
        ("own", "", "own"),
        ("own", "reply", "own"),
    ],
)
def test_an_association_narrows_and_never_widens(account: str, association: str, level: str) -> None:
    assert effective_level(account, association) == level


class InSql(TestCase):
    """Rows of generated levels."""

    @given(
        st.lists(st.tuples(st.sampled_from(list(LEVELS)), st.sampled_from(PLACES)), min_size=1, max_size=6),
        st.booleans(),
    )
    def test_a_query_says_what_python_says(self, pairs: list[tuple[str, str]], is_active: bool) -> None:
        rows = {}
        for account, association in pairs:
            place = Entry(AccountFactory(sharing=account).pk, sharing=association)
            contact = ContactFactory(accounts=[place], is_active=is_active)
            rows[contact.associations.get().pk] = account, association
        ours = Association.objects.filter(pk__in=rows)
        assert dict(ours.with_level().values_list("pk", "level")) == {
            pk: effective_level(*pair) for pk, pair in rows.items()
        }
        for level, asked in product(LEVELS, (ours.sharing_at_least, ours.giving_sight)):
            active = is_active or asked == ours.sharing_at_least
            expected = {
                pk for pk, (a, b) in rows.items() if active and allows(level, account=a, association=b)
            }
            assert set(asked(level).values_list("pk", flat=True)) == expected
