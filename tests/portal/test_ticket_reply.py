"""`/tickets/<pk>/reply/`: customers answer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.events.models import AuditEntry
from tests.factories import DESK, text_file
from tests.personas import World
from tickets.models import Message, Ticket
from tickets.services.lifecycle import change_status
from tickets.status_kinds import StatusKind


def address(ticket: Ticket) -> str:
    return f"/tickets/{ticket.pk}/reply/"


def replies(ticket: Ticket) -> list[str]:
    return list(Message.objects.filter(ticket=ticket, kind="public").values_list("body", flat=True))[1:]


@pytest.mark.parametrize("name", ["carla", "kim", "ada", "bo"])
def test_whoever_shares_the_account_replies(world: World, name: str) -> None:
    persona = world.persona(name)
    response = persona.client.post(address(world.shared), {"body": "It moves again."})
    assert (response.status_code, response.url) == (302, f"/tickets/{world.shared.pk}/")
    assert replies(world.shared) == ["It moves again."]
    message = Message.objects.latest("pk")
    assert message.author_contact == persona.contact
    assert message.channel == "portal"
    entry = AuditEntry.objects.get(code="ticket.replied")
    assert (entry.subject_id, entry.actor_user) == (world.shared.pk, persona.user)


def test_files_come_along(world: World) -> None:
    world.kim.client.post(
        address(world.shared), {"body": "See these", "attachments": [text_file("a.txt"), text_file("b.txt")]}
    )
    assert list(Message.objects.latest("pk").attachments.values_list("name", flat=True)) == ["a.txt", "b.txt"]


def test_a_file_may_say_it_all(world: World) -> None:
    world.kim.client.post(address(world.shared), {"body": "", "attachments": text_file("photo.txt")})
    assert Message.objects.latest("pk").attachments.count() == 1


def test_an_answer_takes_a_waiting_ticket_up_again(world: World, answered: Ticket) -> None:
    world.carla.client.post(address(answered), {"body": "Nobody is in it."})
    answered.refresh_from_db()
    assert answered.status_id == StatusKind.OPEN


def test_seeing_is_not_replying(world: World, share) -> None:
    share("see")
    assert world.kim.client.post(address(world.shared), {"body": "Hi"}).status_code == 403
    assert world.carla.client.post(address(world.shared), {"body": "Hi"}).status_code == 302
    assert replies(world.shared) == ["Hi"]


def test_own_only_is_not_even_there(world: World, share_with_kim) -> None:
    share_with_kim("own")
    assert world.kim.client.post(address(world.shared), {"body": "Hi"}).status_code == 404


def test_a_deactivated_contact_is_refused(world: World, carla_is_gone) -> None:
    assert world.carla.client.post(address(world.shared), {"body": "Hi"}).status_code == 403
    assert replies(world.shared) == []


def test_nothing_said_is_told_and_nothing_sent(world: World) -> None:
    response = world.kim.client.post(address(world.shared), {"body": "  "})
    assert response.status_code == 422
    assert "Write a message." in response.content.decode()
    assert replies(world.shared) == []


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("run.exe", b"MZ\x90"), "run.exe"),
        (SimpleUploadedFile("empty.txt", b""), "empty"),
    ],
)
def test_a_refused_file_keeps_what_was_typed(world: World, file: SimpleUploadedFile, sentence: str) -> None:
    response = world.kim.client.post(address(world.shared), {"body": "A long story", "attachments": file})
    content = response.content.decode()
    assert response.status_code == 422
    assert "A long story" in content
    assert sentence in content
    assert "Choose the files again" in content
    assert replies(world.shared) == []


def test_a_file_that_is_too_large_is_told(world: World, settings) -> None:
    settings.HELPDESK_ATTACHMENT_MAX_BYTES = 10
    file = text_file("big.txt", b"x" * 11)
    response = world.kim.client.post(address(world.shared), {"body": "See", "attachments": file})
    assert response.status_code == 422
    assert "big.txt" in response.content.decode()


def test_a_closed_ticket_takes_none(world: World) -> None:
    change_status(world.shared, "closed", actor=DESK)
    response = world.kim.client.post(address(world.shared), {"body": "Hi"})
    assert response.status_code == 422
    assert replies(world.shared) == []


def test_getting_is_refused(world: World) -> None:
    assert world.kim.client.get(address(world.shared)).status_code == 405
