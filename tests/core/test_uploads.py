"""The cap on uploads: large files only where they are needed, and only from people who signed in."""

import pytest
from django.core.files.uploadhandler import SkipFile
from django.test import RequestFactory
from django.urls import resolve, reverse

from helpdesk.core.web.uploads import SizeCapUploadHandler
from tests.personas import World

IMPORT, ATTACHMENT = 2_000, 1_000


@pytest.fixture(autouse=True)
def limits(settings) -> None:
    settings.HELPDESK_IMPORT_MAX_BYTES, settings.HELPDESK_ATTACHMENT_MAX_BYTES = IMPORT, ATTACHMENT


def taken(route: str, size: int, user: object = None) -> bool:
    request = RequestFactory().post(reverse(route))
    request.resolver_match = resolve(request.path)
    if user:
        request.user = user
    handler = SizeCapUploadHandler(request)
    handler.new_file("file", "people.csv", "text/csv", size)
    try:
        handler.receive_data_chunk(b"x" * size, 0)
    except SkipFile:
        assert request.upload_too_large == "people.csv"
        return False
    return True


def test_an_import_may_be_larger_than_an_attachment(world: World) -> None:
    assert taken("customers:import_create", IMPORT, world.max.user)
    assert not taken("customers:import_create", IMPORT + 2, world.max.user)


def test_no_other_page_takes_so_much(world: World) -> None:
    assert taken("tickets:ticket_create", ATTACHMENT, world.max.user)
    assert not taken("tickets:ticket_create", IMPORT, world.max.user)


def test_nobody_sends_so_much_without_signing_in() -> None:
    assert taken("customers:import_create", ATTACHMENT)
    assert not taken("customers:import_create", IMPORT)
