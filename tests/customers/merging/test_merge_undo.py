"""`undo_merge`: everything back, unless it was edited since; then it says what."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from customers.errors.merging import UndoCollides, UndoLaterFirst, UndoRefused, UndoTooLate
from customers.merging.accounts import merge_accounts
from customers.merging.collisions import collision_words
from customers.merging.contacts import merge_contacts
from customers.merging.undo import undo_merge
from customers.models import Account, Association, Contact, ContactMethod, Merge
from customers.services.accounts.changes import create_account
from customers.services.accounts.deletion import delete_account
from customers.services.associations import associate
from customers.services.contacts.changes import update_contact
from customers.services.methods.changes import add_method, make_default, remove_method
from helpdesk.events.timelines import timeline
from helpdesk.events.wording import told
from tests.customers.merging.merge_worlds import differences, picture
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory
from tests.personas import World
from tickets.models import Ticket
from tickets.services.lifecycle import change_contact

pytestmark = pytest.mark.django_db


def collisions(merge: Merge) -> list[str]:
    """What is said to be in the way; then the rest is undone."""
    before = picture()
    with pytest.raises(UndoCollides) as refused:
        undo_merge(merge, actor=DESK)
    assert differences(before, picture()) == {}, "a refused undo changes nothing"
    undone = undo_merge(merge, actor=DESK, partly=True)
    assert collision_words(undone.kept) == collision_words(refused.value.collisions)
    return collision_words(undone.kept)


def test_a_field_that_was_edited_since_stays(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    update_contact(kim, {"language": "ko", "time_zone": "Asia/Seoul"}, actor=DESK)
    merge = merge_contacts(carla, [kim], actor=DESK)
    update_contact(carla, {"language": "en"}, actor=DESK)
    assert collisions(merge) == ["Carla Moreno: language was edited since"]
    carla.refresh_from_db()
    assert (carla.language, carla.time_zone) == ("en", "")
    assert Contact.objects.get(pk=kim.pk).language == "ko"


def test_a_ticket_that_went_to_somebody_else_stays_there(world: World) -> None:
    carla, kim, zoe = world.carla.contact, world.kim.contact, world.zoe.contact
    kept, moved = TicketFactory(contact=kim), TicketFactory(contact=kim)
    merge = merge_contacts(carla, [kim], actor=DESK)
    change_contact(Ticket.objects.get(pk=moved.pk), zoe, actor=DESK)
    assert collisions(merge) == [f"tickets that belong to somebody else by now: #{moved.pk}"]
    assert Ticket.objects.get(pk=moved.pk).contact == zoe
    assert Ticket.objects.get(pk=kept.pk).contact == kim


def test_what_came_since_stays_with_the_survivor(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    merge = merge_contacts(carla, [kim], actor=DESK)
    ticket = TicketFactory(contact=carla)
    add_method(carla, "x", "@carla", actor=DESK)
    undo_merge(merge, actor=DESK)
    assert Ticket.objects.get(pk=ticket.pk).contact == carla
    assert carla.methods.filter(kind="x").exists()


def test_a_list_of_accounts_that_was_edited_since_stays(world: World) -> None:
    carla, zoe = world.carla.contact, world.zoe.contact
    merge = merge_contacts(carla, [zoe], actor=DESK)
    associate(carla, world.lighthouse, actor=DESK)
    assert collisions(merge) == ["The accounts of Carla Moreno were edited since"]
    assert Association.objects.filter(contact=carla).count() == 3
    assert list(zoe.associations.values_list("account", flat=True)) == [world.far_away.pk]


def test_an_account_that_is_gone_by_now_is_named(world: World) -> None:
    merge = merge_contacts(world.carla.contact, [world.zoe.contact], actor=DESK)
    delete_account(world.far_away, actor=DESK)
    assert collisions(merge) == ["The accounts of these were edited since: Zoe Farrell"]
    assert not Association.objects.filter(contact=world.zoe.contact).exists()


def test_a_method_that_was_removed_since_does_not_come_back() -> None:
    survivor, other = ContactFactory(email="one@people.example"), ContactFactory(email="two@people.example")
    merge = merge_contacts(survivor, [other], actor=DESK)
    remove_method(ContactMethod.objects.get(value="two@people.example"), actor=DESK)
    assert collisions(merge) == ["two@people.example was removed since"]
    assert list(survivor.methods.values_list("value", flat=True)) == ["one@people.example"]


def test_each_kind_still_has_one_default_when_another_was_chosen_in_between() -> None:
    survivor, other = ContactFactory(email="one@people.example"), ContactFactory(email="two@people.example")
    merge = merge_contacts(survivor, [other], actor=DESK)
    make_default(ContactMethod.objects.get(value="two@people.example"), actor=DESK)
    undo_merge(merge, actor=DESK)
    rows = ContactMethod.objects.values_list("contact", "value", "is_default")
    assert set(rows) == {(survivor.pk, "one@people.example", True), (other.pk, "two@people.example", True)}


def test_an_account_whose_name_was_taken_since_refuses_the_whole() -> None:
    one, other = AccountFactory(name="One"), AccountFactory(name="Other")
    merge = merge_accounts(one, [other], actor=DESK)
    create_account({"name": "OTHER"}, actor=DESK)
    before = picture()
    with pytest.raises(UndoRefused, match="Another account has this name"):
        undo_merge(merge, actor=DESK, partly=True)
    assert differences(before, picture()) == {}


def test_a_person_who_left_the_survivor_in_between_is_named(world: World) -> None:
    zoe = world.zoe.contact
    merge = merge_accounts(world.harbor, [world.far_away], actor=DESK)
    Association.objects.filter(contact=zoe).delete()
    assert collisions(merge) == ["The accounts of these were edited since: Zoe Farrell"]
    assert not Association.objects.filter(contact=zoe).exists()


def test_a_merge_of_what_was_merged_is_undone_in_the_opposite_order() -> None:
    people = [ContactFactory() for _ in range(3)]
    before = picture()
    first = merge_contacts(people[1], [people[2]], actor=DESK)
    second = merge_contacts(people[0], [people[1]], actor=DESK)
    with pytest.raises(UndoLaterFirst, match=people[0].name):
        undo_merge(first, actor=DESK)
    undo_merge(second, actor=DESK)
    undo_merge(first, actor=DESK)
    assert differences(before, picture()) == {}


def test_after_30_days_or_once_undone_it_stays() -> None:
    old = merge_contacts(ContactFactory(), [ContactFactory()], actor=DESK)
    Merge.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=30))
    undone = merge_contacts(ContactFactory(), [ContactFactory()], actor=DESK)
    undo_merge(undone, actor=DESK)
    for merge in (old, undone):
        with pytest.raises(UndoTooLate):
            undo_merge(merge, actor=DESK)


def test_an_agent_may_not(world: World) -> None:
    merge = merge_contacts(world.carla.contact, [world.kim.contact], actor=DESK)
    with pytest.raises(PermissionDenied):
        undo_merge(merge, actor=world.ana.actor)


def test_the_sign_in_opens_again_and_the_history_tells_of_it(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    undo_merge(merge_contacts(carla, [kim], actor=DESK), actor=world.max.actor)
    world.kim.user.refresh_from_db()
    assert world.kim.user.is_active
    assert Contact.objects.get(pk=kim.pk).user == world.kim.user
    entry = timeline(kim).filter(code="contact.merge_undone").get()
    assert told(entry).startswith(f"Max undid the merge of {kim.name} into {carla.name}. 1 person will see")


def test_an_account_comes_back_with_its_people_and_children() -> None:
    one, other = AccountFactory(), AccountFactory()
    child = AccountFactory(parent=other)
    person = ContactFactory(accounts=[other, one])
    before = picture()
    undo_merge(merge_accounts(one, [other], actor=DESK), actor=DESK)
    assert differences(before, picture()) == {}
    assert Account.objects.get(pk=child.pk).parent == other
    assert person.associations.count() == 2
