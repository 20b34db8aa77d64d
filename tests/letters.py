"""The letters that tests look at: what waits in the outbox, and what has left."""

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from helpdesk.events.consuming import running
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.sending import send_due, send_one
from tickets.models import Message


def write_letters() -> None:
    """Let the consumers of events do what a worker lets them do: letters are written because of an event."""
    running.run_due()


def waiting(kind: str) -> list[Delivery]:
    """The deliveries of one kind that wait, the oldest first."""
    write_letters()
    return list(Delivery.objects.waiting().filter(kind=kind).order_by("id"))


def sent_letters() -> list[EmailMultiAlternatives]:
    """Sends all that waits, and returns it."""
    write_letters()
    mail.outbox.clear()
    send_due()
    return list(mail.outbox)


def sent_about(message: Message) -> dict[str, EmailMultiAlternatives]:
    """Sends what waits about one message, and returns it by address."""
    write_letters()
    mail.outbox.clear()
    for delivery in Delivery.objects.about("tickets.message", [message.pk]).order_by("id"):
        send_one(delivery)
    return {letter.to[0]: letter for letter in mail.outbox}
