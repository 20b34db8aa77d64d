"""The spool of an import: kept beside the original, made again when it is gone, forgotten after some days."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from customers.imports.engine import doors, dryrun, files, lifecycle
from customers.imports.engine import run as running
from customers.models import Contact, ImportRun
from helpdesk.spreadsheets import conversion
from helpdesk.spreadsheets.errors import FileError
from tests.customers.imports.conftest import HEADER, csv_text

pytestmark = pytest.mark.django_db
PEOPLE = [
    HEADER,
    ("Ana", "Lima", "ana@new.example", "Quay", "Tenant"),
    ("Max", "", "max@new.example", "", ""),
]


@pytest.fixture
def conversions(monkeypatch) -> list[str]:
    """The names of the files that a child was started for."""
    started = []
    run = conversion._run

    def noted(argument: str, *rest, **options) -> None:
        started.append(argument)
        run(argument, *rest, **options)

    monkeypatch.setattr(conversion, "_run", noted)
    return started


def rows_of(run: ImportRun) -> list[list[str]]:
    with files.opened(run) as spool:
        return [cells for _number, cells in spool.rows()]


def test_a_file_is_opened_once_for_all_steps(conversions, imported):
    run = imported(PEOPLE)
    assert (run.status, run.created) == ("done", 2)
    assert len(conversions) == 1
    assert run.spool.name.startswith("imports/")
    assert run.spool.name.endswith(".spool")


def test_a_spool_that_is_gone_is_made_again_and_kept(conversions, uploaded):
    run = uploaded(PEOPLE)
    before = rows_of(run)
    run.spool.storage.delete(run.spool.name)
    assert rows_of(run) == before
    assert rows_of(ImportRun.objects.get(pk=run.pk)) == before
    assert len(conversions) == 2


@pytest.mark.parametrize("content", [b"", b"half a spool", b"0" * 20])
def test_a_spool_that_is_damaged_is_made_again(uploaded, content):
    run = uploaded(PEOPLE)
    before, name = rows_of(run), run.spool.name
    run.spool.storage.delete(name)
    run.spool.storage.save(name, ContentFile(content))
    assert rows_of(run) == before


def test_two_that_make_it_again_at_once_leave_one(uploaded):
    run = uploaded(PEOPLE)
    run.spool.delete()
    first, second = (ImportRun.objects.get(pk=run.pk) for _reader in range(2))
    assert rows_of(first) == rows_of(second)
    run.refresh_from_db()
    assert run.spool.name == first.spool.name
    assert run.spool.storage.exists(run.spool.name)


def test_a_run_without_spool_and_original_says_so(uploaded):
    run = uploaded(PEOPLE)
    run.spool.delete()
    run.file.delete()
    with pytest.raises(FileError) as caught:
        rows_of(run)
    assert caught.value.code == "lost"


def test_another_sheet_gets_a_spool_in_place_of_the_first(actor, django_capture_on_commit_callbacks):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for name in (["Email"], ["zoe@new.example"]):
        book.active.append(name)
    people = book.create_sheet("People")
    for row in PEOPLE:
        people.append(row)
    book.save(stream)
    content = stream.getvalue()
    run = lifecycle.receive(SimpleUploadedFile("people.xlsx", content), actor=actor)
    assert run.layout["sheet"] == "People"
    old = run.spool.name
    with django_capture_on_commit_callbacks(execute=True):
        run = lifecycle.choose(run, actor=actor, sheet="Sheet")
    assert rows_of(run) == [["zoe@new.example"]]
    assert not run.spool.storage.exists(old)
    run.spool.delete()
    assert rows_of(run) == [["zoe@new.example"]], "made again, it is of the sheet that was chosen"


def test_taking_the_file_as_accounts_reads_no_file(conversions, actor):
    run = lifecycle.receive(SimpleUploadedFile("people.csv", csv_text(PEOPLE).encode()), actor=actor)
    assert lifecycle.choose(run, actor=actor, kind="accounts").kind == "accounts"
    assert len(conversions) == 1


def test_what_is_discarded_leaves_no_spool(uploaded):
    run = uploaded(PEOPLE)
    name, storage = run.spool.name, run.spool.storage
    doors.discard(run)
    assert not storage.exists(name)


def test_files_may_be_kept_anywhere(settings, uploaded, actor):
    """As in a bucket: nothing has a path on this machine."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }
    run = uploaded(PEOPLE)
    run.spool.delete()
    run = lifecycle.start(ImportRun.objects.get(pk=run.pk), actor=actor)
    running.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.status, run.created) == ("done", 2)
    assert run.spool.storage.exists(run.spool.name)


# --- Forgotten by the clock


def aged(run: ImportRun, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    finished = then if run.finished_at else None
    ImportRun.objects.filter(pk=run.pk).update(created_at=then, progressed_at=then, finished_at=finished)


def dropped(run: ImportRun, capture) -> bool:
    with capture(execute=True):
        files.drop_old_spools()
    name, storage = run.spool.name, run.spool.storage
    run.refresh_from_db()
    assert bool(run.spool) == storage.exists(name)
    return not run.spool


@pytest.mark.parametrize(("days", "goes"), [(6, False), (8, True)])
def test_a_week_after_the_import_its_spool_goes_and_the_original_stays(
    imported, django_capture_on_commit_callbacks, days, goes
):
    run = imported(PEOPLE)
    aged(run, days)
    assert dropped(run, django_capture_on_commit_callbacks) is goes
    assert run.file.storage.exists(run.file.name)


def test_an_import_that_waited_for_weeks_can_still_be_run(
    uploaded, actor, django_capture_on_commit_callbacks
):
    run = uploaded(PEOPLE)
    aged(run, 30)
    assert dropped(run, django_capture_on_commit_callbacks)
    run = lifecycle.match_columns(run, run.mapping, "add", actor=actor)
    dryrun.check(run.pk)
    run = lifecycle.start(ImportRun.objects.get(pk=run.pk), actor=actor)
    running.carry_out(run.pk)
    assert Contact.objects.filter(methods__value="ana@new.example").exists()


def test_one_that_runs_keeps_its_spool_however_old(uploaded, actor, django_capture_on_commit_callbacks):
    run = lifecycle.start(uploaded(PEOPLE), actor=actor)
    aged(run, 30)
    assert not dropped(run, django_capture_on_commit_callbacks)
