"""The pages of large exports: starting one from a list, its progress, its file, and whose it is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from customers.erasing.contacts import erase_contact, erasure_lines
from helpdesk.events.models import AuditEntry
from helpdesk.exports import services
from helpdesk.exports.models import ExportJob
from helpdesk.jobs.models import Job
from tests.exports.exporting import COLUMNS, rows_of, started, written
from tests.personas import World

LIST = reverse("exports:export_list")
CONTACTS, TICKETS = reverse("customers:contact_export"), reverse("tickets:ticket_export")


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 1)


def page_of(job: ExportJob) -> str:
    return reverse("exports:export_detail", args=[job.pk])


def file_of(job: ExportJob) -> str:
    return reverse("exports:export_download", args=[job.pk])


def content_of(response: Any) -> bytes:
    content = b"".join(response.streaming_content)
    response.close()
    return content


@pytest.mark.usefixtures("everything_is_large")
def test_a_long_list_leads_to_the_page_of_a_job(world: World) -> None:
    wanted = {"format": "csv", "column": COLUMNS, "query": "sort=-name"}
    response = world.max.client.post(CONTACTS, wanted, HTTP_ACCEPT_LANGUAGE="en")
    job = ExportJob.objects.get()
    assert response.url == page_of(job)
    assert (job.status, job.created_by, job.columns, job.format) == (
        "running",
        world.max.user,
        COLUMNS,
        "csv",
    )
    assert job.listed.criteria == {"sort": ["-name"]}
    assert DBTaskResult.objects.filter(args_kwargs__args=[job.pk]).exists()
    page = world.max.client.get(response.url)
    assert 'hx-trigger="every 1s"' in page.content.decode()
    assert world.max.client.get(CONTACTS).context["form"]["format"].value() == "csv", "remembered as ever"


@pytest.mark.usefixtures("everything_is_large")
def test_asking_twice_starts_one(world: World) -> None:
    for _ in range(2):
        world.max.client.post(CONTACTS, {"format": "csv", "column": COLUMNS})
    world.max.client.post(CONTACTS, {"format": "xlsx", "column": COLUMNS})
    world.root.client.post(CONTACTS, {"format": "csv", "column": COLUMNS})
    assert ExportJob.objects.count() == 3


@pytest.mark.usefixtures("everything_is_large")
def test_ticked_rows_come_by_post(world: World) -> None:
    ticked = [world.private.pk, world.shared.pk]
    data = {"query": "view=all&sort=id", "ticket": ticked, "format": "csv", "column": "reference"}
    response = world.ana.client.post(TICKETS, data)
    job = written(ExportJob.objects.get())
    assert response.url == page_of(job)
    download = world.ana.client.get(file_of(job))
    assert rows_of(content_of(download))[1:] == [[str(pk)] for pk in sorted(ticked)]


@pytest.mark.usefixtures("everything_is_large")
def test_an_address_starts_no_job_and_shows_a_form_that_posts(world: World) -> None:
    wanted = {"format": "csv", "column": COLUMNS, "sort": "-name"}
    assert world.max.client.head(CONTACTS, wanted).status_code == 200
    page = world.max.client.get(CONTACTS, wanted).content.decode()
    assert not Job.objects.exists()
    assert '<form class="export" method="post"' in page
    assert '<input type="hidden" name="query" value="sort=-name">' in page


def test_a_short_list_is_sent_at_once(world: World) -> None:
    response = world.max.client.get(CONTACTS, {"format": "csv", "column": COLUMNS})
    assert response.streaming
    assert not Job.objects.exists()


def test_the_download_is_a_file_and_recorded(world: World) -> None:
    job = written(started(world.max.actor, "q=moreno"))
    page = world.max.client.get(page_of(job)).content.decode()
    assert file_of(job) in page
    response = world.max.client.get(file_of(job))
    assert response["Content-Disposition"].startswith('attachment; filename="Contacts-')
    assert response["Cache-Control"] == "private, no-store"
    assert len(rows_of(content_of(response))) == 2
    assert AuditEntry.objects.get(code="export.downloaded").actor_user == world.max.user


def test_it_is_for_its_starter_and_administrators(world: World) -> None:
    job = written(started(world.max.actor))
    for who in (world.ana, world.carla, world.zoe):
        for address in (page_of(job), file_of(job)):
            assert who.client.get(address).status_code == 404
        assert who.client.post(reverse("exports:export_cancel", args=[job.pk])).status_code == 404
    response = world.root.client.get(file_of(job))
    assert response.status_code == 200
    response.close()
    assert page_of(job) in world.root.client.get(LIST).content.decode()
    assert page_of(job) not in world.ana.client.get(LIST).content.decode()


def test_who_may_no_longer_export_the_list_gets_no_file(world: World) -> None:
    job = written(started(world.max.actor))
    world.max.user.groups.clear()
    page = world.max.client.get(page_of(job)).content.decode()
    assert file_of(job) not in page
    assert "no longer export this list" in page
    assert world.max.client.get(file_of(job)).status_code == 403


def test_there_is_no_file_before_the_end_nor_after_it_went(world: World) -> None:
    job = started(world.max.actor)
    assert world.max.client.get(file_of(job)).status_code == 404
    job = written(job)
    default_storage.delete(str(job.file.name))
    assert world.max.client.get(file_of(job)).status_code == 404


def test_stop_and_what_the_page_says_then(world: World) -> None:
    job = started(world.max.actor)
    stop = reverse("exports:export_cancel", args=[job.pk])
    assert world.max.client.post(stop).url == page_of(job)
    page = world.max.client.get(page_of(job)).content.decode()
    assert stop not in page
    assert "Stopping" in page
    assert written(job).status == "cancelled"
    assert "no file was kept" in world.max.client.get(page_of(job)).content.decode()
    assert world.max.client.post(stop, follow=True).status_code == 200, "too late is said, no error"


def test_a_failure_is_told_in_words(world: World) -> None:
    job = started(world.max.actor)
    ExportJob.objects.filter(pk=job.pk).update(status="failed", problem="not_allowed")
    page = world.max.client.get(page_of(job)).content.decode()
    assert "may no longer export this list" in page


def test_the_progress_is_a_fragment_until_the_end(world: World) -> None:
    job, headers = started(world.max.actor), {"HX-Request": "true"}
    part = world.max.client.get(page_of(job), headers=headers)
    assert part.content.decode().lstrip().startswith("<section")
    written(job)
    assert world.max.client.get(page_of(job), headers=headers)["HX-Redirect"] == page_of(job)


def test_the_list_is_empty_at_first(world: World) -> None:
    assert "No large exports" in world.ana.client.get(LIST).content.decode()


def test_an_erased_person_takes_the_files_along(
    world: World, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    job = written(started(world.max.actor, "q=carla%40people.example"))
    goes, _stays = erasure_lines(world.carla.contact, world.max.actor)
    assert ("1 file of a large export", 1) in goes
    with django_capture_on_commit_callbacks(execute=True):
        erase_contact(world.carla.contact, actor=world.max.actor)
    name = str(job.file.name)
    job.refresh_from_db()
    assert not default_storage.exists(name)
    assert not job.has_file
    assert "carla" not in str(job.criteria)
    assert "deleted" in world.max.client.get(page_of(job)).content.decode()
