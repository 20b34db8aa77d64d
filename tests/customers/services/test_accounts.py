"""Creating, changing, finding and deleting accounts."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.errors.records import DomainTaken, ParentCycle, PublicMailDomain
from customers.models import Account, Contact
from customers.services.accounts.changes import create_account, find_or_create_accounts, update_account
from customers.services.accounts.deletion import delete_account, deletion_consequences
from helpdesk.core.validation import InvalidFields
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_a_name_is_unique_ignoring_case_and_spaces() -> None:
    create_account({"name": "Hanbit Tower"}, actor=DESK)
    with pytest.raises(InvalidFields) as refusal:
        create_account({"name": "  HANBIT   tower "}, actor=DESK)
    assert "account" in refusal.value.message


def test_an_empty_or_too_long_name_is_refused() -> None:
    for name in ("", "   ", "x" * 201):
        with pytest.raises(InvalidFields):
            create_account({"name": name}, actor=DESK)


def test_unknown_names_are_created_once_and_known_ones_found() -> None:
    known = AccountFactory(name="Straße 9")
    found = find_or_create_accounts(["strasse 9", "New  One", "new one", " "], actor=DESK)
    assert found["strasse 9"] == known
    assert found["New  One"] == found["new one"]
    assert Account.objects.count() == 2
    assert timeline(found["new one"]).get().code == "account.created"


def test_a_hundred_names_cost_a_handful_of_queries(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(10):
        find_or_create_accounts([f"Account {n}" for n in range(100)], actor=DESK)


def test_a_cycle_of_parents_is_refused_and_nothing_changes() -> None:
    top = AccountFactory(name="Top")
    middle = AccountFactory(name="Middle", parent=top)
    low = AccountFactory(name="Low", parent=middle)
    with pytest.raises(ParentCycle) as refusal:
        update_account(top, {"parent": low}, actor=DESK)
    assert "Low" in refusal.value.message
    assert Account.objects.get(pk=top.pk).parent is None


def test_an_account_is_not_its_own_parent() -> None:
    account = AccountFactory(name="Top")
    with pytest.raises(ParentCycle):
        update_account(account, {"parent": account}, actor=DESK)


def test_domains_are_tidied_public_ones_refused_and_taken_ones_named() -> None:
    account = create_account(
        {"name": "One"}, actor=DESK, domains=["https://www.One.example/", "@two.example"]
    )
    assert set(account.domains.values_list("domain", flat=True)) == {"one.example", "two.example"}
    with pytest.raises(PublicMailDomain):
        create_account({"name": "Two"}, actor=DESK, domains=["gmail.com"])
    with pytest.raises(DomainTaken) as refusal:
        create_account({"name": "Two"}, actor=DESK, domains=["ONE.example"])
    assert "One" in refusal.value.message
    assert not Account.objects.filter(name="Two").exists()


def test_deleting_promotes_the_next_account_of_each_contact() -> None:
    first, second = AccountFactory(name="One"), AccountFactory(name="Two")
    both = ContactFactory(accounts=[first, second])
    secondary = ContactFactory(accounts=[second, first])
    alone = ContactFactory(accounts=[first])
    told = deletion_consequences(first)
    assert (told.contacts, told.primary_for, told.left_without) == (3, 2, 1)
    delete_account(first, actor=DESK)
    assert Contact.objects.get(pk=both.pk).primary_account == second
    assert Contact.objects.get(pk=secondary.pk).primary_account == second
    assert Contact.objects.get(pk=alone.pk).primary_account is None


def test_a_deletion_is_remembered_by_name_on_every_contact() -> None:
    account = AccountFactory(name="One")
    contact = ContactFactory(accounts=[account])
    identifier = account.pk
    delete_account(account, actor=DESK)
    entry = timeline(contact).first()
    assert (entry.code, entry.data["account"]) == ("association.removed", "One")
    assert AuditEntry.objects.get(code="account.deleted", subject_id=identifier).data["name"] == "One"


def test_children_stay_without_a_parent() -> None:
    parent = AccountFactory(name="Top")
    child = AccountFactory(name="Child", parent=parent)
    delete_account(parent, actor=DESK)
    assert Account.objects.get(pk=child.pk).parent is None


def test_only_managers_delete(world: World) -> None:
    with pytest.raises(PermissionDenied):
        delete_account(world.far_away, actor=world.ana.actor)
    delete_account(world.far_away, actor=world.max.actor)
    assert not Account.objects.filter(name="Far Away Ltd").exists()


def test_a_change_is_recorded_with_old_and_new() -> None:
    account = AccountFactory(name="One", phone="1")
    update_account(account, {"phone": "2", "name": "One"}, actor=DESK)
    assert timeline(account).first().data == {"changes": {"phone": ["1", "2"]}}
