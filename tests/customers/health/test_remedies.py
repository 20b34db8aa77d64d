"""Remedies for many at once: what they say beforehand, what they do, and taking it back."""

import pytest

from customers.errors.records import NothingToUndo
from customers.health import remedies
from customers.models import Association, Contact, ContactMethod
from customers.services.associations import associate
from customers.services.methods.bouncing import mark_bouncing
from customers.services.methods.changes import add_method
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def accounts_of(contact: Contact) -> list[str]:
    return list(contact.associations.order_by("position").values_list("account__name", flat=True))


# --- Accounts by domain ---------------------------------------------------------------
def test_whoever_has_none_joins_the_account_of_the_default_address(world: World) -> None:
    other = AccountFactory(name="Other", domains=["Other.example"])
    new = ContactFactory(email="new@HARBOR.example")
    add_method(new, "email", "new@other.example", actor=DESK)
    placed = ContactFactory(email="placed@harbor.example", accounts=[other])
    stranger = ContactFactory(email="free@nowhere.example")
    assert [(account.name, n) for account, n in remedies.joining().accounts] == [("Harbor Tower", 1)]
    joining = remedies.join_by_domain(actor=world.max.actor)
    entry = AuditEntry.objects.get(code="health.joined_by_domain")
    assert joining and joining.people == 1 and entry.data == {"people": 1, "accounts": 1}
    assert accounts_of(new) == ["Harbor Tower"]
    assert accounts_of(placed) == ["Other"] and accounts_of(stranger) == []
    assert AuditEntry.objects.get(cause=entry).code == "association.added"
    assert remedies.join_by_domain(actor=world.max.actor) is None


def test_one_go_takes_so_many_and_says_that_there_are_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remedies, "MOST", 2)
    for n in range(3):
        ContactFactory(email=f"new{n}@harbor.example")
    assert (remedies.joining().people, remedies.joining().more) == (2, True)
    remedies.join_by_domain(actor=world.max.actor)
    assert (remedies.joining().people, remedies.joining().more) == (1, False)


def test_taking_it_back_leaves_alone_who_has_another_account_since(world: World) -> None:
    new, moved = ContactFactory(email="new@harbor.example"), ContactFactory(email="moved@harbor.example")
    joining = remedies.join_by_domain(actor=world.max.actor)
    assert joining
    associate(moved, world.far_away, actor=DESK)
    assert remedies.undo_joining(joining, actor=world.max.actor) == 1
    assert accounts_of(new) == [] and accounts_of(moved) == ["Harbor Tower", "Far Away Ltd"]
    with pytest.raises(NothingToUndo):
        remedies.undo_joining(joining, actor=world.max.actor)


# --- Phones -----------------------------------------------------------------------------
def unparsed(contact: Contact, text: str, kind: str = "phone") -> ContactMethod:
    """As a program that writes the table itself leaves it."""
    return ContactMethod.objects.create(contact=contact, kind=kind, value=text, value_key=text.casefold())


def test_phones_that_parse_become_numbers(world: World) -> None:
    good, bad = unparsed(world.carla.contact, "02-555-0199"), unparsed(world.kim.contact, "ask at the gate")
    assert [each.value for each in remedies.rereadable()] == ["+8225550199"]
    assert remedies.normalise_phones(actor=world.max.actor) == 1
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.value, good.value_key) == ("+8225550199", "+8225550199")
    assert bad.value == "ask at the gate"
    entry = AuditEntry.objects.get(code="method.changed")
    assert entry.data["changes"] == {"value": ["02-555-0199", "+8225550199"]}
    assert remedies.normalise_phones(actor=world.max.actor) == 0


def test_as_numbers_of_another_country(world: World) -> None:
    method = unparsed(world.carla.contact, "020 7946 0191")
    remedies.normalise_phones(actor=world.max.actor, region="GB")
    method.refresh_from_db()
    assert method.value == "+442079460191"


def test_a_number_that_the_contact_has_already_stays_as_it_is(world: World) -> None:
    add_method(world.carla.contact, "phone", "+82 2 555 0199", actor=DESK)
    twin = unparsed(world.carla.contact, "02-555-0199")
    assert remedies.normalise_phones(actor=world.max.actor) == 0
    twin.refresh_from_db()
    assert twin.value == "02-555-0199"


# --- Addresses that bounce ----------------------------------------------------------------
def test_all_marks_go_at_once(world: World) -> None:
    for address in ("carla@people.example", "kim@people.example"):
        mark_bouncing(address, actor=DESK)
    assert remedies.clear_all_bouncing(actor=world.max.actor) == 2
    assert not remedies.bouncing_methods().exists()


# --- What is found --------------------------------------------------------------------------
def test_at_the_limit_counts_accounts_and_not_places(world: World) -> None:
    towers = [AccountFactory() for _ in range(3)]
    full, gap = ContactFactory(accounts=towers), ContactFactory(accounts=towers)
    Association.objects.filter(contact=gap, position=1).delete()
    assert list(Contact.objects.with_at_least(3)) == [full]


def test_accounts_without_administrator(world: World) -> None:
    from_ada = {account.name for account in type(world.harbor).objects.without_administrator()}
    assert from_ada == {"Lighthouse Agency", "Far Away Ltd"}
