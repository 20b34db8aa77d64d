"""A form whose token has expired: what it held is sent again, or the page says the way back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.personas import World
from tickets.models import Message

HERE = "http://testserver"


@pytest.fixture
def ana(world: World) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.ana.user)
    return client


def send(world: World, client: Client, origin: str = HERE, **fields: object):
    address = reverse("tickets:ticket_reply", args=[world.shared.pk])
    page = world.shared.get_absolute_url()
    return client.post(address, fields, headers={"Origin": origin, "Referer": f"{HERE}{page}"})


def test_what_was_typed_is_sent_again_with_one_press(world: World, ana: Client) -> None:
    answer = send(world, ana, body="The 기사 is <b>on</b> her way", kind="reply")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "What you typed is still here." in page
    assert 'name="body" value="The 기사 is &lt;b&gt;on&lt;/b&gt; her way"' in page
    assert f'href="{world.shared.get_absolute_url()}"' in page
    token = answer.context["csrf_token"]
    fields = dict(answer.context["held"])
    assert send(world, ana, csrfmiddlewaretoken=token, **fields).status_code == 302
    assert Message.objects.filter(body__contains="her way").count() == 1


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_a_form_of_another_site_is_not_offered(world: World, ana: Client, origin: str) -> None:
    answer = send(world, ana, origin, body="Sent by somebody else")
    assert answer.status_code == 403
    assert "Sent by somebody else" not in answer.content.decode()


def test_neither_secrets_nor_files_are_put_into_a_page(world: World, ana: Client) -> None:
    file = SimpleUploadedFile("notes.txt", b"notes")
    for fields in (
        {"new_password1": "hunter22"},
        {"code": "123456"},
        {"body": "With a file", "attachments": file},
    ):
        page = send(world, ana, **fields).content.decode()
        assert "Go back and send it again." in page
        assert not any(str(value) in page for value in ("hunter22", "123456", "With a file"))
