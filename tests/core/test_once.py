"""A form that is sent twice is done once: one after the other, at the same moment, and with another text."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Invitation
from helpdesk.core.actors import Actor
from helpdesk.core.background import clock
from helpdesk.core.models import Duty, OnceAnswer
from helpdesk.core.web.once import Answer, Asked, AskedDifferently, is_answered, perform_once
from tests.factories import text_file
from tests.personas import World
from tickets.models import Message, Ticket

KEY = re.compile(r'name="once" value="([^"]+)"')


def key_on(client: Client, address: str) -> str:
    found = KEY.search(client.get(address).content.decode())
    assert found
    return found[1]


def a_reply(world: World, **fields: object) -> tuple[str, dict]:
    page = world.shared.get_absolute_url()
    return f"{page}reply/", {"once": key_on(world.ana.client, page), "body": "On its way", **fields}


def written(body: str = "On its way") -> int:
    return Message.objects.filter(body=body).count()


# --- one after the other -------------------------------------------------------------
def test_the_same_reply_twice_is_one_and_both_lead_to_it(world: World) -> None:
    address, fields = a_reply(world)
    first, second = (world.ana.client.post(address, fields) for _ in range(2))
    assert written() == 1
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"] != ""


def test_the_same_note_twice_is_one(world: World) -> None:
    _address, fields = a_reply(world, kind="note")
    for _ in range(2):
        assert world.ana.client.post(f"{world.shared.get_absolute_url()}note/", fields).status_code == 302
    assert written() == 1


@pytest.mark.parametrize("who", ["ana", "carla"])
def test_the_same_new_ticket_twice_is_one(world: World, who: str) -> None:
    client = world.persona(who).client
    address = reverse("tickets:ticket_create" if who == "ana" else "portal:ticket_create")
    fields = {
        "once": key_on(client, address), "subject": "No heating", "body": "Since Monday", "priority": "normal",
        "contact": world.carla.contact.pk, "account": world.harbor.pk, "channel": "phone",
    }  # fmt: skip
    first, second = (client.post(address, fields) for _ in range(2))
    ticket = Ticket.objects.get(subject="No heating")
    assert str(ticket.pk) in first["Location"]
    assert first["Location"] == second["Location"]


def test_the_same_answer_of_a_customer_twice_is_one(world: World) -> None:
    page = reverse("portal:ticket_detail", args=[world.shared.pk])
    fields = {"once": key_on(world.carla.client, page), "body": "Still stuck"}
    answers = [world.carla.client.post(f"{page}reply/", fields) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {page}
    assert written("Still stuck") == 1


def test_the_same_invitation_twice_is_one_letter(world: World, mailoutbox: list) -> None:
    page = reverse("portal:team_invite", args=[world.harbor.pk])
    fields = {
        "once": key_on(world.ada.client, page),
        "addresses": "one@new.example two@new.example",
        "role": "customer",
    }
    told = world.ada.client.post(page, fields)
    again = world.ada.client.post(page, fields)
    assert told.status_code == 200
    assert "two@new.example" in told.content.decode()
    assert (again.status_code, again["Location"]) == (302, page)
    assert Invitation.objects.count() == 2


# --- another text under the same key --------------------------------------------------
def test_another_text_is_kept_and_the_page_says_what_was_sent(world: World) -> None:
    address, fields = a_reply(world)
    sent = world.ana.client.post(address, fields)["Location"]
    again = world.ana.client.post(address, fields | {"body": "And the key is with the porter"})
    page = again.content.decode()
    assert again.status_code == 422
    assert "This was sent already." in page
    assert f'href="{sent}"' in page
    assert "And the key is with the porter</textarea>" in page
    assert KEY.search(page)[1] != fields["once"]
    assert written("And the key is with the porter") == 0


def test_what_was_a_reply_is_no_note_afterwards(world: World) -> None:
    address, fields = a_reply(world)
    world.ana.client.post(address, fields)
    again = world.ana.client.post(address.replace("reply", "note"), fields | {"kind": "note"})
    assert again.status_code == 422
    assert again.context["composed"].kind == "note"
    assert written() == 1


def test_a_second_press_with_nothing_written_leads_to_what_was_sent(world: World) -> None:
    address, fields = a_reply(world)
    sent = world.ana.client.post(address, fields)["Location"]
    again = world.ana.client.post(address, fields | {"body": ""})
    assert (again.status_code, again["Location"]) == (302, sent)


def test_another_file_of_the_same_name_and_size_is_another_text(world: World) -> None:
    address, fields = a_reply(world)
    world.ana.client.post(address, fields | {"attachments": text_file(content=b"one\n")})
    again = world.ana.client.post(address, fields | {"attachments": text_file(content=b"two\n")})
    assert again.status_code == 422
    assert written() == 1


@pytest.mark.parametrize(
    ("who", "page"), [("carla", "portal:ticket_create"), ("ana", "tickets:ticket_create")]
)
def test_the_form_of_a_new_ticket_comes_back_with_the_other_text(world: World, who: str, page: str) -> None:
    client, address = world.persona(who).client, reverse(page)
    fields = {
        "once": key_on(client, address), "subject": "No heating", "body": "Since Monday", "priority": "normal",
        "contact": world.carla.contact.pk, "account": world.harbor.pk, "channel": "phone",
    }  # fmt: skip
    client.post(address, fields)
    again = client.post(address, fields | {"subject": "No light"})
    assert again.status_code == 422
    assert "This was sent already." in again.content.decode()
    assert 'value="No light"' in again.content.decode()
    assert not Ticket.objects.filter(subject="No light").exists()


# --- what was refused is not done ------------------------------------------------------
def test_a_key_whose_form_was_refused_can_be_used_again(world: World) -> None:
    address, fields = a_reply(world)
    assert world.ana.client.post(address, fields | {"body": " "}).status_code == 422
    assert world.ana.client.post(address, fields).status_code == 302
    assert written() == 1


def test_nothing_is_left_of_work_that_was_refused(world: World) -> None:
    asked = Asked("user:1", "key", "here", "digest")
    perform_once(asked, lambda: Message.objects.create(ticket=world.shared, body="half"), lambda _done: None)
    assert written("half") == 0
    assert not OnceAnswer.objects.exists()


# --- whose key, and how long -------------------------------------------------------------
def test_two_people_may_have_the_same_key(world: World) -> None:
    address, fields = a_reply(world)
    world.ana.client.post(address, fields)
    world.max.client.post(address, fields)
    assert written() == 2


def test_only_whoever_sent_a_form_learns_that_it_was_sent(world: World) -> None:
    address, fields = a_reply(world)
    asked = reverse("core:once_answered", args=[fields["once"]])
    assert world.ana.client.get(asked).json() == {"answered": False}
    world.ana.client.post(address, fields)
    assert world.ana.client.get(asked).json() == {"answered": True}
    assert world.max.client.get(asked).json() == {"answered": False}


def test_answers_are_forgotten_after_a_day(world: World) -> None:
    address, fields = a_reply(world)
    world.ana.client.post(address, fields)
    clock.run_due()
    assert is_answered(fields["once"], actor=world.ana.actor)
    OnceAnswer.objects.update(until=timezone.now() - timedelta(seconds=1))
    Duty.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    clock.run_due()
    assert not OnceAnswer.objects.exists()


@pytest.mark.django_db
def test_a_channel_and_a_request_without_a_form_use_the_same_function() -> None:
    mailbox = Actor.channel("support@desk.example")
    assert not is_answered("<1@mail.example>", actor=mailbox)
    asked = Asked("channel:support@desk.example", "<1@mail.example>", "mail", "a")
    done: list[int] = []
    for _ in range(2):
        answer = perform_once(asked, lambda: done.append(1), lambda _result: Answer(201, "/tickets/1/"))
    assert (done, answer) == ([1], Answer(201, "/tickets/1/"))
    assert is_answered("<1@mail.example>", actor=mailbox)
    with pytest.raises(AskedDifferently) as refused:
        perform_once(Asked(asked.actor, asked.key, asked.route, "b"), list, lambda _result: None)
    assert (refused.value.status, refused.value.answer) == (422, Answer(201, "/tickets/1/"))


# --- at the same moment ------------------------------------------------------------------
def together(call: Callable[[], HttpResponse], number: int) -> list[HttpResponse]:
    gate, answers, failures = threading.Barrier(number), [], []

    def run() -> None:
        try:
            gate.wait(timeout=30)
            answers.append(call())
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    return answers


@pytest.mark.django_db(transaction=True)
def test_six_identical_new_tickets_at_the_same_moment_are_one(world: World) -> None:
    address, client = reverse("portal:ticket_create"), world.carla.new_client()
    fields = {
        "once": key_on(client, address), "subject": "No heating", "body": "Since Monday", "priority": "normal",
        "account": world.harbor.pk,
    }  # fmt: skip
    answers = together(lambda: world.carla.new_client().post(address, fields), 6)
    ticket = Ticket.objects.get(subject="No heating")
    assert {answer["Location"] for answer in answers} == {reverse("portal:ticket_detail", args=[ticket.pk])}
    assert ticket.messages.count() == 1


@pytest.mark.django_db(transaction=True)
def test_six_identical_replies_with_a_file_at_the_same_moment_are_one(world: World) -> None:
    address, fields = a_reply(world)
    answers = together(lambda: world.ana.new_client().post(address, fields | {"attachments": text_file()}), 6)
    assert {answer.status_code for answer in answers} == {302}
    assert Message.objects.get(body="On its way").attachments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_when_the_first_fails_the_one_that_waited_does_it(world: World) -> None:
    """The answer that waits for a key does the work itself when the key is given up."""
    turns = iter([None, Answer(302, "/done/"), Answer(302, "/done/")])
    lock = threading.Lock()

    def work() -> Answer | None:
        with lock:
            return next(turns)

    asked = Asked("user:1", "key", "here", "digest")
    together(lambda: perform_once(asked, work, lambda answer: answer), 3)
    assert OnceAnswer.objects.get().location == "/done/"
