"""Linking accounts, and letting contacts act for them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from customers.errors.records import HeldByAnother, NotEligible
from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Contact,
    ContactRelationship,
)
from customers.services.accounts.changes import update_account
from customers.services.accounts.deletion import delete_account
from customers.services.accounts.hierarchy import wrongly_marked
from customers.services.associations import associate, disassociate
from customers.services.contacts.changes import update_contact
from customers.services.contacts.leaving import see_off
from customers.services.exposure import WidensSight
from customers.services.relationships.links import (
    Period,
    create_contact_relationship,
    delete_contact_relationships,
    link_accounts,
    notice_passing_days,
    unlink_accounts,
)
from customers.services.relationships.rights import rights_on
from customers.standing import desk_today
from helpdesk.core.actors import Actor
from helpdesk.core.validation import InvalidFields
from helpdesk.events.recording import record
from helpdesk.events.timelines import timeline
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory, TicketFactory
from tests.letters import sent_letters, waiting
from tests.personas import World
from tickets.models import Ticket

DAY = timedelta(days=1)


@pytest.fixture
def kind(db) -> AccountRelationshipType:
    return AccountRelationshipType.objects.create(name="Owner of", reverse_name="Owned by")


def codes(account: Account) -> list[str]:
    return [entry.code for entry in timeline(account)]


class TestLinks:
    def test_a_link_is_recorded_with_its_days(self, world: World, kind) -> None:
        today = desk_today()
        link_accounts(world.harbor, world.far_away, kind, actor=world.max.actor, period=Period(today, today))
        entry = timeline(world.far_away).first()
        assert entry.code == "account_relationship.created"
        assert entry.data["type"] == "Owner of"
        assert entry.data["starts_on"] == entry.data["ends_on"] == today.isoformat()

    def test_not_with_itself_not_twice_and_not_backwards_in_time(self, world: World, kind) -> None:
        with pytest.raises(InvalidFields, match="not linked to itself"):
            link_accounts(world.harbor, world.harbor, kind, actor=DESK)
        link_accounts(world.harbor, world.far_away, kind, actor=DESK)
        with pytest.raises(InvalidFields, match="already linked"):
            link_accounts(world.harbor, world.far_away, kind, actor=DESK)
        backwards = Period(desk_today(), desk_today() - DAY)
        with pytest.raises(InvalidFields, match="last day is before the first"):
            link_accounts(world.far_away, world.harbor, kind, actor=DESK, period=backwards)

    def test_agents_do_neither(self, world: World, kind) -> None:
        with pytest.raises(PermissionDenied):
            link_accounts(world.harbor, world.far_away, kind, actor=world.ana.actor)
        with pytest.raises(PermissionDenied):
            unlink_accounts(list(AccountRelationship.objects.all()), actor=world.ana.actor)

    def test_what_stood_on_it_is_told_once(self, world: World) -> None:
        unlink_accounts(list(AccountRelationship.objects.all()), actor=world.max.actor)
        notice_passing_days()
        assert codes(world.harbor)[:2] == [
            "contact_relationship.no_longer_eligible",
            "account_relationship.deleted",
        ]
        assert not Ticket.objects.visible_to(world.bo.actor).filter(account=world.harbor).exists()


class TestActing:
    def test_only_the_eligible(self, world: World) -> None:
        with pytest.raises(NotEligible):
            create_contact_relationship(
                world.harbor, world.zoe.contact, ResponsibilityFactory(), actor=world.max.actor
            )

    def test_a_member_gets_the_role_through_it_and_loses_it_on_leaving(self, world: World) -> None:
        duty = ResponsibilityFactory(name="Emergency contact", role="administrator")
        row = create_contact_relationship(world.harbor, world.kim.contact, duty, actor=world.max.actor)
        assert row.noticed == "standing"
        assert world.harbor in Account.objects.manageable_by(world.kim.actor)
        sentences = [right.sentence for right in rights_on(world.harbor, contacts=[world.kim.contact])]
        assert sentences[-1] == "Acts for Harbor Tower as Emergency contact, through membership"
        disassociate(world.kim.contact, world.harbor, actor=world.max.actor)
        assert ContactRelationship.objects.with_state().get(pk=row.pk).state == "ineligible"
        assert codes(world.harbor)[0] == "contact_relationship.no_longer_eligible"
        assert not Account.objects.manageable_by(world.kim.actor).exists()
        associate(world.kim.contact, world.harbor, actor=world.max.actor)
        assert codes(world.harbor)[0] == "contact_relationship.eligible"
        assert world.harbor in Account.objects.manageable_by(world.kim.actor)

    def test_a_member_who_saw_only_their_own_is_counted(self, world: World) -> None:
        update_account(world.harbor, {"sharing": "own"}, actor=DESK)
        with pytest.raises(WidensSight, match=r"^1 person will see 1 more ticket of Harbor Tower\.$"):
            create_contact_relationship(
                world.harbor, world.kim.contact, ResponsibilityFactory(), actor=world.max.actor, agreed=""
            )

    def test_nobody_who_was_deactivated(self, world: World) -> None:
        update_contact(world.bo.contact, {"is_active": False}, actor=DESK)
        with pytest.raises(NotEligible):
            create_contact_relationship(
                world.harbor, world.bo.contact, ResponsibilityFactory(), actor=world.max.actor
            )

    def test_the_same_twice_is_refused_with_a_sentence(self, world: World) -> None:
        row = ContactRelationship.objects.get(contact=world.bo.contact)
        with pytest.raises(InvalidFields, match="already has this responsibility"):
            create_contact_relationship(row.account, row.contact, row.responsibility, actor=world.max.actor)

    def test_one_person_at_a_time_where_the_definition_says_so(self, world: World) -> None:
        only = ResponsibilityFactory(name="Key holder", is_exclusive=True)
        colleague = ContactFactory(accounts=[world.lighthouse])
        today = desk_today()
        give = {"actor": world.max.actor}
        first = Period(None, today)
        create_contact_relationship(world.harbor, world.bo.contact, only, period=first, **give)
        with pytest.raises(HeldByAnother, match="Bo Lindqvist is Key holder"):
            create_contact_relationship(
                world.harbor, colleague, only, period=Period(today, today + DAY), **give
            )
        later = Period(today + DAY, None)
        row = create_contact_relationship(world.harbor, colleague, only, period=later, **give)
        assert row.noticed == "upcoming"

    def test_deleting_is_recorded_and_ends_it(self, world: World) -> None:
        delete_contact_relationships(list(ContactRelationship.objects.all()), actor=world.max.actor)
        assert codes(world.harbor)[0] == "contact_relationship.deleted"
        assert not Account.objects.acted_for_by(world.bo.contact).exists()

    def test_a_leaver_passes_it_on_with_its_days(self, world: World) -> None:
        ContactRelationship.objects.update(ends_on=desk_today() + DAY)
        colleague = ContactFactory(accounts=[world.lighthouse])
        see_off(world.bo.contact, colleague=colleague, actor=world.max.actor)
        row = ContactRelationship.objects.get()
        assert (row.contact, row.ends_on) == (colleague, desk_today() + DAY)

    def test_a_day_that_passes_is_noticed_by_the_clock(self, world: World) -> None:
        rows = ContactRelationship.objects.filter(contact=world.bo.contact)
        rows.update(ends_on=desk_today() - DAY)
        notice_passing_days()
        rows.update(starts_on=None, ends_on=None, noticed="upcoming")
        notice_passing_days()
        assert codes(world.harbor)[:2] == ["contact_relationship.begun", "contact_relationship.ended"]


def told(code: str, row: ContactRelationship) -> None:
    """The event, and what the worker does because of it."""
    data = {"relationship": row.pk, "responsibility_id": row.responsibility_id}
    record(code, subject=row.contact, related=row.account, actor=Actor.channel("tests"), **data)
    sent_letters()


class TestLetters:
    def test_who_is_given_something_is_told_in_their_language(self, world: World) -> None:
        Contact.objects.filter(pk=world.bo.contact.pk).update(language="ko")
        duty = ResponsibilityFactory(name="Key holder", role="administrator")
        create_contact_relationship(world.harbor, world.bo.contact, duty, actor=world.max.actor)
        (letter,) = sent_letters()
        assert letter.to == ["bo@people.example"]
        assert "Harbor Tower" in letter.subject and "Key holder" in letter.subject
        assert "You act for" not in letter.subject

    def test_what_begins_later_and_ends_is_told_with_its_days(self, world: World) -> None:
        day = desk_today() + DAY
        create_contact_relationship(
            world.harbor,
            world.bo.contact,
            ResponsibilityFactory(),
            actor=world.max.actor,
            period=Period(day, day),
        )
        (letter,) = sent_letters()
        assert "That begins on" in letter.body
        assert "The last day is" in letter.body

    def test_who_loses_it_is_told(self, world: World) -> None:
        delete_contact_relationships(list(ContactRelationship.objects.all()), actor=world.max.actor)
        (letter,) = sent_letters()
        assert letter.subject == "[Orrin Support] You no longer act for Harbor Tower as Agency (customer)"

    def test_the_deactivated_get_none_and_nothing_is_told_that_is_over(self, world: World) -> None:
        row = ContactRelationship.objects.get(contact=world.bo.contact)
        unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
        for code in ("created", "ended"):
            told(f"contact_relationship.{code}", row)
        update_contact(world.bo.contact, {"is_active": False}, actor=DESK)
        told("contact_relationship.ended", row)
        assert sent_letters() == []

    def test_the_desk_loads_in_silence(self, world: World) -> None:
        duty = ResponsibilityFactory()
        acts = create_contact_relationship(world.harbor, world.bo.contact, duty, actor=DESK)
        delete_contact_relationships([acts], actor=DESK)
        assert waiting("customers.right_given") == waiting("customers.right_ended") == []


class TestExposure:
    def test_a_responsibility_says_what_it_opens(self, world: World) -> None:
        colleague = ContactFactory(accounts=[world.lighthouse])
        TicketFactory(contact=colleague, account=world.lighthouse)
        duty = ResponsibilityFactory()
        with pytest.raises(
            WidensSight, match=r"^1 person will see 1 more ticket of Harbor Tower\.$"
        ) as asked:
            create_contact_relationship(world.harbor, colleague, duty, actor=world.max.actor, agreed="")
        assert not ContactRelationship.objects.filter(contact=colleague).exists()
        agreed = asked.value.exposure.key
        create_contact_relationship(world.harbor, colleague, duty, actor=world.max.actor, agreed=agreed)
        assert timeline(world.harbor).first().data["exposure"] == [["Harbor Tower", 1, 1]]

    def test_other_numbers_ask_again(self, world: World) -> None:
        colleague = ContactFactory(accounts=[world.lighthouse])
        with pytest.raises(WidensSight):
            create_contact_relationship(
                world.harbor,
                colleague,
                ResponsibilityFactory(),
                actor=world.max.actor,
                agreed="1:0:Harbor Tower",
            )

    def test_nobody_is_asked_about_what_they_see_already(self, world: World) -> None:
        create_contact_relationship(
            world.harbor, world.bo.contact, ResponsibilityFactory(), actor=world.max.actor, agreed=""
        )

    def test_sharing_counts_people_without_their_own(self, world: World) -> None:
        update_account(world.harbor, {"sharing": "own"}, actor=DESK)
        with pytest.raises(WidensSight) as asked:
            update_account(world.harbor, {"sharing": "see"}, actor=world.max.actor, agreed="")
        assert asked.value.exposure.told == {"exposure": [["Harbor Tower", 3, 1]]}
        world.harbor.refresh_from_db()
        assert world.harbor.sharing == "own"

    def test_a_link_and_a_parent_revive_what_stood_on_them(self, world: World, kind) -> None:
        unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
        with pytest.raises(WidensSight, match="1 person will see 1 more ticket of Harbor Tower"):
            link_accounts(world.harbor, world.lighthouse, kind, actor=world.max.actor, agreed="")
        parent = AccountFactory(name="Group")
        update_account(world.lighthouse, {"parent": parent}, actor=DESK, agreed="")
        with pytest.raises(WidensSight, match="1 person will see 1 more ticket of Harbor Tower"):
            update_account(world.harbor, {"parent": parent}, actor=world.max.actor, agreed="")
        update_account(world.harbor, {"parent": parent}, actor=world.max.actor)
        entry = next(entry for entry in timeline(world.harbor) if entry.code == "account.changed")
        assert entry.data["exposure"] == [["Harbor Tower", 1, 1]]

    def test_what_begins_later_is_told_with_its_day(self, world: World) -> None:
        colleague, tomorrow = ContactFactory(accounts=[world.lighthouse]), desk_today() + DAY
        give = {"actor": world.max.actor, "period": Period(tomorrow, None)}
        duty = ResponsibilityFactory()
        with pytest.raises(
            WidensSight, match=r"^From .+ on, 1 person will see 1 more ticket of Harbor"
        ) as asked:
            create_contact_relationship(world.harbor, colleague, duty, agreed="", **give)
        assert asked.value.exposure.told == {"exposure": [["Harbor Tower", 1, 1, tomorrow.isoformat()]]}
        row = create_contact_relationship(
            world.harbor, colleague, duty, agreed=asked.value.exposure.key, **give
        )
        assert row.noticed == "upcoming"
        assert timeline(world.harbor).first().data["exposure"][0][3] == tomorrow.isoformat()

    def test_what_begins_later_opens_nothing_where_it_will_rest_on_nothing(self, world: World) -> None:
        AccountRelationship.objects.update(ends_on=desk_today())
        colleague, later = ContactFactory(accounts=[world.lighthouse]), Period(desk_today() + DAY, None)
        create_contact_relationship(
            world.harbor, colleague, ResponsibilityFactory(), actor=world.max.actor, period=later, agreed=""
        )

    def test_a_link_of_later_is_asked_about_on_the_first_day_on_which_both_hold(
        self, world: World, kind
    ) -> None:
        unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
        ContactRelationship.objects.update(starts_on=desk_today() + 3 * DAY)
        for link_begins, first in [(1, 3), (5, 5)]:
            period = Period(desk_today() + link_begins * DAY, None)
            with pytest.raises(WidensSight) as asked:
                link_accounts(
                    world.harbor, world.lighthouse, kind, actor=world.max.actor, period=period, agreed=""
                )
            (line,) = asked.value.exposure.lines
            assert line.begins == (desk_today() + first * DAY).isoformat()

    def test_a_longer_time_is_asked_about_from_the_day_on_which_the_shorter_one_ends(
        self, world: World
    ) -> None:
        ContactRelationship.objects.update(ends_on=desk_today() + DAY)
        with pytest.raises(WidensSight) as asked:
            create_contact_relationship(
                world.harbor, world.bo.contact, ResponsibilityFactory(), actor=world.max.actor, agreed=""
            )
        assert asked.value.exposure.lines[0].begins == (desk_today() + 2 * DAY).isoformat()

    def test_narrowing_asks_nobody(self, world: World) -> None:
        update_account(world.harbor, {"sharing": "own"}, actor=world.max.actor, agreed="")


def test_a_deleted_parent_leaves_each_child_its_own_hierarchy(world: World) -> None:
    top = AccountFactory()
    left, right = AccountFactory(parent=top), AccountFactory(parent=top)
    AccountFactory(parent=left)
    delete_account(top, actor=DESK)
    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.tree, right.tree) == (left.pk, None)
    assert wrongly_marked() == {}
