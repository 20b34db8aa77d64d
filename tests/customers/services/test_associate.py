"""`associate`: adding an account to a contact's ordered list."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.errors.records import TooManyAccounts
from customers.models import Contact
from customers.services.associations import Entry, associate, associate_many
from helpdesk.events.timelines import timeline
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def names(contact: Contact) -> list[str]:
    fresh = Contact.objects.with_accounts().get(pk=contact.pk)
    return [association.account.name for association in fresh.ordered_associations]


def full_contact(number: int = 25) -> Contact:
    return ContactFactory(accounts=[AccountFactory(name=f"Full {n}") for n in range(number)])


def test_the_first_account_becomes_the_primary() -> None:
    contact, account = ContactFactory(), AccountFactory(name="One")
    associate(contact, account, actor=DESK, job_title=" Porter ")
    assert Contact.objects.get(pk=contact.pk).primary_account == account
    assert Contact.objects.get(pk=contact.pk).job_title == "Porter"


def test_another_account_comes_last_and_the_primary_stays() -> None:
    contact = ContactFactory(accounts=[AccountFactory(name="One")])
    associate(contact, AccountFactory(name="Two"), actor=DESK)
    assert names(contact) == ["One", "Two"]


def test_a_new_primary_pushes_the_others_back() -> None:
    contact = ContactFactory(accounts=[AccountFactory(name="One"), AccountFactory(name="Two")])
    associate(contact, AccountFactory(name="Three"), actor=DESK, primary=True)
    assert names(contact) == ["Three", "One", "Two"]


def test_associating_twice_changes_nothing_and_records_nothing() -> None:
    account = AccountFactory()
    contact = ContactFactory(accounts=[account])
    before = timeline(contact).count()
    assert associate(contact, account, actor=DESK) == []
    assert timeline(contact).count() == before


def test_the_26th_account_is_refused_with_a_sentence() -> None:
    contact = full_contact()
    with pytest.raises(TooManyAccounts) as refusal:
        associate(contact, AccountFactory(name="One more"), actor=DESK)
    assert contact.name in refusal.value.message
    assert "25" in refusal.value.message
    assert len(names(contact)) == 25


def test_one_full_contact_stops_the_whole_selection() -> None:
    full, free = full_contact(), ContactFactory()
    with pytest.raises(TooManyAccounts):
        associate_many([full, free], AccountFactory(name="One more"), actor=DESK)
    assert names(free) == []


def test_on_a_desk_with_one_account_a_contact_associating_means_moving(settings) -> None:
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    contact = ContactFactory(accounts=[AccountFactory(name="One")])
    associate(contact, AccountFactory(name="Two"), actor=DESK)
    assert names(contact) == ["Two"]


def test_both_sides_remember_who_did_it(world: World) -> None:
    contact, account = ContactFactory(), AccountFactory(name="One")
    associate(contact, account, actor=world.ana.actor)
    entry = timeline(account).first()
    assert entry == timeline(contact).first()
    assert entry.code == "association.added"
    assert entry.actor_user == world.ana.user
    assert entry.data == {"contact": contact.name, "account": "One", "primary": True}


def test_a_customer_may_not(world: World) -> None:
    with pytest.raises(PermissionDenied):
        associate(world.carla.contact, world.far_away, actor=world.carla.actor)


def test_many_contacts_cost_as_many_queries_as_one(django_assert_max_num_queries) -> None:
    account = AccountFactory()
    contacts = [ContactFactory() for _ in range(30)]
    with django_assert_max_num_queries(20):
        associate_many(contacts, account, actor=DESK)
    assert account.associations.count() == 30


def test_the_job_titles_and_roles_of_the_others_stay() -> None:
    first = AccountFactory(name="One")
    contact = ContactFactory(accounts=[Entry(first.pk, "Director", "administrator", "see")])
    since = contact.associations.get().created_at
    associate(contact, AccountFactory(name="Two"), actor=DESK, primary=True)
    kept = contact.associations.get(account=first)
    assert (kept.job_title, kept.role, kept.sharing, kept.created_at) == (
        "Director",
        "administrator",
        "see",
        since,
    )
