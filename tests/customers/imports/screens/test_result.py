"""What the pages say while an import runs, when it has ended, and when it is taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.imports.engine import lifecycle
from customers.imports.engine import run as running
from customers.models import Account, Contact, ImportRun
from helpdesk.jobs import durations
from helpdesk.jobs.tasks import advance
from tests.customers.imports.conftest import HEADER
from tests.factories import ContactFactory, TicketFactory

pytestmark = pytest.mark.django_db
ROWS = [
    HEADER,
    ("Ana", "Lima", "ana@new.example", "Quayside Lofts", ""),
    ("Carla", "Moreno", "carla@people.example", "Quayside Lofts", "Board"),
    ("Bad", "Person", "bad@nowhere", "", ""),
]
COMPANIES = [
    ("Company", "Phone", "Parent"),
    ("Mill", "02 555 0142", "Works"),
    ("Harbor Tower", "02 555 0143", ""),
]
OVERWRITE = {"mode": "overwrite", "also_add": True}


def page(name: str, run: ImportRun) -> str:
    return reverse(f"customers:import_{name}", args=[run.pk])


def shown(world, name: str, run: ImportRun, query: str = "") -> str:
    return world.max.client.get(page(name, run) + query).content.decode()


@pytest.fixture
def started(world, uploaded) -> ImportRun:
    return lifecycle.start(uploaded(ROWS, **OVERWRITE), actor=world.max.actor)


@pytest.fixture
def done(world, imported) -> ImportRun:
    return imported(ROWS, **OVERWRITE)


def halfway(run: ImportRun, *, ago: float = 0) -> ImportRun:
    now = timezone.now()
    run.total, run.processed = 1267, 796
    run.created, run.changed, run.unchanged = 188, 569, 39
    run.started_at, run.progressed_at = now - timedelta(seconds=66 + ago), now - timedelta(seconds=ago)
    run.save()
    return run


# --- Running ---------------------------------------------------------------------
def test_a_running_import_says_how_far_how_fast_and_how_long(world, started):
    body = shown(world, "result", halfway(started))
    assert "<title>62% · Importing" in body
    assert "796 of 1,267 rows" in body
    assert "12 rows per second" in body
    assert "about 40 seconds left" in body
    assert "188 + 569 + 39 + 0 + 0 = 796 rows read" in body
    assert "Stop the import" in body
    assert "Look again" in body


def test_only_the_progress_is_asked_for_again_and_it_does_not_speak_by_itself(world, started):
    body = world.max.client.get(
        page("result", halfway(started)), headers={"HX-Request": "true"}
    ).content.decode()
    assert 'data-work="62"' in body
    assert "aria-live" not in body
    assert "Stop the import" not in body


def test_a_stopped_import_says_so_and_can_go_on(world, started):
    answer = world.max.client.post(page("cancel", started))
    assert answer.url == page("result", started)
    body = shown(world, "result", started)
    assert "Stopping after the rows it is at." in body
    assert "Stop the import" not in body
    running.carry_out(started.pk)
    body = shown(world, "result", started)
    assert "Stopped after 0 of 3 rows." in body
    assert "Go on with the import" in body
    world.max.client.post(page("resume", started))
    running.carry_out(started.pk)
    assert "Imported 2 of 3 rows." in shown(world, "result", started)


def test_an_import_that_stands_still_offers_to_go_on(world, started):
    body = shown(world, "result", halfway(started, ago=200))
    assert "has not moved for a while" in body
    assert "Go on with the import" in body
    assert "hx-trigger" not in body
    assert "seconds left" not in body


def test_an_import_that_broke_off_says_why_and_offers_both_ways(world, started):
    halfway(started)
    ImportRun.objects.filter(pk=started.pk).update(
        status="failed", problem="crashed", finished_at=timezone.now()
    )
    body = shown(world, "result", started)
    assert "Stopped after 796 of 1,267 rows." in body
    assert "Something unforeseen stopped this import." in body
    assert "Go on with the import" in body
    assert "Undo import" in body


def test_a_dry_run_whose_file_is_gone_offers_another_upload(world, uploaded):
    run = uploaded(ROWS)
    ImportRun.objects.filter(pk=run.pk).update(status="failed", problem="lost")
    body = shown(world, "result", run)
    assert "The uploaded file is no longer there." in body
    assert "Upload another file" in body
    assert "Go on with the import" not in body


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2, "a few seconds left"),
        (36, "about 40 seconds left"),
        (59, "about 1 minute left"),
        (61, "about 2 minutes left"),
        (3500, "about 1 hour left"),
    ],
)
def test_the_time_left_is_told_in_round_words(seconds, words):
    assert durations.left(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (108, "1 minute 48 seconds"), (3600, "1 hour"), (7325, "2 hours 2 minutes")],
)
def test_how_long_it_took_is_told_exactly(seconds, words):
    assert durations.spoken(timedelta(seconds=seconds)) == words


# --- The result --------------------------------------------------------------------
def test_the_result_counts_and_names_what_is_left_out(world, done):
    body = shown(world, "result", done)
    assert "Imported 2 of 3 rows." in body
    assert "It took " in body
    assert "1 row was left out." in body
    assert "1 + 1 + 0 + 0 + 1 = 3 rows read" in body
    assert "See the 2 contacts" in body
    assert "Not a complete email address" in body
    assert "1 added contact is removed. 1 added account is removed. 1 changed contact gets" in body


def test_the_records_are_listed_by_what_happened_to_them(world, done):
    assert all(name in shown(world, "contacts", done) for name in ("Ana Lima", "Carla Moreno"))
    created = shown(world, "contacts", done, "?show=created")
    assert ("Ana Lima" in created, "Carla Moreno" in created) == (True, False)
    updated = shown(world, "contacts", done, "?show=updated")
    assert ("Ana Lima" in updated, "Carla Moreno" in updated) == (False, True)
    assert "Quayside Lofts" in shown(world, "contacts", done, "?show=accounts")


def test_a_file_of_accounts_leads_to_its_accounts(world, imported):
    run = imported(
        COMPANIES, mapping=["account", "account_phone", "account_parent"], kind="accounts", **OVERWRITE
    )
    body = shown(world, "result", run)
    assert "See the 3 accounts" in body
    assert "1 account only named as a parent is created as well" in body
    assert "Mill" in shown(world, "contacts", run, "?show=created")
    assert "Mill" not in shown(world, "contacts", run, "?show=updated")


# --- Undo ------------------------------------------------------------------------------
def test_an_undo_is_asked_about_with_its_consequences_and_changes_nothing_yet(world, done):
    body = shown(world, "undo_confirm", done)
    assert "Undo this import?" in body
    assert "1 added contact is removed." in body
    assert f'action="{page("undo", done)}"' in body
    fragment = world.max.client.get(page("undo_confirm", done), headers={"HX-Request": "true"})
    assert fragment.content.decode().lstrip().startswith("<form")
    assert Contact.objects.filter(methods__value="ana@new.example").exists()


def test_an_undone_import_says_what_it_put_back(world, done):
    answer = world.max.client.post(page("undo", done))
    assert answer.url == page("result", done)
    assert "Undoing the import" in shown(world, "result", done)
    advance.call(done.pk)
    body = shown(world, "result", done)
    assert "This import was undone." in body
    assert "3 records are as they were before." in body
    assert "Undo import" not in body
    assert not Contact.objects.filter(methods__value="ana@new.example").exists()


def test_what_an_undo_left_is_listed_with_the_reason_in_words(world, done):
    TicketFactory(contact=Contact.objects.get(methods__value="ana@new.example"))
    carla = world.carla.contact
    place = carla.associations.get(position=1)
    place.job_title = "President"
    place.save()
    world.max.client.post(page("undo", done))
    advance.call(done.pk)
    body = shown(world, "result", done)
    assert "Not undone" in body
    assert "In use by now, so it cannot be removed" in body
    assert "Accounts: edited since, the newer value stays" in body


def test_an_undo_that_is_too_late_is_not_offered(world, done):
    ImportRun.objects.filter(pk=done.pk).update(finished_at=timezone.now() - timedelta(days=8))
    assert "Undo import" not in shown(world, "result", done)
    assert world.max.client.get(page("undo_confirm", done)).url == page("result", done)
    answer = world.max.client.post(page("undo", done), follow=True)
    assert "can no longer be undone" in answer.content.decode()


# --- History -------------------------------------------------------------------------------
def test_the_list_says_who_imported_what_and_how_it_went(world, done):
    done.created_by = world.max.user
    done.save()
    body = world.max.client.get(reverse("customers:import_list")).content.decode()
    for words in ("people.csv", "Contacts · Update with overwriting", "Done", world.max.user.name):
        assert words in body


def test_a_list_without_imports_says_how_they_get_here(world):
    body = world.max.client.get(reverse("customers:import_list")).content.decode()
    assert "Nothing imported yet" in body
    assert reverse("customers:import_create") in body


def test_the_result_makes_as_many_queries_with_many_records_as_with_few(world, imported, count_queries):
    def rows(many: int, name: str):
        return (
            [HEADER]
            + [(f"P{n}", name, f"p{n}@{name}.example", f"{name} {n}", "") for n in range(many)]
            + [("", "", "bad", "", "")] * many
        )

    few, many = imported(rows(2, "few")), imported(rows(30, "many"))
    for name in ("result", "contacts"):
        counted = [count_queries(lambda run=run, name=name: shown(world, name, run)) for run in (few, many)]
        assert counted[0] == counted[1]
    assert Account.objects.filter(name__startswith="many").count() == 30


def test_a_contact_of_the_desk_is_not_among_the_records_of_an_import(world, done):
    ContactFactory(first_name="Nobody", last_name="Imported")
    assert "Nobody Imported" not in shown(world, "contacts", done)
