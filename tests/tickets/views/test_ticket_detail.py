"""The ticket page, and what can be done on it."""

import re

import pytest
from django.urls import reverse

from tests.factories import TicketFactory, text_file
from tests.personas import World
from tickets.models import Message, Ticket
from tickets.services.conversation import reply
from tickets.services.lifecycle import change_status

HTMX = {"HX-Request": "true"}


def address(name: str, ticket: Ticket) -> str:
    return reverse(f"tickets:{name}", args=[ticket.pk])


def page(world: World, ticket: Ticket | None = None) -> str:
    return world.ana.client.get(address("ticket_detail", ticket or world.shared)).content.decode()


class TestPage:
    def test_it_shows_the_conversation_the_people_and_the_accounts(self, world: World) -> None:
        text = page(world)
        for words in (
            "The lift is stuck",
            "Called the lift company",
            "Carla Moreno",
            "Harbor Tower",
            "log.txt",
        ):
            assert words in text

    def test_it_says_who_can_see_it_and_why(self, world: World) -> None:
        assert "4 people can see this" in page(world)
        assert "1 person can see this" in page(world, world.private)

    def test_changes_are_folded_between_the_messages(self, world: World) -> None:
        change_status(world.shared, "pending", actor=world.ana.actor)
        assert "changed the status from New to Pending" in page(world)

    def test_buttons_that_need_the_script_hide_without_it(self, world: World) -> None:
        assert re.search(r'<div class="formatting"[^>]* hidden>', page(world))

    def test_other_open_tickets_of_the_account_are_near(self, world: World) -> None:
        TicketFactory(contact=world.kim.contact, subject="Second lift too")
        assert "Second lift too" in page(world)

    @pytest.mark.parametrize("script", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"])
    def test_a_script_in_every_field_stays_text(self, world: World, script: str) -> None:
        name = script.replace("/", "") + ".txt"
        ticket = TicketFactory(
            contact=world.carla.contact, subject=script, body=script, attachments=[text_file(name)]
        )
        reply(ticket, script, actor=world.kim.actor)
        text = page(world, ticket)
        assert "<script>alert" not in text
        assert "<img src=x" not in text

    def test_a_long_conversation_shows_its_end_first(self, world: World) -> None:
        Message.objects.bulk_create(
            Message(ticket=world.shared, body=f"line {n}", html=f"<p>line {n}</p>") for n in range(120)
        )
        assert "<p>line 119</p>" in page(world)
        assert "<p>line 3</p>" not in page(world)
        assert (
            "<p>line 3</p>"
            in world.ana.client.get(address("ticket_detail", world.shared) + "?all").content.decode()
        )

    def test_what_is_not_there_is_404(self, world: World) -> None:
        assert world.ana.client.get(reverse("tickets:ticket_detail", args=[999999])).status_code == 404


class TestWriting:
    def test_a_reply_is_sent_and_sets_the_status(self, world: World) -> None:
        response = world.ana.client.post(
            address("ticket_reply", world.shared),
            {"body": "Which floor?", "status": "pending", "attachments": [text_file()]},
        )
        message = Message.objects.latest("id")
        assert response["Location"].endswith(f"#message-{message.pk}")
        assert (message.kind, message.attachments.count()) == ("public", 1)
        assert Ticket.objects.get(pk=world.shared.pk).status_id == "pending"

    def test_a_note_is_added(self, world: World) -> None:
        world.ana.client.post(address("ticket_note", world.shared), {"body": "psst"})
        assert Message.objects.latest("id").kind == "note"

    @pytest.mark.parametrize("name", ["ticket_reply", "ticket_note"])
    def test_what_cannot_be_sent_comes_back_as_typed(self, world: World, name: str) -> None:
        response = world.ana.client.post(
            address(name, world.shared), {"body": "typed text", "attachments": [text_file("virus.exe")]}
        )
        assert response.status_code == 422
        assert "can run as a program" in response.content.decode()
        assert "typed text" in response.content.decode()

    def test_a_closed_ticket_takes_only_notes(self, world: World) -> None:
        change_status(world.shared, "closed", actor=world.ana.actor)
        assert world.ana.client.post(address("ticket_reply", world.shared), {"body": "x"}).status_code == 422
        assert world.ana.client.post(address("ticket_note", world.shared), {"body": "x"}).status_code == 302

    def test_following(self, world: World) -> None:
        world.ana.client.post(address("ticket_follow", world.shared))
        assert "Following" in page(world)
        world.ana.client.post(address("ticket_unfollow", world.shared))
        assert "Following" not in page(world)


CHANGES = [
    ("ticket_status", {"status": "on_hold"}, {"status": "lost"}),
    ("ticket_priority", {"priority": "urgent"}, {"priority": "lost"}),
    ("ticket_assign", {"assignee": "me"}, {"assignee": "999999"}),
    ("ticket_department", {"department": ""}, {"department": "999999"}),
    ("ticket_account", {"account": "none"}, {"account": "999999"}),
    ("ticket_privacy", {"private": "1"}, None),
]


@pytest.mark.parametrize(("name", "good", "bad"), CHANGES)
class TestChanging:
    def test_it_works_with_and_without_htmx(
        self, world: World, name: str, good: dict, bad: dict | None
    ) -> None:
        assert world.ana.client.post(address(name, world.shared), good).status_code == 302
        response = world.ana.client.post(address(name, world.private), good, headers=HTMX)
        assert response.status_code == 200
        assert "announce" in response["HX-Trigger"]
        for part in ("ticket-properties", "ticket-head", "thread", "composer-send", "ticket-requester"):
            assert f'id="{part}"' in response.content.decode()

    def test_bad_input_gets_a_sentence(self, world: World, name: str, good: dict, bad: dict | None) -> None:
        if bad is None:
            return
        before = Ticket.objects.filter(pk=world.shared.pk).values().get()
        response = world.ana.client.post(address(name, world.shared), bad, headers=HTMX)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
        assert Ticket.objects.filter(pk=world.shared.pk).values().get() == before
        assert world.ana.client.post(address(name, world.shared), bad).status_code == 302

    def test_customers_learn_nothing(self, world: World, name: str, good: dict, bad: dict | None) -> None:
        for persona in (world.carla, world.kim, world.zoe):
            assert persona.client.post(address(name, world.shared), good).status_code == 404

    def test_getting_is_refused(self, world: World, name: str, good: dict, bad: dict | None) -> None:
        assert world.ana.client.get(address(name, world.shared)).status_code == 405


class TestRequester:
    def test_somebody_is_found_by_address_and_becomes_the_requester(self, world: World) -> None:
        where = address("ticket_contact", world.shared)
        assert "Zoe Farrell" in world.ana.client.get(where, {"q": "zoe@people"}).content.decode()
        world.ana.client.post(where, {"contact": world.zoe.contact.pk})
        fresh = Ticket.objects.get(pk=world.shared.pk)
        assert (fresh.contact, fresh.account) == (world.zoe.contact, world.far_away)

    def test_nobody_known_is_404(self, world: World) -> None:
        for value in ("", "x", "999999"):
            assert (
                world.ana.client.post(address("ticket_contact", world.shared), {"contact": value}).status_code
                == 404
            )

    def test_htmx_gets_the_dialog_or_only_its_hits(self, world: World) -> None:
        where = address("ticket_contact", world.shared)
        dialog = world.ana.client.get(where, headers=HTMX | {"HX-Target": "dialog"}).content
        hits = world.ana.client.get(
            where, {"q": "Zoe"}, headers=HTMX | {"HX-Target": "contact-results"}
        ).content
        assert b"dialog-title" in dialog
        assert b"dialog-title" not in hits
        assert b"Zoe" in hits

    def test_customers_learn_nothing(self, world: World) -> None:
        assert world.carla.client.get(address("ticket_contact", world.shared)).status_code == 404


def test_a_file_dropped_on_the_way_is_said_and_the_text_kept(world: World, settings) -> None:
    settings.HELPDESK_ATTACHMENT_MAX_BYTES = settings.HELPDESK_IMPORT_MAX_BYTES = 100_000
    response = world.ana.client.post(
        address("ticket_reply", world.shared),
        {"body": "typed text", "attachments": [text_file("huge.log", b"x" * 400_000)]},
    )
    assert response.status_code == 422
    assert "huge.log” is larger than" in response.content.decode()
    assert "typed text" in response.content.decode()
    assert world.shared.messages.count() == 2
