"""Rows by a long list of values: the answers of `in`, with one parameter however long the list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Account, Association, Contact, ContactMethod
from helpdesk.core.database.lookups import one_of
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def test_finds_rows_by_numbers_by_texts_and_through_relations() -> None:
    account, _other = AccountFactory(name="한빛 'Tower\\'"), AccountFactory()
    ana, ben, _cleo = (
        ContactFactory(accounts=[account]),
        ContactFactory(email="ben@x.example"),
        ContactFactory(),
    )
    assert set(Contact.objects.filter(one_of("id", [ana.pk, ben.pk, 0]))) == {ana, ben}
    assert ContactMethod.objects.get(one_of("value_key", {"ben@x.example", 'no"body'})).contact == ben
    assert list(Account.objects.filter(one_of("name", [account.name, "한빛"]))) == [account]
    assert Association.objects.filter(one_of("contact_id", [ana.pk, ben.pk])).get().account == account


def test_no_values_no_query() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert not Contact.objects.filter(one_of("id", []))
    assert not asked.captured_queries


def test_the_rows_can_be_changed_and_deleted() -> None:
    kept, gone = ContactFactory(), ContactFactory()
    assert Contact.objects.filter(one_of("id", [kept.pk])).update(notes="Kept") == 1
    Contact.objects.filter(one_of("id", [gone.pk])).delete()
    assert list(Contact.objects.filter(one_of("id", [kept.pk, gone.pk]))) == [kept]
