"""What somebody who writes learns of letters: before sending, after it, and later on the ticket and in the list."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact
from customers.services.methods.bouncing import mark_bouncing
from customers.services.methods.changes import add_method
from helpdesk.outbox.models import Delivery
from tests.factories import DESK
from tests.letters import sent_about, write_letters
from tests.personas import World
from tickets.models import Message
from tickets.services.conversation import reply
from tickets.services.following import follow

pytestmark = pytest.mark.django_db


def without_email(world: World, phone: str = "") -> None:
    carla = world.carla.contact
    carla.methods.filter(kind="email").delete()
    if phone:
        add_method(carla, "mobile", phone, actor=DESK)


def ticket_page(world: World) -> str:
    return world.ana.client.get(reverse("tickets:ticket_detail", args=[world.shared.pk])).content.decode()


def toast_of_a_reply(world: World) -> str:
    url = reverse("tickets:ticket_reply", args=[world.shared.pk])
    response = world.ana.client.post(url, {"body": "Done"})
    assert response.status_code == 302
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# --- Before and after sending ------------------------------------------------------------
def test_nothing_is_said_when_a_letter_goes(world: World) -> None:
    assert "No email will be sent" not in ticket_page(world)
    assert toast_of_a_reply(world) == "Reply sent"


def test_without_an_email_the_composer_says_so_and_whom_to_call(world: World) -> None:
    without_email(world, "010-2345-6789")
    said = (
        "Carla Moreno has no email address and can only read this in the help center. Or call 010-2345-6789."
    )
    assert said in ticket_page(world)
    assert toast_of_a_reply(world) == f"Reply saved. No email was sent. {said}"


def test_an_address_that_bounces_is_named(world: World) -> None:
    mark_bouncing("carla@people.example", actor=DESK, reason="550 No")
    assert "carla@people.example permanently refuses email" in ticket_page(world)
    assert toast_of_a_reply(world).startswith(
        "Reply saved. No email was sent. carla@people.example permanently refuses"
    )


def test_a_deactivated_requester_is_named(world: World) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(is_active=False)
    assert "Carla Moreno is deactivated" in ticket_page(world)
    assert "No email" in toast_of_a_reply(world)


def test_an_agent_who_asked_it_themselves_is_told(world: World) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(user=world.ana.user)
    assert "You are the requester." in ticket_page(world)
    assert toast_of_a_reply(world) == "Reply saved. No email was sent. You are the requester."


def test_when_it_goes_to_others_only_that_is_said(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    without_email(world)
    assert toast_of_a_reply(world).startswith("Reply sent to other recipients, but not to Carla Moreno.")


# --- On the ticket -----------------------------------------------------------------------
def test_a_letter_on_its_way_is_looked_at_again_until_it_has_left(world: World) -> None:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    url = reverse("tickets:ticket_letters", args=[world.shared.pk, message.pk])
    part = world.ana.client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Queued for Carla Moreno" in part and url in part
    sent_about(message)
    part = world.ana.client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Sent to Carla Moreno" in part and url not in part


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("refused", "", "Refused by the mail server for Carla Moreno, carla@people.example"),
        ("given_up", "unreachable", "The mail server could not be reached for 48 hours."),
        ("cancelled", "withdrawn", "Not sent to Carla Moreno"),
    ],
)
def test_what_did_not_arrive_stands_at_the_message(world: World, state: str, reason: str, words: str) -> None:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    Delivery.objects.about("tickets.message", [message.pk]).update(
        state=state, reason=reason, answer="550 5.1.1 No such user", ended_at=timezone.now()
    )
    shown = ticket_page(world)
    assert words in shown
    assert ("550 5.1.1 No such user" in shown) == (not reason)


def test_an_attempt_that_went_wrong_says_when_the_next_one_is(world: World) -> None:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    rows = Delivery.objects.about("tickets.message", [message.pk])
    rows.update(attempts=1, answer="451 4.2.1 Later")
    shown = ticket_page(world)
    assert "Not delivered to Carla Moreno yet" in shown and "451 4.2.1 Later" in shown


def test_customers_see_nothing_of_it(world: World) -> None:
    reply(world.shared, "Done", actor=world.ana.actor)
    url = reverse("portal:ticket_detail", args=[world.shared.pk])
    assert "Queued for" not in world.carla.client.get(url).content.decode()


def test_a_note_has_no_letters_to_ask_for(world: World) -> None:
    strange = reply(world.strangers, "Done", actor=world.ana.actor)
    url = reverse("tickets:ticket_letters", args=[world.shared.pk, strange.pk])
    assert world.ana.client.get(url, headers={"HX-Request": "true"}).status_code == 404


# --- In the list --------------------------------------------------------------------------
def marks(world: World) -> set[str]:
    page = world.ana.client.get(reverse("tickets:ticket_list") + "?view=all").context["page"]
    return {ticket.mail_trouble for ticket in page.rows if ticket.pk == world.shared.pk}


def test_the_list_marks_whom_no_letter_reaches(world: World) -> None:
    assert marks(world) == {""}
    without_email(world)
    assert marks(world) == {"No email can reach Carla Moreno"}


def test_the_list_marks_a_last_letter_that_did_not_arrive_until_something_newer_is_said(world: World) -> None:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    rows = Delivery.objects.about("tickets.message", [message.pk])
    rows.update(state="refused", answer="550 No", ended_at=timezone.now())
    assert marks(world) == {"The last email was not delivered"}
    reply(world.shared, "Thanks", actor=world.carla.actor)
    assert marks(world) == {""}
    assert Message.objects.latest("id").author_contact == world.carla.contact
