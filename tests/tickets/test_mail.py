"""Who is written to, in which language, and who is not."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import translation

from customers.models import Contact
from customers.services.associations import disassociate
from customers.services.methods.bouncing import mark_bouncing
from customers.services.methods.changes import change_method
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.services import retry
from tests.factories import DESK, ContactFactory, text_file
from tests.letters import sent_about, waiting, write_letters
from tests.personas import World
from tickets.models import Follower
from tickets.services.conversation import add_note, reply
from tickets.services.following import follow
from tickets.services.lifecycle import assign, create_ticket


def test_an_agents_reply_goes_to_the_requester_and_followers(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    follow(world.shared, actor=world.max.actor)
    letters = sent_about(reply(world.shared, "**Which** floor?", actor=world.ana.actor))
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
    letters = sent_about(reply(world.shared, "Floor 9", actor=world.kim.actor))
    assert set(letters) == {"ana@desk.example", "carla@people.example"}


def test_who_writes_for_others_is_named_with_them(world: World) -> None:
    message = reply(world.shared, "Floor 9", actor=world.bo.actor)
    letter = sent_about(message)["carla@people.example"]
    assert message.on_behalf and f"Bo Lindqvist ({message.on_behalf}) wrote" in letter.body


def test_a_customers_reply_to_nobodys_ticket_writes_to_no_agent(world: World) -> None:
    assert sent_about(reply(world.shared, "Floor 9", actor=world.carla.actor)) == {}


def test_a_follower_who_no_longer_sees_it_hears_nothing(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    disassociate(world.kim.contact, world.harbor, actor=world.ana.actor)
    assert set(sent_about(reply(world.shared, "Done", actor=world.ana.actor))) == {"carla@people.example"}


def test_notes_never_leave_the_desk(world: World) -> None:
    assert sent_about(add_note(world.shared, "secret", actor=world.ana.actor)) == {}


def test_the_language_is_the_readers(world: World) -> None:
    world.carla.contact.language = "ko"
    world.carla.contact.save(update_fields=["language"])
    message = reply(world.shared, "Hello", actor=world.ana.actor)
    with translation.override("en"):
        assert 'lang="ko"' in sent_about(message)["carla@people.example"].alternatives[0].content


def test_a_script_in_every_field_stays_text(world: World) -> None:
    script = "<script>alert(1)</script>"
    ticket = create_ticket(
        {"subject": script, "contact": world.carla.contact},
        actor=world.ana.actor,
        body=script,
        attachments=[text_file(f"{script}.txt".replace("/", ""))],
    )
    (letter,) = sent_about(ticket.messages.get()).values()
    assert "<script" not in letter.alternatives[0].content


def test_a_subject_with_a_line_break_cannot_add_headers(world: World) -> None:
    ticket = create_ticket(
        {"subject": "Hi\nBcc: all@x.example", "contact": world.carla.contact}, actor=world.ana.actor, body="x"
    )
    (letter,) = sent_about(ticket.messages.get()).values()
    assert letter.subject == f"[#{ticket.pk}] Hi Bcc: all@x.example"


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_written_with_the_change_or_not_at_all(world: World) -> None:
    before = len(waiting("tickets.reply"))
    with pytest.raises(RuntimeError), transaction.atomic():
        reply(world.shared, "Hello", actor=world.ana.actor)
        assert len(waiting("tickets.reply")) == before + 1
        raise RuntimeError
    assert len(waiting("tickets.reply")) == before


def test_an_agent_who_is_the_requester_gets_no_letter_of_their_own_words(world: World) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(user=world.ana.user)
    assert sent_about(reply(world.shared, "Done", actor=world.ana.actor)) == {}
    assign(world.shared, world.ana.user, actor=world.max.actor)
    me = Actor.for_user(User.objects.get(pk=world.ana.user.pk)).as_contact()
    assert sent_about(reply(world.shared, "From the help center", actor=me)) == {}


def test_somebody_who_follows_as_agent_and_asked_as_contact_gets_one_letter(world: World) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(user=world.ana.user)
    follow(world.shared, actor=world.ana.actor)
    assert set(sent_about(reply(world.shared, "Done", actor=world.max.actor))) == {"carla@people.example"}


def test_who_may_no_longer_see_it_when_it_leaves_gets_nothing(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    disassociate(world.kim.contact, world.harbor, actor=world.ana.actor)
    assert set(sent_about(message)) == {"carla@people.example"}
    kept = Delivery.objects.about("tickets.message", [message.pk]).get(address="kim@people.example")
    assert (kept.state, kept.reason) == ("cancelled", "withdrawn")


def test_an_address_that_bounces_gets_no_letter_and_the_corrected_one_gets_what_waits(world: World) -> None:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    method = world.carla.contact.methods.get(kind="email")
    mark_bouncing(method.value, actor=DESK, reason="550 no such user")
    assert sent_about(message) == {}
    kept = Delivery.objects.about("tickets.message", [message.pk]).get()
    assert (kept.state, kept.reason) == ("refused", "bouncing")
    unheard = reply(world.shared, "?", actor=world.ana.actor)
    write_letters()
    assert not Delivery.objects.about("tickets.message", [unheard.pk])
    change_method(method, "carla@right.example", actor=DESK)
    retry(kept, actor=world.root.actor)
    assert set(sent_about(message)) == {"carla@right.example"}


def test_many_followers_cost_no_more_queries(
    world: World, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    few = count_queries(lambda: reply(world.shared, "One", actor=world.ana.actor))
    for n in range(12):
        person = ContactFactory(email=f"follower{n}@people.example", accounts=[world.harbor])
        Follower.objects.create(ticket=world.shared, contact=person)
    assert count_queries(lambda: reply(world.shared, "Two", actor=world.ana.actor)) <= few + 1
