"""Writing the file of an export job: which rows, on whose rights, and what becomes of it when it is cut off."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from openpyxl import load_workbook

from customers.export_sources import ACCOUNTS
from customers.models import Contact, Tag
from customers.resources import ContactResource
from customers.services.tags import add_tags
from helpdesk.core.web.uploads import NoRoomLeft
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from helpdesk.events.wording import sentence
from helpdesk.exports import making
from helpdesk.exports.models import ExportJob
from helpdesk.exports.services import forget_files
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs import running
from helpdesk.jobs.tasks import prune_jobs
from tests.exports.exporting import bytes_in, rows_in, started, written
from tests.factories import DESK, DepartmentFactory, TicketFactory, fill_desk
from tests.personas import World
from tickets.export_sources import TICKETS

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "BATCH", 2)
    monkeypatch.setattr(running, "BREATH", 0)


def after_batches(monkeypatch: pytest.MonkeyPatch, number: int, happens: Callable[[], Any]) -> None:
    """Something happens when so many batches are saved."""
    saved, breathe = [], running.breathe

    def counted() -> None:
        saved.append(1)
        if len(saved) == number:
            happens()
        breathe()

    monkeypatch.setattr(running, "breathe", counted)


def exported(world: World, query: str = "", **how: Any) -> list[list[str]]:
    return rows_in(written(started(world.max.actor, query, **how)))[1:]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("query", ["", "q=moreno", "sort=-name", "sort=-created", "role=administrator"])
def test_the_file_holds_what_the_list_shows_in_its_order(world: World, query: str) -> None:
    fill_desk(5, account=world.harbor)
    page = world.max.client.get(f"/agent/contacts/?{query}").context["page"]
    assert exported(world, query) == [[c.reference, c.last_name] for c in page]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("sort", ["account", "-account", "status", "-priority", "-updated"])
def test_a_list_of_several_parts_keeps_its_order(world: World, sort: str) -> None:
    TicketFactory(subject="About rain", priority="urgent", status="solved", account=None)
    query = f"view=all&sort={sort}"
    page = world.max.client.get(f"/agent/tickets/?{query}").context["page"]
    found = exported(world, query, source=TICKETS, columns=["reference"])
    assert [int(number) for (number,) in found] == [ticket.pk for ticket in page]


def test_only_what_is_ticked(world: World) -> None:
    assert len(exported(world, ticked=[world.carla.contact.pk, world.zoe.contact.pk])) == 2


def test_the_counts_the_size_and_who_took_what(world: World) -> None:
    job = written(started(world.max.actor, "q=moreno"))
    assert (job.status, job.total, job.processed, job.rows, job.size) == (
        "done", 1, 1, 1, len(bytes_in(job)),
    )  # fmt: skip
    assert not job.can_be_undone
    entry = AuditEntry.objects.get(code="export.made")
    assert (entry.actor_user, entry.batch) == (world.max.user, None)
    assert entry.data == {
        "list": "contacts",
        "criteria": {"q": ["moreno"]},
        "columns": ["reference", "last_name"],
        "format": "csv",
        "rows": 1,
        "complete": True,
    }
    told = [sentence(entry) for entry in reversed(timeline(job))]
    assert told == ["started a large export of contacts", "finished a large export with 1 row"]


def test_a_workbook_in_the_language_of_the_reader(world: World) -> None:
    with translation.override("ko"), timezone.override("Asia/Seoul"):
        job = started(world.max.actor, "q=moreno", columns=["account", "created"], file_format="xlsx")
    book = load_workbook(io.BytesIO(bytes_in(written(job))))
    heading, row = [[cell.value for cell in line] for line in book.active.rows]
    assert heading[0] == "기본 계정"
    assert row[1] == timezone.make_naive(world.carla.contact.created_at, ZoneInfo("Asia/Seoul")).replace(
        second=0, microsecond=0
    )


# --- Rights -------------------------------------------------------------------
def test_who_may_not_export_a_list_starts_nothing(world: World) -> None:
    for source in (None, ACCOUNTS):
        with pytest.raises(PermissionDenied):
            started(world.ana.actor, **({"source": source} if source else {}))
    for actor in (world.carla.actor, DESK):
        with pytest.raises(PermissionDenied):
            started(actor, source=TICKETS)
    assert not ExportJob.objects.exists()


def test_who_lost_the_right_meanwhile_gets_no_file(world: World) -> None:
    job = started(world.max.actor)
    world.max.user.groups.clear()
    job = written(job)
    assert (job.status, job.problem, bool(job.file)) == ("failed", "not_allowed", False)
    assert not AuditEntry.objects.filter(code="export.made").exists()


def test_who_left_meanwhile_gets_no_file(world: World) -> None:
    left, gone = started(world.max.actor), started(world.root.actor)
    world.max.user.is_active = False
    world.max.user.save()
    ExportJob.objects.filter(pk=gone.pk).update(created_by=None)
    assert [written(job).problem for job in (left, gone)] == ["not_allowed", "not_allowed"]


def test_rows_that_are_no_longer_visible_are_left_out(world: World) -> None:
    user = world.ana.user
    job = started(world.ana.actor, "view=all", source=TICKETS, columns=["reference"])
    user.reach = user.Reach.DEPARTMENTS
    user.save()
    own = TicketFactory(department=DepartmentFactory(name="Own"))
    user.memberships.create(department=own.department)
    assert rows_in(written(job))[1:] == [[str(own.pk)]]


def test_columns_that_are_no_longer_for_the_person_are_left_out(world: World) -> None:
    job = started(world.max.actor, "view=all", source=TICKETS, columns=["reference", "gone"])
    assert {len(row) for row in rows_in(written(job))} == {1}
    job = started(world.max.actor, source=TICKETS, columns=["gone"])
    assert written(job).problem == "no_columns"


def test_a_filter_whose_row_went_meanwhile_stops_it(world: World) -> None:
    add_tags([world.carla.contact.pk], ["Blue"], actor=DESK)
    tag = Tag.objects.get(name="Blue")
    job, lost = started(world.max.actor, f"tag={tag.pk}"), started(world.max.actor, "tag=999999")
    tag.delete()
    assert written(job).problem == "filter_gone"
    assert written(lost).status == "done", "the page had said so before"


# --- Cut off ----------------------------------------------------------------------
@pytest.mark.usefixtures("small_batches")
def test_stop_is_heard_between_two_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_desk(9, account=world.harbor)
    job = started(world.max.actor)
    after_batches(monkeypatch, 2, lambda: jobs.cancel(job, actor=world.max.actor))
    job = written(job)
    assert (job.status, job.processed, bool(job.file)) == ("cancelled", 4, False)
    assert not job.can_be_resumed
    assert not AuditEntry.objects.filter(code="export.made").exists()


def test_only_its_starter_and_administrators_may_stop_it(world: World) -> None:
    for who in (world.ana, world.carla):
        with pytest.raises(PermissionDenied):
            jobs.cancel(started(world.max.actor), actor=who.actor)
    jobs.cancel(started(world.max.actor), actor=world.root.actor)
    assert written(ExportJob.objects.get()).status == "cancelled"


class Killed(BaseException):
    """As a process ends that is killed: nothing of ours gets to tidy up."""


@pytest.mark.usefixtures("small_batches")
def test_a_killed_worker_leaves_nothing_and_the_next_begins_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_desk(9, account=world.harbor)
    job = started(world.max.actor)

    def die() -> None:
        raise Killed

    with monkeypatch.context() as context:
        after_batches(context, 2, die)
        with pytest.raises(Killed):
            making.make(job.pk)
    job.refresh_from_db()
    assert (job.status, job.processed, bool(job.file), job.has_file) == ("running", 4, False, False)
    job = written(job)
    assert (job.status, job.attempt, job.rows) == ("done", 2, Contact.objects.count())
    assert len(rows_in(job)) == job.rows + 1
    assert AuditEntry.objects.filter(code="export.made").count() == 1


def test_a_worker_that_was_killed_before_the_end_is_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: Any) -> None:
        raise Killed

    job = started(world.max.actor)
    with monkeypatch.context() as context:
        context.setattr(running, "finish", die)
        with pytest.raises(Killed):
            making.make(job.pk)
    assert not ExportJob.objects.get(pk=job.pk).has_file
    assert written(job).has_file
    assert AuditEntry.objects.filter(code="export.made").count() == 1


@pytest.mark.usefixtures("small_batches")
def test_a_second_worker_begins_anew_and_the_first_stops(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_desk(5, account=world.harbor)
    job = started(world.max.actor)
    after_batches(monkeypatch, 1, lambda: making.make(job.pk))
    job = written(job)
    assert (job.status, job.attempt, job.processed) == ("done", 2, job.total)
    assert AuditEntry.objects.filter(code="export.made").count() == 1


@pytest.mark.usefixtures("small_batches")
def test_what_was_deleted_meanwhile_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started(world.max.actor, "sort=name")
    last = Contact.objects.order_by("search", "id").last()
    after_batches(monkeypatch, 1, lambda: Contact.objects.filter(pk=last.pk).update(erased_at=timezone.now()))
    job = written(job)
    assert job.total == job.rows + job.skipped


def test_a_full_disk_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> str:
        raise NoRoomLeft("export")

    monkeypatch.setattr(making, "store_file", full)
    assert written(started(world.max.actor)).problem == "no_room"


def test_a_crash_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ContactResource, "rows", lambda *_args: 1 / 0)
    job = written(started(world.max.actor))
    assert (job.status, job.problem) == ("failed", "crashed")


def test_the_queries_grow_with_the_batches_alone(
    world: World, count_queries: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_desk(10, account=world.harbor)
    few = count_queries(lambda: making.make(started(world.max.actor).pk))
    fill_desk(200, account=world.harbor, first=10)
    assert count_queries(lambda: making.make(started(world.max.actor).pk)) == few


# --- The end -----------------------------------------------------------------------
def test_the_clock_forgets_job_and_file(
    world: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    old, new, busy = (started(world.max.actor, f"q={word}") for word in "abc")
    name, kept = str(written(old).file.name), str(written(new).file.name)
    days = timedelta(days=settings.HELPDESK_EXPORTS_KEPT_DAYS)
    ExportJob.objects.filter(pk__in=[old.pk, busy.pk]).update(
        finished_at=timezone.now() - days - timedelta(hours=1)
    )
    assert not ExportJob.objects.get(pk=old.pk).has_file, "also before the clock came by"
    with django_capture_on_commit_callbacks(execute=True):
        prune_jobs()
    assert set(ExportJob.objects.values_list("pk", flat=True)) == {new.pk, busy.pk}
    assert not default_storage.exists(name)
    assert default_storage.exists(kept)


@pytest.mark.usefixtures("small_batches")
def test_forgotten_files_are_written_anew_where_somebody_is_at_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_desk(5, account=world.harbor)
    done, job = written(started(world.max.actor, "q=moreno")), started(world.max.actor)
    with monkeypatch.context() as context:
        after_batches(context, 1, forget_files)
        making.make(job.pk)
    job.refresh_from_db()
    done.refresh_from_db()
    assert (job.status, bool(job.file), done.has_file, done.is_without_file) == (
        "running", False, False, True,
    )  # fmt: skip
    assert written(job).has_file
