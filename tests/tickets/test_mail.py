"""Who is written to, in which language, and who is not."""

import pytest
from django.core import mail
from django.utils import translation

from customers.services.associations import disassociate
from tests.factories import text_file
from tests.personas import World
from tickets.mail import reply_recipients, send_confirmation, send_reply
from tickets.models import Message
from tickets.services.conversation import add_note, reply
from tickets.services.following import follow
from tickets.services.lifecycle import assign, create_ticket


def sent_for(message: Message) -> dict[str, mail.EmailMultiAlternatives]:
    mail.outbox.clear()
    send_reply.call(message.pk)
    return {letter.to[0]: letter for letter in mail.outbox}


def test_an_agents_reply_goes_to_the_requester_and_followers(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    follow(world.shared, actor=world.max.actor)
    letters = sent_for(reply(world.shared, "**Which** floor?", actor=world.ana.actor))
    assert set(letters) == {"carla@people.example", "kim@people.example", "max@desk.example"}
    letter = letters["carla@people.example"]
    assert letter.subject == f"[#{world.shared.pk}] The lift is stuck"
    assert "**Which** floor?" in letter.body
    assert "<strong>Which</strong>" in letter.alternatives[0].content
    assert f"/tickets/{world.shared.pk}/" in letter.body
    assert "/agent/" not in letter.body
    assert "/agent/" in letters["max@desk.example"].body


def test_a_customers_reply_goes_to_the_assignee_and_the_requester_but_not_back(world: World) -> None:
    assign(world.shared, world.ana.user, actor=world.ana.actor)
    letters = sent_for(reply(world.shared, "Floor 9", actor=world.kim.actor))
    assert set(letters) == {"ana@desk.example", "carla@people.example"}


def test_who_writes_for_others_is_named_with_them(world: World) -> None:
    message = reply(world.shared, "Floor 9", actor=world.bo.actor)
    letter = sent_for(message)["carla@people.example"]
    assert message.on_behalf and f"Bo Lindqvist ({message.on_behalf}) wrote" in letter.body


def test_a_customers_reply_to_nobodys_ticket_writes_to_no_agent(world: World) -> None:
    assert sent_for(reply(world.shared, "Floor 9", actor=world.carla.actor)) == {}


def test_a_follower_who_no_longer_sees_it_hears_nothing(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    disassociate(world.kim.contact, world.harbor, actor=world.ana.actor)
    assert set(sent_for(reply(world.shared, "Done", actor=world.ana.actor))) == {"carla@people.example"}


def test_notes_never_leave_the_desk(world: World) -> None:
    assert sent_for(add_note(world.shared, "secret", actor=world.ana.actor)) == {}


def test_the_language_is_the_readers(world: World) -> None:
    world.carla.contact.language = "ko"
    world.carla.contact.save(update_fields=["language"])
    message = reply(world.shared, "Hello", actor=world.ana.actor)
    recipient = reply_recipients(Message.objects.get(pk=message.pk))[0]
    assert recipient.language == "ko"
    with translation.override("en"):
        assert 'lang="ko"' in sent_for(message)["carla@people.example"].alternatives[0].content


def test_a_script_in_every_field_stays_text(world: World) -> None:
    script = "<script>alert(1)</script>"
    ticket = create_ticket(
        {"subject": script, "contact": world.carla.contact},
        actor=world.ana.actor,
        body=script,
        attachments=[text_file(f"{script}.txt".replace("/", ""))],
    )
    mail.outbox.clear()
    send_confirmation.call(ticket.messages.get().pk)
    assert "<script" not in mail.outbox[0].alternatives[0].content


def test_a_subject_with_a_line_break_cannot_add_headers(world: World) -> None:
    ticket = create_ticket(
        {"subject": "Hi\nBcc: all@x.example", "contact": world.carla.contact}, actor=world.ana.actor, body="x"
    )
    mail.outbox.clear()
    send_confirmation.call(ticket.messages.get().pk)
    assert mail.outbox[0].subject == f"[#{ticket.pk}] Hi Bcc: all@x.example"


@pytest.mark.django_db(transaction=True)
def test_mail_is_queued_only_once_the_change_is_saved(world: World, monkeypatch) -> None:
    queued: list[int] = []
    monkeypatch.setattr(type(send_reply), "enqueue", lambda self, pk: queued.append(pk))
    message = reply(world.shared, "Hello", actor=world.ana.actor)
    add_note(world.shared, "psst", actor=world.ana.actor)
    assert queued == [message.pk]
