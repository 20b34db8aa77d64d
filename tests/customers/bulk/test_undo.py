"""Taking a bulk update back: exactly what it changed, but for what was edited since."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from customers.bulk import lifecycle, run, undo
from customers.bulk.presenting import kept_by_undo
from customers.bulk.wanted import Wanted
from customers.erasing.contacts import erase_contact
from customers.models import BulkUpdate, BulkUpdatedContact, Contact, Tag
from customers.services.associations import Entry, associate
from customers.services.contacts.changes import update_contact
from customers.services.contacts.deletion import delete_contact
from customers.services.tags import add_tags, tags_of
from customers.snapshots.loading import person_states
from helpdesk.core.models import User
from helpdesk.events.timelines import timeline
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs import running, undoing
from helpdesk.jobs.errors import StepPassed, UndoTooLate
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
SINCE = "What was edited since"


def done(wanted: Wanted, *contacts: Contact) -> BulkUpdate:
    started = lifecycle.start(wanted, [contact.pk for contact in contacts], actor=DESK)
    run.carry_out(started.pk)
    started.refresh_from_db()
    return started


def undone(started: BulkUpdate) -> BulkUpdate:
    jobs.undo(started, actor=DESK)
    undo.take_back(started.pk)
    started.refresh_from_db()
    return started


def test_everybody_is_as_before_also_in_when_they_were_last_changed() -> None:
    old, new = AccountFactory(), AccountFactory()
    people = [ContactFactory(notes="Old", accounts=[Entry(old.pk, "Porter")]) for _ in range(3)]
    add_tags([people[0].pk], ["Had it"], actor=DESK)
    identifiers = [contact.pk for contact in people]
    before = person_states(identifiers)
    started = done(
        Wanted({"notes": "New", "language": "ko"}, (new.pk,), "Guard", None, ("Had it", "New")), *people
    )
    undone(started)
    after = person_states(identifiers)
    assert after == before
    assert [one.updated_at for one in after.values()] == [one.updated_at for one in before.values()]
    assert (started.undone_records, started.kept_records) == (3, 0)
    assert timeline(started).first().code == "bulk_update.undone"


def test_what_was_edited_since_stays_and_is_named_and_the_rest_goes_back() -> None:
    account = AccountFactory()
    edited, moved, untouched = (ContactFactory(accounts=[AccountFactory()]) for _ in range(3))
    started = done(Wanted({"notes": "New", "language": "ko"}, (account.pk,)), edited, moved, untouched)
    update_contact(edited, {"notes": "Newer"}, actor=DESK)
    associate(moved, AccountFactory(), actor=DESK)
    undone(started)
    edited.refresh_from_db()
    assert (edited.notes, edited.language) == ("Newer", "")
    assert moved.associations.count() == 2
    assert (started.undone_records, started.kept_records) == (1, 2)
    reasons = {kept.name: kept.reasons for kept in kept_by_undo(started)}
    assert reasons == {
        edited.name: ["Notes: edited since, the newer value stays"],
        moved.name: ["Accounts: edited since, the newer value stays"],
    }


def test_tags_that_came_go_and_others_stay() -> None:
    contact = ContactFactory()
    add_tags([contact.pk], ["Old", "Gone"], actor=DESK)
    started = done(Wanted(add_tags=("New",), remove_tags=("Old", "Gone")), contact)
    add_tags([contact.pk], ["Later"], actor=DESK)
    Tag.objects.filter(name="Gone").delete()
    undone(started)
    assert tags_of([contact.pk])[contact.pk] == ("Later", "Old")
    assert not Tag.objects.filter(name="Gone").exists()


def test_an_account_deleted_since_is_left_out_of_the_old_list() -> None:
    gone, stays, new = (AccountFactory() for _ in range(3))
    contact = ContactFactory(accounts=[gone, stays])
    started = done(Wanted(accounts=(new.pk,)), contact)
    gone.delete()
    undone(started)
    assert [place.account_id for place in contact.associations.all()] == [stays.pk]


def test_who_was_let_out_may_sign_in_again(world: World) -> None:
    started = done(Wanted({"is_active": False}), world.carla.contact)
    assert not User.objects.get(pk=world.carla.user.pk).is_active
    undone(started)
    assert User.objects.get(pk=world.carla.user.pk).is_active


def test_who_is_gone_or_erased_since_is_not_brought_back() -> None:
    gone, erased, other = (ContactFactory(notes="Private") for _ in range(3))
    started = done(Wanted({"notes": "New"}), gone, erased, other)
    delete_contact(gone, actor=DESK)
    erase_contact(erased, actor=DESK)
    assert not BulkUpdatedContact.objects.filter(contact=erased.pk).exists()
    undone(started)
    erased.refresh_from_db()
    other.refresh_from_db()
    assert (erased.notes, other.notes) == ("", "Private")
    assert started.status == "undone"


def test_an_undo_that_is_cut_off_goes_on_where_it_stopped(monkeypatch) -> None:
    people = [ContactFactory(notes="Old") for _ in range(5)]
    started = done(Wanted({"notes": "New"}), *people)
    monkeypatch.setattr(undoing, "BATCH", 2)
    whole, calls = undoing.by_halves, []

    def dies_in_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise SystemExit
        whole(*args)

    monkeypatch.setattr(undoing, "by_halves", dies_in_the_second)
    jobs.undo(started, actor=DESK)
    with pytest.raises(SystemExit):
        undo.take_back(started.pk)
    undo.take_back(started.pk)
    started.refresh_from_db()
    assert (started.status, started.undone_records) == ("undone", 5)
    assert set(Contact.objects.filter(pk__in=[c.pk for c in people]).values_list("notes", flat=True)) == {
        "Old"
    }


def test_a_run_that_was_stopped_is_undone_as_far_as_it_came(monkeypatch) -> None:
    people = [ContactFactory(notes="Old") for _ in range(4)]
    monkeypatch.setattr(run, "BATCH", 2)
    started = lifecycle.start(Wanted({"notes": "New"}), [c.pk for c in people], actor=DESK)
    whole = running.do_items

    def then_stop(*args, **kwargs):
        whole(*args, **kwargs)
        jobs.cancel(started, actor=DESK)

    monkeypatch.setattr(running, "do_items", then_stop)
    run.carry_out(started.pk)
    undone(BulkUpdate.objects.get(pk=started.pk))
    assert not Contact.objects.filter(notes="New").exists()


def test_it_is_undone_once_and_not_after_a_week(world: World) -> None:
    started = done(Wanted({"notes": "New"}), world.carla.contact)
    BulkUpdate.objects.update(finished_at=timezone.now() - timedelta(days=8))
    with pytest.raises(UndoTooLate):
        jobs.undo(started, actor=DESK)
    BulkUpdate.objects.update(finished_at=timezone.now())
    undone(started)
    with pytest.raises(StepPassed):
        jobs.undo(started, actor=DESK)


def test_whoever_may_not_do_it_may_not_undo_it(world: World) -> None:
    started = done(Wanted({"is_active": False}), world.carla.contact)
    with pytest.raises(PermissionDenied):
        jobs.undo(started, actor=world.ana.actor)
