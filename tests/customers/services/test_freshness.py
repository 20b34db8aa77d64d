"""Two people with the same form open: the second to save is told, on both kinds of record."""

import pytest

from customers.errors.records import AccountDeleted, ChangedMeanwhile, ContactGone
from customers.models import Account, Contact
from customers.services.accounts.changes import update_account
from customers.services.accounts.deletion import delete_account
from customers.services.contacts.changes import update_contact
from customers.services.contacts.deletion import delete_contact
from helpdesk.events.versions import version_of
from tests.customers.services.test_association_races import together
from tests.factories import DESK, AccountFactory, ContactFactory

PEOPLE = 8


def test_a_record_that_nobody_changed_is_saved(db: None) -> None:
    contact = ContactFactory()
    update_contact(contact, {"notes": "a"}, actor=DESK, expected_version=version_of(contact))
    update_contact(contact, {"notes": "b"}, actor=DESK, expected_version=version_of(contact))
    assert Contact.objects.get(pk=contact.pk).notes == "b"


def test_an_older_version_is_refused_and_changes_nothing(db: None) -> None:
    account = AccountFactory()
    seen = version_of(account)
    update_account(account, {"notes": "a"}, actor=DESK)
    with pytest.raises(ChangedMeanwhile) as caught:
        update_account(account, {"notes": "b"}, actor=DESK, expected_version=seen)
    assert caught.value.version == version_of(account)
    assert "tests changed notes" in caught.value.message
    assert Account.objects.get(pk=account.pk).notes == "a"


def test_whoever_shows_no_form_is_not_asked_for_a_version(db: None) -> None:
    contact = ContactFactory()
    update_contact(contact, {"notes": "a"}, actor=DESK)
    update_contact(contact, {"notes": "b"}, actor=DESK)
    assert Contact.objects.get(pk=contact.pk).notes == "b"


def test_a_save_that_changed_nothing_makes_no_form_old(db: None) -> None:
    account = AccountFactory()
    seen = version_of(account)
    update_account(account, {"name": account.name}, actor=DESK)
    assert version_of(account) == seen


def test_what_was_deleted_meanwhile_is_a_sentence(db: None) -> None:
    account, contact = AccountFactory(), ContactFactory()
    Account.objects.get(pk=account.pk).delete()
    delete_contact(contact, actor=DESK)
    with pytest.raises(AccountDeleted):
        update_account(account, {"notes": "a"}, actor=DESK)
    with pytest.raises(AccountDeleted):
        delete_account(account, actor=DESK)
    with pytest.raises(ContactGone):
        update_contact(Contact(pk=contact.pk or 1), {"notes": "a"}, actor=DESK)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [ContactFactory, AccountFactory])
def test_of_many_who_save_at_the_same_moment_one_is_let_through(make: type) -> None:
    record = make()
    seen, saved = version_of(record), []

    def save(number: int) -> None:
        verb = update_contact if isinstance(record, Contact) else update_account
        verb(record, {"notes": f"by {number}"}, actor=DESK, expected_version=seen)
        saved.append(number)

    assert together(save, PEOPLE) == []
    assert len(saved) == 1
    record.refresh_from_db()
    assert record.notes == f"by {saved[0]}"
