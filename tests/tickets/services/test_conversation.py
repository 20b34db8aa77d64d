"""Replies, notes and files."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.events.models import AuditEntry
from tests.factories import text_file
from tests.personas import World
from tickets import errors
from tickets.models import Attachment, Ticket
from tickets.services.conversation import add_note, reply
from tickets.services.lifecycle import change_status
from tickets.services.markdown import render_markdown

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


class TestReplying:
    @pytest.mark.parametrize(
        ("before", "after"),
        [("new", "new"), ("open", "open"), ("pending", "open"), ("solved", "open"), ("on_hold", "on_hold")],
    )
    def test_a_customers_reply_takes_it_up_again(self, world: World, before: str, after: str) -> None:
        change_status(world.shared, before, actor=world.ana.actor)
        message = reply(world.shared, "Still stuck", actor=world.kim.actor)
        assert (world.shared.status_id, message.author) == (after, world.kim.contact)
        assert AuditEntry.objects.filter(code="ticket.replied", subject_id=world.shared.pk).count() == 1

    def test_an_agents_reply_sets_what_was_chosen(self, world: World) -> None:
        reply(world.shared, "Which floor?", actor=world.ana.actor, status="pending")
        fresh = Ticket.objects.get(pk=world.shared.pk)
        assert fresh.status_id == "pending"
        assert fresh.last_reply_at is not None

    def test_an_agents_reply_opens_what_is_new(self, world: World) -> None:
        reply(world.shared, "On it", actor=world.ana.actor)
        assert world.shared.status_id == "open"

    def test_nobody_replies_to_what_is_closed(self, world: World) -> None:
        change_status(world.shared, "closed", actor=world.ana.actor)
        for actor in (world.carla.actor, world.ana.actor):
            with pytest.raises(errors.TicketClosed):
                reply(world.shared, "Hello?", actor=actor)

    def test_strangers_and_mere_readers_are_refused(self, world: World) -> None:
        type(world.harbor).objects.filter(pk=world.harbor.pk).update(sharing="see")
        for actor in (world.zoe.actor, world.kim.actor):
            with pytest.raises(PermissionDenied):
                reply(world.shared, "Me too", actor=actor)
        assert reply(world.shared, "Mine", actor=world.carla.actor)

    def test_nothing_to_say_is_refused(self, world: World) -> None:
        with pytest.raises(errors.MessageEmpty):
            reply(world.shared, "  ", actor=world.carla.actor)

    def test_a_customer_cannot_set_a_status(self, world: World) -> None:
        reply(world.shared, "Close it", actor=world.carla.actor, status="closed")
        assert world.shared.status_id == "new"

    def test_an_unknown_status_is_refused(self, world: World) -> None:
        with pytest.raises(errors.UnknownChoice):
            reply(world.shared, "Hi", actor=world.ana.actor, status="lost")


class TestNotes:
    def test_a_note_is_the_desks_and_leaves_the_status(self, world: World) -> None:
        message = add_note(world.shared, "Spare part ordered", actor=world.ana.actor)
        assert message.is_note
        assert world.shared.status_id == "new"

    def test_customers_write_none(self, world: World) -> None:
        with pytest.raises(PermissionDenied):
            add_note(world.shared, "psst", actor=world.carla.actor)


class TestFiles:
    def test_they_are_kept_under_a_random_name(self, world: World) -> None:
        message = reply(
            world.shared, "See", actor=world.carla.actor, attachments=[text_file("../../etc/log.txt")]
        )
        kept = message.attachments.get()
        assert kept.name == "log.txt"
        assert "log" not in kept.file.name
        assert kept.file.name.startswith("attachments/")

    def test_a_file_alone_is_a_message(self, world: World) -> None:
        assert reply(world.shared, "", actor=world.carla.actor, attachments=[text_file()])

    def test_pictures_are_known_by_their_bytes(self, world: World) -> None:
        files = [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", b"<script>alert(1)</script>")]
        message = reply(world.shared, "See", actor=world.carla.actor, attachments=files)
        assert [a.content_type for a in message.attachments.all()] == [
            "image/png",
            "application/octet-stream",
        ]

    @pytest.mark.parametrize(
        ("files", "error"),
        [
            ([text_file("run.exe")], errors.AttachmentRefused),
            ([text_file("RUN.PS1")], errors.AttachmentRefused),
            ([text_file("notes.txt", b"MZ\x90\x00program")], errors.AttachmentRefused),
            ([text_file("empty.txt", b"")], errors.AttachmentEmpty),
            ([text_file(f"{n}.txt") for n in range(11)], errors.TooManyAttachments),
        ],
    )
    def test_what_is_refused_leaves_nothing_behind(self, world: World, files: list, error: type) -> None:
        before = (world.shared.messages.count(), Attachment.objects.count())
        with pytest.raises(error):
            reply(world.shared, "See", actor=world.carla.actor, attachments=files)
        assert (world.shared.messages.count(), Attachment.objects.count()) == before

    def test_too_large_a_file_is_refused(self, world: World, settings) -> None:
        settings.HELPDESK_ATTACHMENT_MAX_BYTES = 10
        with pytest.raises(errors.AttachmentTooLarge, match="log.txt"):
            reply(world.shared, "See", actor=world.carla.actor, attachments=[text_file(content=b"x" * 11)])


class TestMarkdown:
    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[a](javascript:alert(1))",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](http://evil.example/p.gif)",
            "<a href='javascript:alert(1)'>x</a>",
            "[a](<javascript:alert(1)>)",
            "<style>*{display:none}</style>",
            "<svg onload=alert(1)>",
            "<iframe src=//evil.example></iframe>",
        ],
    )
    def test_nothing_that_runs_or_loads_comes_out(self, text: str) -> None:
        html = render_markdown(text)
        for danger in ("<script", "<img", "<svg", "<style", "<iframe", 'href="javascript', 'href="data'):
            assert danger not in html

    def test_links_are_kept_apart_from_us(self) -> None:
        assert render_markdown("[a](https://x.example)") == (
            '<p><a href="https://x.example" rel="noopener nofollow">a</a></p>\n'
        )

    def test_lists_code_and_lines(self) -> None:
        html = render_markdown("# Title\n\n- one\n- `two`\n\na\nb")
        assert "<p>Title</p>" in html
        assert "<code>two</code>" in html
        assert "a<br>\nb" in html
