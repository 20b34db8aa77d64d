"""Rows changed and deleted in sets: the same outcome as one by one."""

from datetime import UTC, datetime

import pytest
from django.db.models import ProtectedError

from customers.models import Account, Association, Contact, ContactMethod
from helpdesk.core.database.bulk import delete_rows, update_each
from helpdesk.events.models import AuditEntry
from tests.factories import AccountFactory, ContactFactory, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_each_row_gets_its_own_value_and_what_is_gone_is_passed_over() -> None:
    one, other, untouched = ContactFactory.create_batch(3)
    before = untouched.updated_at
    moments = {one.pk: datetime(2026, 1, 2, 3, tzinfo=UTC), other.pk: datetime(2025, 1, 1, tzinfo=UTC)}
    update_each(Contact, "updated_at", moments | {0: datetime(2024, 1, 1, tzinfo=UTC)})
    assert dict(Contact.objects.filter(pk__in=moments).values_list("pk", "updated_at")) == moments
    assert Contact.objects.get(pk=untouched.pk).updated_at == before
    update_each(Contact, "updated_at", {})


def test_a_text_is_made_canonical_on_its_way() -> None:
    account = AccountFactory()
    update_each(Account, "notes", {account.pk: "one\r\ntwo\u202e"})
    assert Account.objects.get(pk=account.pk).notes == "one\ntwo"


def test_what_hangs_on_a_row_goes_with_it_and_what_points_at_it_forgets_it() -> None:
    account = AccountFactory()
    gone, stays = (ContactFactory(accounts=[account], email=f"{n}@x.example") for n in "ab")
    delete_rows(Contact, [gone.pk])
    assert list(Contact.objects.all()) == [stays]
    assert set(Association.objects.values_list("contact", flat=True)) == {stays.pk}
    assert set(ContactMethod.objects.values_list("contact", flat=True)) == {stays.pk}
    assert Account.objects.filter(pk=account.pk).exists()
    user = UserFactory()
    entry = AuditEntry.objects.create(
        code="x", subject_type="y", subject_id=1, actor_kind="agent", actor_user=user
    )
    delete_rows(type(user), [user.pk])
    entry.refresh_from_db()
    assert entry.actor_user is None


def test_what_is_protected_stays() -> None:
    ticket = TicketFactory()
    with pytest.raises(ProtectedError):
        delete_rows(Contact, [ticket.contact_id])
    assert Contact.objects.filter(pk=ticket.contact_id).exists()
    delete_rows(Contact, [])
