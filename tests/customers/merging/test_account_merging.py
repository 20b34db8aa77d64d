"""`merge_accounts`: people, tickets, links, domains and children become the survivor's."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from customers.errors.merging import DifferentExternalIds, MergeWithItself, TwoHolders
from customers.errors.records import ParentCycle
from customers.merging.accounts import merge_accounts, reached_by
from customers.merging.fields import Choices
from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Association,
    Contact,
    ContactRelationship,
)
from customers.services.accounts.changes import update_account
from customers.services.associations import Entry
from customers.services.exposure import WidensSight
from customers.services.relationships.links import create_contact_relationship, link_accounts
from customers.standing import desk_today
from helpdesk.events.timelines import timeline
from helpdesk.events.wording import told
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory, TicketFactory
from tests.personas import World
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def merged(survivor: Account, *others: Account, **choices: object) -> Account:
    merge_accounts(survivor, others, actor=DESK, choices=Choices(**choices))
    return Account.objects.get(pk=survivor.pk)


def places(contact: Contact) -> list[tuple[str, str]]:
    rows = Association.objects.filter(contact=contact).select_related("account").order_by("position")
    return [(row.account.name, row.job_title) for row in rows]


def test_the_survivor_takes_the_place_of_the_other() -> None:
    one, other, third = (AccountFactory(name=name) for name in ("One", "Other", "Third"))
    contact = ContactFactory(accounts=[Entry(other.pk, "Porter"), third])
    merged(one, other)
    assert places(contact) == [("One", "Porter"), ("Third", "")]


def test_who_has_both_keeps_the_higher_place() -> None:
    one, other, third = (AccountFactory(name=name) for name in ("One", "Other", "Third"))
    contact = ContactFactory(
        accounts=[Entry(other.pk, "Porter", role="administrator"), third, Entry(one.pk, "Owner")]
    )
    merged(one, other)
    assert places(contact) == [("One", "Owner"), ("Third", "")]
    assert Association.objects.get(contact=contact, account=one).role == "administrator"


def test_tickets_domains_and_children_move(world: World) -> None:
    child = AccountFactory(parent=world.far_away)
    other = AccountFactory(domains=["second.example"], parent=world.far_away)
    ticket = TicketFactory(contact=ContactFactory(accounts=[other]))
    after = merged(world.harbor, world.far_away, other)
    child.refresh_from_db()
    assert child.parent == after
    assert set(after.domains.values_list("domain", flat=True)) == {"harbor.example", "second.example"}
    assert Ticket.objects.get(pk=ticket.pk).account == after
    assert Ticket.objects.get(pk=world.strangers.pk).account == after


def test_a_link_between_the_two_and_one_that_both_have_are_dropped() -> None:
    one, other, third = AccountFactory(), AccountFactory(), AccountFactory()
    kind = AccountRelationshipType.objects.create(name="Partner of", reverse_name="Customer of")
    for pair in ((one, other), (other, one), (one, third), (other, third)):
        link_accounts(*pair, kind, actor=DESK)
    merged(one, other)
    assert list(AccountRelationship.objects.values_list("from_account", "to_account")) == [(one.pk, third.pk)]


def test_the_name_and_the_number_can_be_those_of_the_other() -> None:
    one, other = AccountFactory(name="One", number="1"), AccountFactory(name="Other", number="2")
    after = merged(one, other, sources={"name": str(other.pk), "number": str(other.pk)})
    assert (after.name, after.number) == ("Other", "2")


# --- The hierarchy ---------------------------------------------------------
def test_a_survivor_that_stood_below_the_other_takes_its_place_above() -> None:
    top = AccountFactory()
    upper = AccountFactory(parent=top)
    between = AccountFactory(parent=upper)
    lower = AccountFactory(parent=between)
    after = merged(lower, upper)
    between.refresh_from_db()
    assert after.parent == top
    assert between.parent == after


def test_an_empty_parent_is_filled_but_never_with_one_from_below() -> None:
    group = AccountFactory()
    one, other = AccountFactory(), AccountFactory(parent=group)
    assert merged(one, other).parent == group
    upper = AccountFactory()
    lower = AccountFactory(parent=upper)
    assert merged(upper, lower).parent is None


def test_a_parent_from_below_cannot_be_chosen() -> None:
    upper = AccountFactory()
    between = AccountFactory(parent=upper)
    other = AccountFactory(parent=between)
    assert merged(upper, other, sources={"parent": str(other.pk)}).parent is None
    with pytest.raises(ParentCycle):
        update_account(upper, {"parent": between}, actor=DESK)


# --- Refusals and history -----------------------------------------------------
def test_an_agent_may_not(world: World) -> None:
    with pytest.raises(PermissionDenied):
        merge_accounts(world.harbor, [world.far_away], actor=world.ana.actor)


def test_never_with_itself_and_different_external_ids_only_when_confirmed() -> None:
    one, other = AccountFactory(external_id="1"), AccountFactory(external_id="2")
    with pytest.raises(MergeWithItself):
        merged(one, one)
    with pytest.raises(DifferentExternalIds):
        merged(one, other)
    assert merged(one, other, different_ids=True).external_id == "1"


def test_the_histories_of_the_accounts_and_of_their_people_tell_of_it(world: World) -> None:
    merge_accounts(world.harbor, [world.far_away], actor=world.max.actor)
    entry = timeline(world.harbor).filter(code="account.merged").get()
    assert told(entry) == (
        "Max merged Far Away Ltd into Harbor Tower. 4 people will see 1 more ticket of Far Away Ltd. "
        "1 person will see 1 more ticket of Harbor Tower."
    )
    entry = timeline(world.zoe.contact).filter(code="association.merged").get()
    assert told(entry) == "Max merged Far Away Ltd, which Zoe Farrell belonged to, into Harbor Tower"


def test_what_it_opens_is_asked_before(world: World) -> None:
    with pytest.raises(WidensSight) as asked:
        merge_accounts(world.harbor, [world.far_away], actor=world.max.actor, agreed="")
    assert asked.value.exposure.told == {"exposure": [["Far Away Ltd", 4, 1], ["Harbor Tower", 1, 1]]}
    assert Account.objects.filter(pk=world.far_away.pk).exists()
    agreed = asked.value.exposure.key
    merge_accounts(world.harbor, [world.far_away], actor=world.max.actor, agreed=agreed)


def test_who_acts_for_an_account_by_a_link_that_moves_is_counted(world: World) -> None:
    other = AccountFactory(name="Partner office")
    dozing = ContactFactory(accounts=[other])
    ContactRelationship.objects.create(
        contact=dozing, account=world.harbor, responsibility=ResponsibilityFactory()
    )
    with pytest.raises(WidensSight, match=r"^1 person will see 1 more ticket of Harbor Tower\.$"):
        merge_accounts(world.lighthouse, [other], actor=world.max.actor, agreed="")


def test_it_says_how_many_people_see_more(world: World) -> None:
    numbers = {each.account: each.people for each in reached_by([world.harbor, world.far_away])}
    assert numbers == {world.harbor: 4, world.far_away: 1}
    merged(world.harbor, world.far_away)
    assert Ticket.objects.visible_to(world.zoe.actor).filter(pk=world.shared.pk).exists()


def test_two_holders_of_what_one_person_holds_are_told_before_anything_moves(world: World) -> None:
    owner = ResponsibilityFactory(name="Owner", is_exclusive=True)
    other = AccountFactory(name="Harbor Tower 2")
    link_accounts(world.far_away, other, world.harbor.relationships_to.get().type, actor=DESK)
    create_contact_relationship(world.harbor, world.bo.contact, owner, actor=DESK)
    duty = create_contact_relationship(other, world.zoe.contact, owner, actor=DESK)
    with pytest.raises(
        TwoHolders, match="Bo Lindqvist is it for Harbor Tower, Zoe Farrell for Harbor Tower 2"
    ):
        merged(world.harbor, other)
    ContactRelationship.objects.filter(pk=duty.pk).update(ends_on=desk_today() - timedelta(days=1))
    ContactRelationship.objects.exclude(pk=duty.pk).update(starts_on=desk_today())
    merged(world.harbor, other)
    assert world.harbor.contact_relationships.filter(responsibility=owner).count() == 2
