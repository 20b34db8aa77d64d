"""Whatever is in a file: the counts add up, the dry run tells the truth, and a second time changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.imports import dryrun, lifecycle
from customers.imports import run as running
from customers.imports.errors import FileError
from customers.models import Account, Association, Contact, ImportRun
from helpdesk.core.actors import Actor
from tests.customers.imports.conftest import csv_text

HEADER = ["Name", "Email", "Phone", "Company", "Reference number", "Language", "Notes"]
EMAILS = [
    "",
    "ana@example.com",
    "ANA@example.com",
    "max@example.com",
    "broken@",
    "a@b.example; ana@example.com",
]
CELLS = st.one_of(
    st.sampled_from(["", "Ana Lima", "한지수", "=1+1", "+82 2 555 0142", "x" * 300, "\0", " ::: "]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
ROW = st.tuples(
    CELLS,
    st.sampled_from(EMAILS),
    CELLS,
    st.sampled_from(["", "Harbor Tower", " harbor  TOWER ", "Quayside", "y" * 250]),
    st.sampled_from(["", "", "R-1", "R-2"]),
    st.sampled_from(["", "ko", "Korean", "Klingonese"]),
    CELLS,
)
ACTOR = Actor.system("test")


class Undo(Exception):
    pass


def imported(content: bytes) -> ImportRun:
    run = lifecycle.receive(SimpleUploadedFile("people.csv", content), actor=ACTOR)
    run = lifecycle.match_columns(run, run.mapping, "add", actor=ACTOR)
    dryrun.check(run.pk)
    run.refresh_from_db()
    running.carry_out(lifecycle.start(run, actor=ACTOR).pk)
    run.refresh_from_db()
    return run


def holds(content: bytes) -> None:
    run = imported(content)
    counted = run.created_rows, run.skipped_rows, run.failed_rows
    found = run.preview
    assert run.status == "done"
    assert sum(counted) == run.processed_rows == run.total_rows
    assert (found["created"], found["skipped"], found["failed"], found["accounts"]) == (
        *counted,
        run.created_accounts,
    )
    assert Contact.objects.count() == run.created_rows
    before = Contact.objects.count(), Account.objects.count(), Association.objects.count()
    assert imported(content).created_rows == 0
    assert (Contact.objects.count(), Account.objects.count(), Association.objects.count()) == before


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROW, min_size=1, max_size=8))
@pytest.mark.django_db
def test_any_file_adds_up_and_changes_nothing_the_second_time(rows):
    try:
        with transaction.atomic():
            holds(csv_text([HEADER, *rows]).encode())
            raise Undo
    except (Undo, FileError):
        pass
