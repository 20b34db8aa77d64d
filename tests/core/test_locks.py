"""Records are locked one by one or many at once, in the order of their keys; one that is gone is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.errors.records import ContactGone
from customers.models import Contact
from helpdesk.core.database.locks import lock_many, locked, locked_many
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def test_a_record_is_read_anew() -> None:
    contact = ContactFactory(first_name="Lee")
    Contact.objects.filter(pk=contact.pk).update(first_name="Mina")
    assert locked(Contact, contact.pk, gone=ContactGone).first_name == "Mina"


def test_many_come_in_the_order_of_their_keys() -> None:
    people = [ContactFactory() for _ in range(3)]
    given = [person.pk for person in reversed(people)]
    assert list(locked_many(Contact, given)) == sorted(given)
    assert lock_many(Contact, given) == sorted(given)


def test_one_that_is_gone_is_told_or_left_out() -> None:
    contact = ContactFactory()
    for lock in (locked_many, lock_many):
        with pytest.raises(ContactGone):
            lock(Contact, [contact.pk, 0], gone=ContactGone)
        assert list(lock(Contact, [contact.pk, 0])) == [contact.pk]
    with pytest.raises(ContactGone):
        locked(Contact, 0, gone=ContactGone)


def test_nothing_asks_nothing() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert locked_many(Contact, []) == {}
        assert lock_many(Contact, []) == []
    assert not asked.captured_queries


@pytest.mark.postgres
def test_the_rows_are_locked_and_those_beside_them_are_not() -> None:
    contact = ContactFactory()
    with CaptureQueriesContext(connection) as asked:
        locked(Contact, contact.pk, gone=ContactGone, related=["user"])
        lock_many(Contact, [contact.pk], no_key=True)
    first, second = (query["sql"] for query in asked.captured_queries)
    assert first.endswith('FOR UPDATE OF "customers_contact"')
    assert second.endswith('ORDER BY 1 ASC FOR NO KEY UPDATE OF "customers_contact"')
