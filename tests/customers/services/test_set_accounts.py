"""`set_accounts` and `make_primary`: the whole list at once."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.errors.records import (
    AccountGone,
    AccountListedTwice,
    ContactGone,
    NotAssociated,
    TooManyAccounts,
)
from customers.models import Association, Contact
from customers.services.associations import Entry, make_primary, set_accounts, set_accounts_many
from helpdesk.events.timelines import timeline
from tests.customers.services.test_associate import full_contact, names
from tests.factories import DESK, AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def test_the_order_given_is_the_order_kept() -> None:
    accounts = [AccountFactory(name=name) for name in ("One", "Two", "Three")]
    contact = ContactFactory(accounts=accounts)
    set_accounts(contact, [Entry(account.pk) for account in reversed(accounts)], actor=DESK)
    assert names(contact) == ["Three", "Two", "One"]


def test_an_empty_list_clears() -> None:
    contact = ContactFactory(accounts=[AccountFactory()])
    set_accounts(contact, [], actor=DESK)
    assert names(contact) == []
    assert contact.primary_account is None


def test_the_same_account_twice_is_refused() -> None:
    account = AccountFactory()
    with pytest.raises(AccountListedTwice):
        set_accounts(ContactFactory(), [Entry(account.pk), Entry(account.pk)], actor=DESK)


def test_26_are_refused() -> None:
    entries = [Entry(AccountFactory().pk) for _ in range(26)]
    with pytest.raises(TooManyAccounts):
        set_accounts(ContactFactory(), entries, actor=DESK)


def test_an_account_that_was_deleted_meanwhile_is_refused() -> None:
    with pytest.raises(AccountGone):
        set_accounts(ContactFactory(), [Entry(987654)], actor=DESK)


def test_a_contact_that_was_deleted_meanwhile_is_refused() -> None:
    with pytest.raises(ContactGone):
        set_accounts_many({987654: []}, actor=DESK)


def test_a_list_longer_than_a_lowered_limit_may_shrink_but_not_be_reordered(settings) -> None:
    contact = full_contact(5)
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 3
    kept = [Entry(association.account_id) for association in contact.ordered_associations]
    set_accounts(contact, kept[:4], actor=DESK)
    with pytest.raises(TooManyAccounts):
        set_accounts(contact, list(reversed(kept[:4])), actor=DESK)


def test_a_changed_job_title_is_recorded_with_old_and_new() -> None:
    account = AccountFactory(name="One")
    contact = ContactFactory(accounts=[Entry(account.pk, "Porter")])
    set_accounts(contact, [Entry(account.pk, "Night porter")], actor=DESK)
    entry = timeline(contact).first()
    assert entry.code == "association.changed"
    assert entry.data["changes"] == {"job_title": ["Porter", "Night porter"]}


def test_making_primary_keeps_the_order_of_the_others() -> None:
    accounts = [AccountFactory(name=name) for name in ("One", "Two", "Three")]
    contact = ContactFactory(accounts=accounts)
    make_primary(contact, accounts[2], actor=DESK)
    assert names(contact) == ["Three", "One", "Two"]
    with pytest.raises(NotAssociated):
        make_primary(contact, AccountFactory(), actor=DESK)


def test_a_change_moves_the_stamp_that_forms_compare() -> None:
    contact = ContactFactory()
    set_accounts(contact, [Entry(AccountFactory().pk)], actor=DESK)
    assert Contact.objects.get(pk=contact.pk).updated_at > contact.updated_at


@pytest.mark.parametrize("position", [0, 26])
def test_the_database_itself_refuses_a_position_outside_1_to_25(position: int) -> None:
    contact, account = ContactFactory(), AccountFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Association.objects.create(
            contact=contact, account=account, position=position, created_at=timezone.now()
        )


def test_the_database_itself_refuses_two_primaries_and_a_duplicate() -> None:
    first, second = AccountFactory(), AccountFactory()
    contact = ContactFactory(accounts=[first])
    for account, position in [(second, 1), (first, 2)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Association.objects.create(
                contact=contact, account=account, position=position, created_at=timezone.now()
            )
