"""Files are served only to whoever may see their message, and never as a page of ours."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import text_file
from tests.personas import World
from tickets.models import Attachment
from tickets.services.conversation import add_note, reply

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
HTML = b"<!doctype html><script>alert(1)</script>"


def address(attachment: Attachment) -> str:
    return reverse("tickets:attachment_download", args=[attachment.pk])


def sent(world: World, name: str, content: bytes):
    message = reply(
        world.shared, "See", actor=world.carla.actor, attachments=[SimpleUploadedFile(name, content)]
    )
    response = world.ana.client.get(address(message.attachments.get()))
    response.close()
    return response


def test_everyone_who_sees_the_ticket_gets_the_file(world: World) -> None:
    for persona in (world.ana, world.carla, world.kim, world.bo):
        response = persona.client.get(address(world.attachment))
        assert response.getvalue() == b"one line\n"
        response.close()


def test_a_notes_file_stays_at_the_desk(world: World) -> None:
    note = add_note(world.shared, "psst", actor=world.ana.actor, attachments=[text_file()])
    attachment = note.attachments.get()
    assert world.carla.client.get(address(attachment)).status_code == 404
    response = world.ana.client.get(address(attachment))
    response.close()
    assert response.status_code == 200


def test_a_page_in_disguise_is_only_ever_downloaded(world: World) -> None:
    for name in ("page.html", "picture.png", "image.svg", "text.txt"):
        response = sent(world, name, HTML)
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "application/octet-stream"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_that_is_one_may_show(world: World) -> None:
    response = sent(world, "photo.png", PNG)
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_name_with_quotes_and_hangul_is_carried_safely(world: World) -> None:
    response = sent(world, 'a"; x=".txt\r\nX: y 한빛.txt', b"text")
    assert "\n" not in response["Content-Disposition"]
    assert "X" not in response.headers or response.headers.get("X") is None


def test_a_file_that_is_gone_is_404(world: World) -> None:
    world.attachment.file.storage.delete(world.attachment.file.name)
    assert world.ana.client.get(address(world.attachment)).status_code == 404


def test_posting_is_refused(world: World) -> None:
    assert world.ana.client.post(address(world.attachment)).status_code == 405
