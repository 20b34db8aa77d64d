"""Taking an import back on a desk that has moved on since."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from customers.administration.access import link_user
from customers.imports.engine import lifecycle
from customers.imports.engine import run as running
from customers.imports.engine import undo as undoing
from customers.models import Account, Contact, ContactMethod, CustomField, ImportRun
from customers.services.accounts.changes import update_account
from customers.services.accounts.deletion import delete_account
from customers.services.associations import Entry, associate
from customers.services.contacts.changes import update_contact
from customers.services.contacts.deletion import delete_contact
from customers.services.custom_fields import create_custom_field
from customers.services.methods.changes import add_method, make_default
from helpdesk.events.timelines import timeline
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs import running as machine
from helpdesk.jobs import undoing as job_undoing
from helpdesk.jobs.errors import StepPassed, UndoTooLate
from tests.customers.imports.engine.test_properties import RECORDS, dump
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory, UserFactory

COLUMNS = ["first_name", "email", "phone", "language", "notes", "account", "job_title"]
ANA = ("Ana", "ana@example.com", "02-555-0101", "ko", "New notes", "Quayside", "Owner")
Undo = Callable[[ImportRun], ImportRun]


@pytest.fixture
def overwritten(imported) -> Callable[..., ImportRun]:
    """`overwritten(row, …)`: the rows imported with overwriting."""

    def carry_out(*rows, columns=COLUMNS, **options) -> ImportRun:
        options = {"mode": "overwrite", "also_add": True, "kind": "contacts", **options}
        return imported([columns, *rows], mapping=list(columns), **options)

    return carry_out


@pytest.fixture
def undone(actor) -> Undo:
    def undo(run: ImportRun) -> ImportRun:
        undoing.take_back(jobs.undo(ImportRun.objects.get(pk=run.pk), actor=actor).pk)
        run.refresh_from_db()
        assert run.status == "undone"
        return run

    return undo


@pytest.fixture
def ana(db) -> Contact:
    tower = AccountFactory(name="Harbor Tower")
    return ContactFactory(
        first_name="Ana",
        last_name="Lima",
        email="ana@example.com",
        phone="02-555-0199",
        accounts=[Entry(tower.pk, "Tenant")],
    )


def kept(run: ImportRun) -> dict[str, list[str]]:
    """What the undo left, by the name of the record."""
    notes = [(note.contact.name, note.kept) for note in run.importedcontacts.select_related("contact")]
    notes += [(note.account.name, note.kept) for note in run.importedaccounts.select_related("account")]
    return {name: sorted(left) for name, left in notes if left}


def test_everything_is_as_before(overwritten, undone, ana):
    before = dump(*RECORDS)
    run = overwritten(ANA, ("Max", "max@example.com", "", "", "", "Mill House", ""))
    assert dump(*RECORDS) != before
    undone(run)
    assert dump(*RECORDS) == before
    assert (run.undone_records, run.kept_records) == (4, 0)
    assert timeline(run).first().code == "import.undone"


def test_a_field_edited_since_keeps_the_newer_value_and_the_others_go_back(overwritten, undone, ana):
    run = overwritten(ANA)
    update_contact(ana, {"notes": "Written by an agent"}, actor=DESK)
    undone(run)
    ana.refresh_from_db()
    assert (ana.notes, ana.language, ana.primary_account.name) == ("Written by an agent", "", "Harbor Tower")
    assert kept(run) == {"Ana Lima": ["notes"]}
    assert run.kept_records == 1


def test_a_list_of_accounts_edited_since_stays(overwritten, undone, ana):
    run = overwritten(ANA)
    associate(ana, AccountFactory(name="Lighthouse"), actor=DESK)
    undone(run)
    names = [place.account.name for place in ana.associations.order_by("position")]
    assert names == ["Quayside", "Harbor Tower", "Lighthouse"]
    assert kept(run) == {"Ana Lima": ["accounts"], "Quayside": ["in_use"]}


def test_what_an_agent_added_to_the_methods_stays_and_what_the_import_added_goes(overwritten, undone, ana):
    run = overwritten(ANA)
    add_method(ana, "phone", "02-555-0177", actor=DESK)
    undone(run)
    phones = ana.methods.filter(kind="phone")
    assert set(phones.values_list("value", flat=True)) == {"+8225550199", "+8225550177"}
    assert phones.filter(is_default=True).count() == 1
    assert kept(run) == {"Ana Lima": ["methods"]}


def test_an_imported_address_that_an_agent_made_the_default_stays(overwritten, undone, ana):
    run = overwritten(("Ana", "ana@example.com; second@example.com", "", "", "", "", ""))
    make_default(ana.methods.get(value="second@example.com"), actor=DESK)
    undone(run)
    assert ana.default_email == "second@example.com"
    assert kept(run) == {"Ana Lima": ["methods"]}


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda contact: update_contact(contact, {"notes": "Called back"}, actor=DESK), "edited"),
        (lambda contact: add_method(contact, "phone", "02-555-0100", actor=DESK), "edited"),
        (lambda contact: associate(contact, AccountFactory(), actor=DESK), "edited"),
        (lambda contact: TicketFactory(contact=contact), "in_use"),
        (lambda contact: link_user(contact, UserFactory(), actor=DESK), "edited"),
    ],
)
def test_a_created_contact_with_a_life_of_its_own_stays_and_is_listed(overwritten, undone, edit, reason):
    run = overwritten(("Max", "max@example.com", "", "", "", "Mill House", ""), ("Kim", "kim@example.com"))
    max_ = Contact.objects.get(first_name="Max")
    edit(max_)
    undone(run)
    assert list(Contact.objects.filter(first_name__in=["Max", "Kim"])) == [max_]
    assert max_.primary_account.name == "Mill House"
    left = kept(run)
    assert left["Mill House"] == ["in_use"]
    assert left["Max"] == [reason]


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        (lambda account: ContactFactory(accounts=[account]), "in_use"),
        (lambda account: AccountFactory(parent=account), "in_use"),
        (lambda account: update_account(account, {"notes": "Key client"}, actor=DESK), "edited"),
        (lambda account: update_account(account, {}, actor=DESK, domains=["mill.example"]), "edited"),
    ],
)
def test_a_created_account_that_somebody_uses_stays_and_is_listed(overwritten, undone, use, reason):
    run = overwritten(("Max", "max@example.com", "", "", "", "Mill House", ""))
    use(Account.objects.get(name="Mill House"))
    undone(run)
    assert kept(run) == {"Mill House": [reason]}
    assert not Contact.objects.filter(first_name="Max").exists()


def test_an_older_import_taken_back_first_keeps_what_the_newer_one_said(overwritten, undone, ana):
    first = overwritten(ANA)
    second = overwritten(("Ana", "ana@example.com", "", "en", "", "", ""))
    undone(first)
    ana.refresh_from_db()
    assert (ana.language, ana.notes, ana.primary_account.name) == ("en", "", "Harbor Tower")
    assert kept(first) == {"Ana Lima": ["language"]}
    undone(second)
    ana.refresh_from_db()
    assert ana.language == "ko"


def test_two_imports_taken_back_newest_first_leave_no_trace(overwritten, undone, ana):
    before = dump(*RECORDS)
    first = overwritten(ANA, ("Max", "max@example.com", "", "", "", "Mill House", ""))
    between = dump(*RECORDS)
    second = overwritten(
        ("Ana", "ana@example.com", "", "en", "Other", "Mill House", ""),
        ("Max", "max@example.com", "1", "ko", "", "Quayside", "Owner"),
    )
    undone(second)
    assert dump(*RECORDS) == between
    undone(first)
    assert dump(*RECORDS) == before
    assert (first.kept_records, second.kept_records) == (0, 0)


def test_an_edit_between_two_imports_is_not_taken_back_with_the_older_one(overwritten, undone):
    """The newer import touches other fields than the agent did, after the agent or before."""
    first = overwritten(("Max", "max@example.com", "", "", "", "", ""))
    second = overwritten(("Max", "max@example.com", "", "ko", "", "", ""))
    update_contact(Contact.objects.get(), {"notes": "Written by an agent"}, actor=DESK)
    undone(second)
    undone(first)
    assert Contact.objects.get().notes == "Written by an agent"
    assert kept(first) == {"Max": ["edited"]}


def test_an_old_reference_that_somebody_else_has_by_now_does_not_stop_the_rest(overwritten, undone, ana):
    columns = ("reference", "email", "language")
    old = ana.reference
    kim = ContactFactory(first_name="Kim", last_name="", email="kim@example.com")
    run = overwritten(("R-1", "ana@example.com", "ko"), ("", "kim@example.com", "ko"), columns=columns)
    other = ContactFactory(first_name="Other", reference=old)
    undone(run)
    ana.refresh_from_db()
    kim.refresh_from_db()
    assert (ana.reference, kim.language, other.reference) == ("R-1", "", old)
    assert kept(run) == {"Ana Lima": ["edited"]}


def test_a_number_that_the_import_moved_to_a_new_account_goes_back(imported, undone):
    AccountFactory(name="Harbor Tower", number="N-1", external_id="e1")
    before = dump(*RECORDS)
    columns = ["account", "account_number", "account_external_id"]
    run = imported(
        [columns, ("Harbor Tower", "N-9", "e1"), ("Newcomer", "N-1", "")],
        mapping=columns,
        kind="accounts",
        mode="overwrite",
        also_add=True,
    )
    assert run.changed + run.created == 2
    undone(run)
    assert dump(*RECORDS) == before


def test_a_parent_that_would_close_a_circle_by_now_stays_away(imported, undone):
    group = AccountFactory(name="Group")
    tower = AccountFactory(name="Harbor Tower", parent=group)
    columns = ["account", "account_parent"]
    run = imported([columns, ("Harbor Tower", "Holding")], mapping=columns, kind="accounts", mode="overwrite")
    update_account(group, {"parent": Account.objects.get(pk=tower.pk)}, actor=DESK)
    undone(run)
    tower.refresh_from_db()
    assert tower.parent.name == "Holding"
    assert kept(run) == {"Harbor Tower": ["edited"], "Holding": ["in_use"]}


def test_a_parent_that_is_gone_by_now_leaves_none(imported, undone):
    group = AccountFactory(name="Group")
    tower = AccountFactory(name="Harbor Tower", parent=group)
    columns = ["account", "account_parent"]
    run = imported([columns, ("Harbor Tower", "Holding")], mapping=columns, kind="accounts", mode="overwrite")
    delete_account(group, actor=DESK)
    undone(run)
    tower.refresh_from_db()
    assert tower.parent is None
    assert not Account.objects.filter(name="Holding").exists()


def test_records_deleted_since_are_no_obstacle(overwritten, undone, ana):
    run = overwritten(ANA, ("Max", "max@example.com", "", "", "", "Mill House", ""))
    delete_contact(ana, actor=DESK)
    delete_contact(Contact.objects.get(first_name="Max"), actor=DESK)
    undone(run)
    assert run.kept_records == 0
    assert not Account.objects.filter(name__in=["Quayside", "Mill House"]).exists()


def test_an_account_deleted_since_is_missing_from_the_list_that_comes_back(overwritten, undone, ana):
    run = overwritten(ANA)
    lighthouse = AccountFactory(name="Lighthouse")
    second = overwritten(("Ana", "ana@example.com", "", "", "", "Lighthouse", ""))
    undone(second)
    delete_account(lighthouse, actor=DESK)
    undone(run)
    assert [place.account.name for place in ana.associations.all()] == ["Harbor Tower"]


def test_a_no_goes_away_again(imported, undone, actor):
    field = create_custom_field(CustomField.Module.CONTACT, "VIP", actor=actor, kind="boolean")
    ContactFactory(email="ana@example.com")
    columns = ["email", f"custom:{field.key}"]
    run = imported([columns, ("ana@example.com", "No")], mapping=columns, kind="contacts", mode="overwrite")
    assert Contact.objects.get().custom_fields == {field.key: False}
    undone(run)
    assert Contact.objects.get().custom_fields == {}


def test_an_undo_that_was_cut_off_goes_on_where_it_stopped(overwritten, actor, monkeypatch, ana):
    before = dump(*RECORDS)
    rows = [(f"P{n}", f"p{n}@example.com", "", "", "", f"House {n % 3}", "") for n in range(7)]
    run = jobs.undo(overwritten(ANA, *rows), actor=actor)
    monkeypatch.setattr(job_undoing, "BATCH", 2)
    whole, calls = job_undoing._close, []

    def dies_in_the_third(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(job_undoing, "_close", dies_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        undoing.take_back(run.pk)
    run.refresh_from_db()
    assert (run.status, run.undone_records) == ("undoing", 4)
    undoing.take_back(run.pk)
    run.refresh_from_db()
    assert (run.status, run.undone_records, run.kept_records) == ("undone", 12, 0)
    assert dump(*RECORDS) == before


def test_after_seven_days_it_is_too_late(overwritten, actor):
    run = overwritten(ANA)
    ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=7, seconds=1))
    with pytest.raises(UndoTooLate):
        jobs.undo(run, actor=actor)
    ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=7, seconds=-60))
    assert jobs.undo(run, actor=actor).status == "undoing"


def test_nobody_undoes_an_import_twice(overwritten, undone, actor):
    run = undone(overwritten(ANA))
    with pytest.raises(StepPassed):
        jobs.undo(run, actor=actor)
    undoing.take_back(run.pk)
    run.refresh_from_db()
    assert run.undone_records == 2


def test_a_stopped_import_is_taken_up_to_its_end_and_back_to_its_beginning(
    uploaded, undone, actor, monkeypatch, ana
):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", 2)
    before = dump(*RECORDS)
    rows = [COLUMNS, ANA, *[(f"P{n}", f"p{n}@example.com", "", "", "", "Mill House", "") for n in range(6)]]
    run = uploaded(rows, mapping=COLUMNS, mode="overwrite", also_add=True, kind="contacts")
    run = lifecycle.start(run, actor=actor)
    stop_after_one_batch(run, actor)
    run.refresh_from_db()
    assert (run.status, run.processed) == ("cancelled", 2)
    running_to_the_end(jobs.resume(run, actor=actor))
    run.refresh_from_db()
    assert (run.status, run.created, run.changed) == ("done", 6, 1)
    undone(run)
    assert dump(*RECORDS) == before
    assert not ContactMethod.objects.filter(value="p5@example.com").exists()


def stop_after_one_batch(run: ImportRun, actor) -> None:
    running.carry_out(run.pk, watch=lambda current: jobs.cancel(current, actor=actor))


def running_to_the_end(run: ImportRun) -> None:
    running.carry_out(run.pk)


def test_an_edit_between_two_batches_of_the_import_is_not_taken_back(uploaded, undone, actor, monkeypatch):
    """Somebody whom the first batch creates, an agent edits, and the second batch changes."""
    monkeypatch.setattr("customers.imports.engine.files.BATCH", 1)
    rows = [
        ["first_name", "email", "notes"],
        ["Ana", "ana@x.example", "One"],
        ["Ana", "ana@x.example", "Two"],
    ]
    run = uploaded(rows, mapping=rows[0], mode="overwrite", also_add=True)
    whole = machine.do_items

    def edited_after_the_first(*args, **kwargs):
        whole(*args, **kwargs)
        if Contact.objects.get().notes == "One":
            update_contact(Contact.objects.get(), {"last_name": "Lima"}, actor=DESK)

    monkeypatch.setattr(machine, "do_items", edited_after_the_first)
    running.carry_out(lifecycle.start(run, actor=actor).pk)
    run.refresh_from_db()
    undone(run)
    assert kept(run) == {"Ana Lima": ["edited"]}
