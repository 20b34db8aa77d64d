"""Adding new records: what is created, skipped and left out, and that nothing is done twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from customers.imports.engine import dryrun, lifecycle
from customers.imports.engine import run as running
from customers.imports.matching.problems import sentence
from customers.models import Account, Contact, ContactMethod, ImportRun
from helpdesk.core.actors import Actor
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs import running as machine
from helpdesk.jobs.errors import StepPassed, TakenOver
from helpdesk.jobs.tasks import take_up_jobs
from tests.customers.imports.conftest import HEADER

HOSTILE = ["=HYPERLINK(1)", "<script>alert(1)</script>", "'; DROP TABLE x; --", "%(name)s {0} {{x}}", "a\0b"]


def people(count: int, *, start: int = 0, accounts: int = 7) -> list[tuple[str, ...]]:
    numbers = range(start, start + count)
    return [("Pat", f"No{n}", f"p{n}@example.com", f"House {n % accounts}", "Tenant") for n in numbers]


def counts(run: ImportRun) -> tuple[int, int, int]:
    return run.created, run.skipped, run.failed


def adds_up(run: ImportRun) -> bool:
    return run.created + run.skipped + run.failed == run.processed == run.total


def test_contacts_their_primary_account_and_job_title(imported):
    run = imported([HEADER, *people(10)])
    contact = Contact.objects.get(methods__value="p3@example.com")
    assert counts(run) == (10, 0, 0)
    assert (run.status, run.created_accounts) == ("done", 7)
    assert (contact.name, contact.primary_account.name, contact.job_title) == ("Pat No3", "House 3", "Tenant")


def test_a_known_account_is_used_whatever_its_case_and_spaces(imported, actor):
    known = Account.objects.create(name="Harbor Tower")
    run = imported([HEADER, ("Ana", "Lima", "ana@example.com", " HARBOR   tower ", "")])
    assert (run.created_accounts, Contact.objects.get().primary_account) == (0, known)


def test_the_same_file_a_second_time_creates_nothing(imported):
    rows = [HEADER, *people(30)]
    imported(rows)
    again = imported(rows)
    assert counts(again) == (0, 30, 0)
    assert (Contact.objects.count(), Account.objects.count(), again.created_accounts) == (30, 7, 0)
    row = again.rejected_rows.first()
    assert sentence(row.problem, row.details) == "Already here as Pat No0, with the same: Email"


def test_rows_with_nothing_but_a_name_are_not_doubled_by_the_same_file(imported):
    rows = [("Name", "Phone"), ("Ana Lima", "1"), ("Ana Lima", "1"), ("Max Berg", "")]
    assert counts(imported(rows)) == (3, 0, 0)
    again = imported(rows)
    assert counts(again) == (0, 3, 0)
    row = again.rejected_rows.first()
    assert sentence(row.problem, row.details) == "This row of this file was imported before, as Ana Lima"


@pytest.mark.parametrize("batch", [500, 1])
def test_two_rows_of_one_person_in_one_file(imported, monkeypatch, batch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", batch)
    run = imported([HEADER, *people(1), ("Patricia", "Else", "P0@Example.com", "", "")])
    row = run.rejected_rows.get()
    assert counts(run) == (1, 1, 0)
    assert sentence(row.problem, row.details) == "Row 2 of this file has the same: Email"


def test_reference_counts_before_address_and_address_before_external_id(imported):
    header = ("Reference number", "Name", "Email", "External id")
    imported(
        [header, ("R-1", "Ana Lima", "ana@example.com", "x1"), ("R-2", "Max Berg", "max@example.com", "x2")]
    )
    run = imported(
        [
            header,
            ("R-1", "A", "max@example.com", "x2"),
            ("", "B", "max@example.com", "x1"),
            ("", "C", "new@example.com", "x1"),
        ]
    )
    reasons = [(row.details["name"], row.details["field"]) for row in run.rejected_rows.all()]
    assert reasons == [("Ana Lima", "reference"), ("Max Berg", "email"), ("Ana Lima", "external_id")]


def test_bad_rows_never_stop_the_others_and_the_counts_add_up(imported):
    bad = [
        ("x" * 300, "Long", "long@example.com", "", ""),
        ("Bad", "Address", "bad@castellan", "", ""),
        ("", "", "", "House 1", ""),
        ("No", "Title", "title@example.com", "", "y" * 121),
    ]
    run = imported([HEADER, *people(5), *bad, *people(5, start=3)])
    assert counts(run) == (8, 2, 4)
    assert adds_up(run)
    assert list(run.rejected_rows.filter(outcome="failed").values_list("number", "problem")) == [
        (7, "too_long"),
        (8, "bad_email"),
        (9, "no_name"),
        (10, "too_long"),
    ]


@pytest.mark.parametrize("cell", HOSTILE)
def test_hostile_cells_are_only_text(imported, cell):
    run = imported([HEADER, (cell, "Person", "h@example.com", cell, cell)])
    contact = Contact.objects.get()
    plain = cell.replace("\0", "")
    assert counts(run) == (1, 0, 0)
    assert (contact.first_name, contact.primary_account.name, contact.job_title) == (plain, plain, plain)


def test_the_dry_run_writes_nothing_and_tells_the_same(uploaded, imported):
    rows = [HEADER, *people(6), ("Bad", "Address", "bad@castellan", "", ""), *people(2)]
    checked = uploaded(rows)
    found = checked.preview
    assert (
        Contact.objects.count()
        == Account.objects.count()
        == AuditEntry.objects.filter(code="contact.created").count()
        == 0
    )
    assert [list(one.change["names"].values()) for one in checked.preview_rows.order_by("number")[:6]] == [
        [row[3]] for row in rows[1:7]
    ]
    run = imported(rows)
    assert (found["created"], found["skipped"], found["failed"], found["accounts"]) == (
        *counts(run),
        run.created_accounts,
    )


def test_a_row_that_the_desk_refuses_does_not_take_its_batch_along(imported, monkeypatch, actor):
    """What the look-up did not find, and the insert does, every time: only the database knows."""
    contact = Contact.objects.create(first_name="Quick")
    ContactMethod.objects.create(
        contact=contact, kind="email", value="p3@example.com", value_key="p3@example.com"
    )
    monkeypatch.setattr("customers.imports.engine.people._known", lambda keys: {})
    monkeypatch.setattr("helpdesk.core.background.batches.ATTEMPTS", 1)
    run = lifecycle.receive(_file([HEADER, *people(8)]), actor=actor)
    run = lifecycle.match_columns(run, run.mapping, "add", actor=actor)
    ImportRun.objects.filter(pk=run.pk).update(status="ready")
    lifecycle.start(run, actor=actor)
    running.carry_out(run.pk)
    run.refresh_from_db()
    assert counts(run) == (7, 0, 1)
    assert run.rejected_rows.get().problem == "refused"


def _file(rows) -> SimpleUploadedFile:
    text = "".join(",".join(row) + "\n" for row in rows)
    return SimpleUploadedFile("people.csv", text.encode())


def test_a_run_that_was_cut_off_goes_on_after_the_last_batch(uploaded, actor, monkeypatch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", 4)
    run = lifecycle.start(uploaded([HEADER, *people(10)]), actor=actor)
    whole, calls = machine.do_items, []

    def dies_in_the_second(*args, **kwargs):
        calls.append(args)
        whole(*args, **kwargs)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(machine, "do_items", dies_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        running.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.status, run.processed) == ("running", 8)
    running.carry_out(run.pk)
    run.refresh_from_db()
    assert counts(run) == (10, 0, 0)
    assert Contact.objects.count() == 10


def test_the_clock_takes_up_what_a_killed_worker_left(uploaded, actor):
    run = lifecycle.start(uploaded([HEADER, *people(3)]), actor=actor)
    take_up_jobs()
    assert not DBTaskResult.objects.exists()
    ImportRun.objects.filter(pk=run.pk).update(progressed_at=timezone.now() - timedelta(minutes=5))
    take_up_jobs()
    take_up_jobs()
    assert DBTaskResult.objects.get().args_kwargs["args"] == [run.pk]


def test_a_batch_that_another_worker_has_done_is_left_alone(uploaded, actor):
    run = lifecycle.start(uploaded([HEADER, *people(3)]), actor=actor)
    rows = [(number, list(row)) for number, row in enumerate(people(3), start=2)]
    machine.do_items(run, rows, 0, running.work_of(run))
    with pytest.raises(TakenOver):
        machine.do_items(run, rows, 0, running.work_of(run))
    assert Contact.objects.count() == 3


def test_a_file_that_is_gone_stops_the_run_with_a_reason_and_it_can_go_on(uploaded, actor):
    run = lifecycle.start(uploaded([HEADER, *people(3)]), actor=actor)
    run.spool.delete()
    name, run.file.name = run.file.name, "imports/nowhere.csv"
    run.save()
    running.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.status, run.problem) == ("failed", "lost")
    run.file.name = name
    run.save()
    running.carry_out(jobs.resume(run, actor=actor).pk)
    run.refresh_from_db()
    assert (run.status, counts(run)) == ("done", (3, 0, 0))


def test_starting_twice_is_refused(uploaded, actor):
    run = lifecycle.start(uploaded([HEADER, *people(1)]), actor=actor)
    with pytest.raises(StepPassed):
        lifecycle.start(run, actor=actor)
    with pytest.raises(StepPassed):
        jobs.resume(run, actor=actor)


@pytest.mark.parametrize(
    "mapping",
    [["account", "account", "email", "", ""], ["", "", "", "account", ""], ["hack", "", "email", "", ""]],
)
def test_a_mapping_that_cannot_work_is_refused(uploaded, actor, mapping):
    run = uploaded([HEADER, *people(1)])
    with pytest.raises(lifecycle.MappingError):
        lifecycle.match_columns(run, mapping, "add", actor=actor)


def test_what_happened_is_on_record_and_caused_by_the_import(imported):
    run = imported([HEADER, *people(2)])
    codes = [entry.code for entry in timeline(run)]
    assert codes == ["import.finished", "import.started", "import.uploaded"]
    started = timeline(run).get(code="import.started")
    created = AuditEntry.objects.filter(code="contact.created")
    assert [entry.cause for entry in created] == [started, started]


def test_an_agent_may_not_import(world):
    file = SimpleUploadedFile("people.csv", b"Name\nAna\n")
    with pytest.raises(PermissionDenied):
        lifecycle.receive(file, actor=world.ana.actor)
    assert not ImportRun.objects.visible_to(world.ana.actor).exists()


def test_no_row_of_a_batch_makes_queries_of_its_own(uploaded, actor):
    """SQLite takes 999 values in one statement, so there a long insert is a few statements."""

    def queries(count: int, start: int) -> int:
        run = lifecycle.start(uploaded([HEADER, *people(count, start=start)]), actor=actor)
        with CaptureQueriesContext(connection) as captured:
            running.carry_out(run.pk)
        return len(captured)

    queries(10, 9000)
    few, many = queries(40, 0), queries(400, 1000)
    assert many == few if connection.vendor == "postgresql" else many - few < 360 / 8


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uk-500.csv", (500, 0, 0)),
        ("uk-500.xls", (500, 0, 0)),
        ("uk-500.xlsx", (500, 0, 0)),
        ("leads.csv", (50, 0, 4)),
        ("google-contacts.csv", (1, 0, 0)),
        ("korean-cp949.csv", (4, 0, 0)),
        ("locations-with-parents.csv", (17, 2, 0)),
        ("companies.csv", (4, 0, 0)),
    ],
)
def test_the_shared_files_come_in_whole(shared_data, db, name, expected):
    actor = Actor.system("test")
    upload = SimpleUploadedFile(name, (shared_data / name).read_bytes())
    run = lifecycle.receive(upload, actor=actor)
    run = lifecycle.match_columns(run, run.mapping, "add", actor=actor)
    dryrun.check(run.pk)
    running.carry_out(lifecycle.start(run, actor=actor).pk)
    run.refresh_from_db()
    assert counts(run) == expected
    assert adds_up(run)


def test_an_address_without_an_account_is_no_reason_to_leave_a_person_out(imported):
    header = ("Name", "Email", "Company", "Company address")
    run = imported([header, ("Ana Lima", "ana@example.com", "", "Quay 1"), ("", "", "", "Quay 2")])
    assert counts(run) == (1, 0, 1)
    assert run.rejected_rows.get().problem == "no_name"
    assert Account.objects.count() == 0
