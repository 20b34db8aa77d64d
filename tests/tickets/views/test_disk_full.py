"""When the disk is full, files are refused in a sentence, nothing of them stays, and what was typed does."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.urls import reverse

from customers.models import ImportRun
from tests.factories import text_file
from tests.personas import World
from tickets.models import Attachment, Draft, Message, Ticket

ROOM = 1_000


class FullDisk(FileSystemStorage):
    """Has room for so many bytes of a file, and then none."""

    def _save(self, name: str, content: File) -> str:
        chunks = content.chunks

        def until_full(chunk_size: int | None = None) -> Iterator[bytes]:
            for chunk in chunks(chunk_size):
                yield chunk[:ROOM]
                if len(chunk) > ROOM:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        content.chunks = until_full  # type: ignore[method-assign]
        return super()._save(name, content)


@pytest.fixture
def full(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    here = f"{FullDisk.__module__}.{FullDisk.__qualname__}"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": here}}
    return tmp_path


def large(name: str = "panels.txt", size: int = 5_000) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


FORMS = [
    ("ana", "tickets:ticket_reply", {}),
    ("ana", "tickets:ticket_note", {"kind": "note"}),
    ("ana", "tickets:ticket_create", {"subject": "Keys", "priority": "normal", "channel": "web"}),
    ("carla", "portal:ticket_reply", {}),
    ("carla", "portal:ticket_create", {"subject": "Keys", "priority": "normal"}),
]


def send(world: World, who: str, route: str, fields: dict, *files: SimpleUploadedFile):
    on_ticket = not route.endswith("create")
    given = {} if on_ticket else {"contact": world.carla.contact.pk, "account": world.harbor.pk}
    address = reverse(route, args=[world.shared.pk] if on_ticket else [])
    text = {"body": "Two pictures of the panel", "attachments": list(files)}
    return world.persona(who).client.post(address, {**fields, **given, **text})


@pytest.mark.parametrize(("who", "route", "fields"), FORMS)
def test_the_form_says_so_and_keeps_the_text(
    world: World, full: Path, who: str, route: str, fields: dict
) -> None:
    answer = send(world, who, route, fields, text_file(), large())
    page = answer.content.decode()
    assert answer.status_code == 507
    assert "The server has no room left for “panels.txt”." in page
    assert "Two pictures of the panel</textarea>" in page
    assert not Message.objects.filter(body__contains="Two pictures").exists()
    assert not Ticket.objects.filter(subject="Keys").exists()
    assert not Attachment.objects.exclude(message__ticket=world.shared).exists()
    assert files_in(full) == []


@pytest.mark.parametrize(("who", "route", "fields"), FORMS)
def test_a_file_without_room_while_it_arrives_is_told_the_same_way(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    settings,
    tmp_path: Path,
    who: str,
    route: str,
    fields: dict,
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000
    write = TemporaryFileUploadHandler.receive_data_chunk

    def until_full(self, raw_data: bytes, start: int) -> None:
        write(self, raw_data[:ROOM], start)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", until_full)
    answer = send(world, who, route, fields, large())
    page = answer.content.decode()
    assert answer.status_code == 507
    assert "The server has no room left for “panels.txt”." in page
    assert "Two pictures of the panel</textarea>" in page
    assert files_in(tmp_path) == []


def test_what_has_room_is_kept_again_afterwards_with_the_same_page(world: World, full: Path) -> None:
    once = {"once": "one"}
    assert send(world, "ana", "tickets:ticket_reply", once, large()).status_code == 507
    assert send(world, "ana", "tickets:ticket_reply", once, large(size=500)).status_code == 302
    assert Attachment.objects.get(message__body__contains="Two pictures").size == 500
    assert len(files_in(full)) == 1


def test_the_draft_stays(world: World, full: Path) -> None:
    save = f"{reverse('tickets:draft_save')}?ticket={world.shared.pk}"
    world.ana.client.post(save, {"kind": "reply", "body": "Two pictures", "once": "one"})
    send(world, "ana", "tickets:ticket_reply", {"once": "one"}, large())
    assert Draft.objects.get().body == "Two pictures"


def test_an_import_leaves_nothing_behind_either(world: World, full: Path) -> None:
    rows = b"first name,last name,email\n" + b"".join(b"A,B,ab%d@people.example\n" % n for n in range(200))
    file = SimpleUploadedFile("people.csv", rows)
    answer = world.max.client.post(reverse("customers:import_create"), {"file": file})
    assert "The server has no room left for “people.csv”." in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert files_in(full) == []


def test_another_failure_of_the_disk_is_still_a_failure(
    world: World, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.core.web.uploads.NO_ROOM", set())
    client = Client(raise_request_exception=False)
    client.force_login(world.ana.user)
    address = reverse("tickets:ticket_reply", args=[world.shared.pk])
    assert client.post(address, {"body": "x", "attachments": large()}).status_code == 500
    assert files_in(full) == []
