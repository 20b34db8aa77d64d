"""Imports at the same moment as other imports and other people: real threads, real transactions, real processes."""

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections

from customers.imports.engine import lifecycle
from customers.imports.engine import run as running
from customers.imports.engine import undo as undoing
from customers.models import Account, Association, Contact, ContactMethod, ImportRun
from customers.services.associations import associate, disassociate
from customers.services.contacts.changes import update_contact
from customers.services.methods.changes import add_method
from helpdesk.core.errors import DomainError
from helpdesk.jobs import lifecycle as jobs
from tests.customers.imports.engine.test_killed import Nursery
from tests.customers.imports.engine.test_properties import assert_sound
from tests.factories import DESK, AccountFactory, ContactFactory

pytestmark = [pytest.mark.django_db(transaction=True)]
COLUMNS = ["first_name", "email", "notes", "account", "account_phone"]
postgres = pytest.mark.postgres


def together(*calls: Callable[[], object]) -> list[BaseException]:
    """Run the calls at the same moment; returns what went wrong."""
    gate, failures = threading.Barrier(len(calls)), list[BaseException]()

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            call()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return failures


@pytest.fixture
def started(uploaded, actor) -> Callable[..., ImportRun]:
    def start(rows, **options) -> ImportRun:
        options = {"mapping": COLUMNS, "kind": "contacts", "mode": "overwrite", "also_add": True, **options}
        return lifecycle.start(uploaded([options["mapping"], *rows], **options), actor=actor)

    return start


def people(count: int, note: str, *, step: int = 1) -> list[tuple[str, ...]]:
    """The same people and accounts, from the first or from the last; every third says something of its account."""
    rows = [
        (f"No{n}", f"p{n}@example.com", note, f"House {n % 17}", str(n) if n % 3 == 0 else "")
        for n in range(count)
    ]
    return rows[::step]


def assert_whole(run: ImportRun) -> None:
    run.refresh_from_db()
    assert (run.status, run.problem, run.processed) == ("done", "", run.total)
    assert list(run.rejected_rows.values_list("problem", flat=True)) == []


@postgres
@pytest.mark.parametrize("batch", [10, 25, 200])
def test_two_imports_of_the_same_people_in_opposite_order(started, monkeypatch, batch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", batch)
    for n in range(0, 200, 7):
        ContactFactory(first_name=f"Here{n}", email=f"p{n}@example.com")
    one, other = started(people(200, "one")), started(people(200, "other", step=-1))
    assert together(lambda: running.carry_out(one.pk), lambda: running.carry_out(other.pk)) == []
    assert_whole(one)
    assert_whole(other)
    assert Contact.objects.count() == 200 == one.created + other.created + 29
    assert Account.objects.count() == 17 == one.created_accounts + other.created_accounts
    assert Counter(Contact.objects.values_list("notes", flat=True)).total() == 200
    assert set(Contact.objects.values_list("notes", flat=True)) <= {"one", "other"}
    assert ContactMethod.objects.count() == Association.objects.count() == 200
    assert_sound()


@postgres
def test_two_imports_of_the_same_accounts_in_opposite_order(started, monkeypatch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", 10)
    rows = [(f"House {n}", f"N-{n}", f"House {n - 1}" if n % 5 else "Holding") for n in range(80)]
    options = {"mapping": ["account", "account_number", "account_parent"], "kind": "accounts"}
    one, other = started(rows, **options), started(rows[::-1], **options)
    assert together(lambda: running.carry_out(one.pk), lambda: running.carry_out(other.pk)) == []
    assert_whole(one)
    assert_whole(other)
    assert Account.objects.count() == 81
    parents = dict(Account.objects.values_list("name", "parent__name"))
    assert parents == {"Holding": None} | {name: parent for name, _number, parent in rows}


@postgres
def test_an_agent_who_edits_while_an_import_runs_loses_nothing(started, monkeypatch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", 5)
    houses = [AccountFactory() for _ in range(24)]
    contacts = [
        ContactFactory(first_name=f"No{n}", email=f"p{n}@example.com", accounts=houses[: 24 if n % 2 else 3])
        for n in range(40)
    ]
    rest = [AccountFactory(name=f"Own {n}") for n in range(40)]
    run = started(people(40, "file"))
    refused: list[int] = []

    def edit() -> None:
        for n, contact in enumerate(contacts):
            update_contact(contact, {"external_id": f"agent-{n}"}, actor=DESK)
            add_method(contact, "phone", f"02-555-01{n:02}", actor=DESK)
            try:
                associate(contact, rest[n], actor=DESK)
            except DomainError:
                refused.append(n)

    assert together(lambda: running.carry_out(run.pk), edit) == []
    run.refresh_from_db()
    assert (run.status, run.processed) == ("done", 40)
    assert_sound()
    left_out = {row.cells[0] for row in run.rejected_rows.filter(problem="too_many_accounts")}
    for n, contact in enumerate(contacts):
        contact.refresh_from_db()
        accounts = {account.name for account in contact.accounts.all()}
        assert contact.external_id == f"agent-{n}"
        assert contact.methods.filter(kind="phone").count() == 1
        assert (f"Own {n}" in accounts) == (n not in refused)
        assert (f"House {n % 17}" in accounts) == (f"No{n}" not in left_out)
        assert len(accounts) == (25 if n % 2 else 5)
        assert contact.notes == ("" if f"No{n}" in left_out else "file")


@postgres
def test_an_agent_and_an_undo_at_the_same_moment(started, actor, monkeypatch):
    monkeypatch.setattr("helpdesk.jobs.undoing.BATCH", 5)
    contacts = [ContactFactory(email=f"p{n}@example.com") for n in range(40)]
    run = started(people(60, "file"))
    running.carry_out(run.pk)
    jobs.undo(ImportRun.objects.get(pk=run.pk), actor=actor)
    house = AccountFactory(name="Lighthouse")

    def edit() -> None:
        for contact in reversed(contacts):
            associate(contact, house, actor=DESK)
            disassociate(contact, house, actor=DESK)
            update_contact(contact, {"notes": "agent"}, actor=DESK)

    assert together(lambda: undoing.take_back(run.pk), edit) == []
    run.refresh_from_db()
    assert run.status == "undone"
    assert Contact.objects.count() == 40
    assert set(Contact.objects.values_list("notes", flat=True)) == {"agent"}
    assert_sound()


@pytest.mark.sqlite  # its one lock for all writers
def test_an_import_in_another_process_and_a_writer_here_both_get_their_turn(started):
    run = started(people(600, "file"))
    contact = ContactFactory()
    waits, ended = list[float](), threading.Event()

    def wait_for_the_other() -> None:
        with Nursery() as nursery:
            assert nursery.work("import", run, 0) == [0]
        ended.set()

    other = threading.Thread(target=wait_for_the_other)
    other.start()
    while not ended.is_set() and other.is_alive():
        start = time.monotonic()
        update_contact(contact, {"notes": f"Edit {len(waits)}"}, actor=DESK)
        waits.append(time.monotonic() - start)
        time.sleep(0.01)
    other.join()
    assert_whole(run)
    assert len(waits) >= 3
    assert max(waits) < 10
    contact.refresh_from_db()
    assert contact.notes == f"Edit {len(waits) - 1}"
