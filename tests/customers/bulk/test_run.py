"""Carrying a bulk update out: what changes, what is left out, and that nobody is taken twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from customers.bulk import lifecycle, run
from customers.bulk.wanted import Wanted
from customers.erasing.contacts import erase_contact
from customers.models import Account, BulkUpdate, Contact
from customers.services.associations import Entry, current_lists
from customers.services.contacts.deletion import delete_contact
from customers.services.custom_fields import CONTACT, create_custom_field
from customers.services.tags import add_tags, tags_of
from helpdesk.core.models import User
from helpdesk.events.consuming.running import run_due
from helpdesk.events.models import AuditEntry, EventDelivery
from helpdesk.events.timelines import timeline
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs import running
from helpdesk.jobs.errors import TakenOver
from helpdesk.jobs.tasks import take_up_jobs
from tests.events.listening import Batches, Notebook, listening
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def update(wanted: Wanted, *contacts: Contact, actor=DESK) -> BulkUpdate:
    started = lifecycle.start(wanted, [contact.pk for contact in contacts], actor=actor)
    run.carry_out(started.pk)
    started.refresh_from_db()
    return started


def counts(started: BulkUpdate) -> tuple[int, int, int]:
    return started.changed, started.unchanged, started.left_out


def places(contact: Contact) -> list[tuple[int, str, str]]:
    return [(e.account_id, e.job_title, e.role) for e in current_lists([contact.pk])[contact.pk]]


def test_every_field_at_once_for_everybody() -> None:
    old, new = AccountFactory(), AccountFactory()
    floor = create_custom_field(CONTACT, "Floor", actor=DESK, kind="number")
    people = [ContactFactory(accounts=[Entry(old.pk, "Porter", sharing="own")]) for _ in range(3)]
    wanted = Wanted(
        fields={"language": "ko", "time_zone": "Asia/Seoul", "notes": "Moved", f"custom:{floor.key}": "12"},
        accounts=(new.pk, old.pk),
        job_title="Guard",
        role="administrator",
        add_tags=("Moved",),
    )
    started = update(wanted, *people)
    assert (started.status, counts(started)) == ("done", (3, 0, 0))
    for contact in people:
        contact.refresh_from_db()
        assert (contact.language, contact.time_zone, contact.notes) == ("ko", "Asia/Seoul", "Moved")
        assert contact.custom_fields == {floor.key: "12"}
        assert places(contact) == [(new.pk, "Guard", "administrator"), (old.pk, "Porter", "customer")]
        assert tags_of([contact.pk]) == {contact.pk: ("Moved",)}


def test_what_is_cleared_is_empty_and_what_is_not_named_stays() -> None:
    contact = ContactFactory(accounts=[Entry(AccountFactory().pk, "Porter")], language="ko", notes="Old")
    add_tags([contact.pk], ["A", "B"], actor=DESK)
    update(Wanted(fields={"language": ""}, accounts=(), remove_tags=("a",)), contact)
    contact.refresh_from_db()
    assert (contact.language, contact.notes, places(contact)) == ("", "Old", [])
    assert tags_of([contact.pk]) == {contact.pk: ("B",)}


def test_each_change_is_in_the_history_caused_by_the_update(world: World) -> None:
    contact = world.carla.contact
    started = update(Wanted(fields={"notes": "Hello"}), contact, actor=world.ana.actor)
    begun, ended = reversed(timeline(started)[:2])
    assert (begun.code, ended.code) == ("bulk_update.started", "bulk_update.finished")
    assert begun.data == {"contacts": 1, "fields": ["notes"]}
    entry = timeline(contact).filter(code="contact.changed").first()
    assert (entry.cause, entry.actor_user) == (begun, world.ana.user)


def test_who_is_like_that_already_is_counted_and_has_no_entry() -> None:
    contact = ContactFactory(language="ko")
    number = timeline(contact).count()
    started = update(Wanted(fields={"language": "ko"}), contact)
    assert counts(started) == (0, 1, 0)
    assert timeline(contact).count() == number
    assert not started.can_be_undone


def test_those_who_cannot_have_it_are_left_out_with_a_reason_and_stop_nobody() -> None:
    account = AccountFactory()
    gone, erased, homeless, fine = (ContactFactory() for _ in range(4))
    Contact.objects.get(pk=fine.pk)
    from_account = Wanted(job_title="Guard")
    update(Wanted(accounts=(account.pk,)), fine)
    started = lifecycle.start(from_account, [c.pk for c in (gone, erased, homeless, fine)], actor=DESK)
    gone_id = gone.pk
    delete_contact(gone, actor=DESK)
    erase_contact(erased, actor=DESK)
    run.carry_out(started.pk)
    started.refresh_from_db()
    assert (started.status, counts(started)) == ("done", (1, 0, 3))
    reasons = dict(started.those_left_out.values_list("former_id", "reason"))
    assert reasons == {gone_id: "gone", erased.pk: "erased", homeless.pk: "no_account"}
    assert places(fine)[0][1] == "Guard"


def test_one_whom_the_desk_refuses_does_not_take_the_batch_along(monkeypatch) -> None:
    people = [ContactFactory() for _ in range(5)]
    whole = run.write_changed

    def refuses_the_third(states, *, actor):
        if people[2].pk in states:
            Account(name="").save()
        whole(states, actor=actor)

    monkeypatch.setattr(run, "write_changed", refuses_the_third)
    started = update(Wanted(fields={"notes": "x"}), *people)
    assert (started.status, counts(started)) == ("done", (4, 0, 1))
    assert started.those_left_out.get().reason == "refused"


def test_an_account_deleted_in_between_leaves_everybody_as_they_were() -> None:
    old, doomed = AccountFactory(), AccountFactory()
    contact = ContactFactory(accounts=[old])
    started = lifecycle.start(Wanted(accounts=(doomed.pk,)), [contact.pk], actor=DESK)
    Account.objects.filter(pk=doomed.pk).delete()
    run.carry_out(started.pk)
    started.refresh_from_db()
    assert counts(started) == (0, 0, 1)
    assert [place[0] for place in places(contact)] == [old.pk]


def test_a_run_that_is_cut_off_goes_on_after_the_last_batch(monkeypatch) -> None:
    people = [ContactFactory() for _ in range(7)]
    monkeypatch.setattr(run, "BATCH", 2)
    whole, calls = running.do_items, []

    def dies_in_the_third(*args, **kwargs):
        calls.append(args[2])
        if len(calls) == 3:
            raise SystemExit
        whole(*args, **kwargs)

    started = lifecycle.start(Wanted(fields={"notes": "x"}), [c.pk for c in people], actor=DESK)
    monkeypatch.setattr(running, "do_items", dies_in_the_third)
    with pytest.raises(SystemExit):
        run.carry_out(started.pk)
    started.refresh_from_db()
    assert (started.status, started.processed) == ("running", 4)
    run.carry_out(started.pk)
    started.refresh_from_db()
    assert (started.status, counts(started)) == ("done", (7, 0, 0))
    assert [timeline(c).filter(code="contact.changed").count() for c in people] == [1] * 7


def test_a_batch_is_whole_or_not_there_at_all(monkeypatch) -> None:
    people = [ContactFactory() for _ in range(3)]
    started = lifecycle.start(Wanted(fields={"notes": "x"}), [c.pk for c in people], actor=DESK)
    monkeypatch.setattr(running, "_save_progress", lambda *a, **k: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        run.carry_out(started.pk)
    assert not Contact.objects.filter(notes="x").exists()
    assert not started.notes.exists()


def test_the_clock_takes_up_a_run_whose_worker_is_gone() -> None:
    started = lifecycle.start(Wanted(fields={"notes": "x"}), [ContactFactory().pk], actor=DESK)
    take_up_jobs()
    assert not DBTaskResult.objects.exists()
    BulkUpdate.objects.update(progressed_at=timezone.now() - timedelta(minutes=3))
    take_up_jobs()
    take_up_jobs()
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[started.pk]]


def test_one_who_takes_over_and_the_one_who_had_it_do_nobody_twice() -> None:
    contact = ContactFactory()
    started = lifecycle.start(Wanted(fields={"notes": "x"}), [contact.pk], actor=DESK)
    stale = BulkUpdate.objects.get(pk=started.pk)
    run.carry_out(started.pk)
    with pytest.raises(TakenOver):
        running.do_items(stale, [contact.pk], 0, run.work_of(stale))
    contact.refresh_from_db()
    assert contact.notes == "x"


def test_a_run_is_stopped_between_two_batches_and_goes_on_later(monkeypatch) -> None:
    people = [ContactFactory() for _ in range(4)]
    monkeypatch.setattr(run, "BATCH", 2)
    started = lifecycle.start(Wanted(fields={"notes": "x"}), [c.pk for c in people], actor=DESK)
    whole = running.do_items

    def then_stop(*args, **kwargs):
        whole(*args, **kwargs)
        jobs.cancel(started, actor=DESK)

    monkeypatch.setattr(running, "do_items", then_stop)
    run.carry_out(started.pk)
    started.refresh_from_db()
    assert (started.status, started.processed, started.can_be_resumed) == ("cancelled", 2, True)
    monkeypatch.setattr(running, "do_items", whole)
    jobs.resume(started, actor=DESK)
    run.carry_out(started.pk)
    started.refresh_from_db()
    assert (started.status, counts(started)) == ("done", (4, 0, 0))


def test_deactivating_closes_the_sign_ins_and_needs_who_may_see_people_off(world: World) -> None:
    wanted = Wanted(fields={"is_active": False})
    with pytest.raises(PermissionDenied):
        lifecycle.start(wanted, [world.carla.contact.pk], actor=world.ana.actor)
    update(wanted, world.carla.contact, actor=world.max.actor)
    assert not User.objects.get(pk=world.carla.user.pk).is_active
    update(Wanted(fields={"is_active": True}), world.carla.contact, actor=world.max.actor)
    assert User.objects.get(pk=world.carla.user.pk).is_active


def test_a_customer_may_not(world: World) -> None:
    with pytest.raises(PermissionDenied):
        lifecycle.start(Wanted(fields={"notes": "x"}), [world.carla.contact.pk], actor=world.ada.actor)


def test_nothing_chosen_and_too_many_are_refused_with_a_sentence() -> None:
    with pytest.raises(lifecycle.NothingChosenError):
        lifecycle.start(Wanted(), [ContactFactory().pk], actor=DESK)
    with pytest.raises(lifecycle.NothingChosenError):
        lifecycle.start(Wanted(fields={"notes": "x"}), [], actor=DESK)
    with pytest.raises(lifecycle.TooManyContactsError, match="100,000 contacts"):
        lifecycle.start(Wanted(fields={"notes": "x"}), range(1, 100_002), actor=DESK)


def test_a_hundred_thousand_fit_into_one_record() -> None:
    started = lifecycle.start(Wanted(fields={"notes": "x"}), range(1, 100_001), actor=DESK)
    assert BulkUpdate.objects.get(pk=started.pk).identifiers == list(range(1, 100_001))
    assert len(started.selection) < 300_000


def test_a_batch_costs_the_same_however_many_are_in_it() -> None:
    def cost(number: int) -> int:
        account = AccountFactory()
        people = [ContactFactory(accounts=[AccountFactory()]) for _ in range(number)]
        wanted = Wanted(fields={"notes": "x"}, accounts=(account.pk,), add_tags=("A",))
        started = lifecycle.start(wanted, [c.pk for c in people], actor=DESK)
        with CaptureQueriesContext(connection) as found:
            run.carry_out(started.pk)
        return len(found)

    cost(1)
    assert cost(2) == cost(12)


def test_the_entries_of_an_update_are_one_batch_that_its_end_closes(world: World) -> None:
    notebook = Notebook()
    with listening("one", notebook.by("one"), ["contact.changed"], batches=Batches.EACH):
        started = update(Wanted({"language": "ko"}), world.carla.contact, world.kim.contact)
        entries = AuditEntry.objects.filter(batch=started.pk).order_by("pk")
        changed = [("one", entry.pk) for entry in entries if entry.code == "contact.changed"]
        end = entries.last()
        assert end and end.code == "bulk_update.finished" and end.data["changed"] == len(changed) == 2
        assert EventDelivery.objects.filter(consumer="one").count() == 1
        run_due()
    assert notebook.lines == changed
