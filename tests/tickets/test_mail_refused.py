"""Mail that the server refuses: for good, for now, and what becomes of everybody else's."""

import socketserver
import threading
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused

import pytest
from django.conf import LazySettings

from customers.models import ContactMethod
from tests.personas import World
from tickets.mail import send_reply
from tickets.services.conversation import reply
from tickets.services.following import follow

pytestmark = pytest.mark.django_db


class Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes; `server.refusals` says which recipients are refused, and with which words."""

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith("RCPT"):
                refused = next((words for part, words in self.server.refusals.items() if part in line), "")
                self.say(refused or "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.taken += 1
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    refusals: dict[str, str]
    taken = 0


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    with MailServer(("127.0.0.1", 0), Talk) as running:
        running.refusals = {}
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address[:2]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()


def bouncing() -> dict[str, str]:
    marked = ContactMethod.objects.filter(bouncing_since__isnull=False)
    return dict(marked.values_list("value", "bounce_reason"))


def test_an_address_refused_for_good_is_marked_and_the_others_get_theirs(
    world: World, server: MailServer
) -> None:
    follow(world.shared, actor=world.kim.actor)
    server.refusals = {"carla@": "550 5.1.1 No such user here"}
    send_reply.call(reply(world.shared, "Done", actor=world.ana.actor).pk)
    assert bouncing() == {"carla@people.example": "550 5.1.1 No such user here"}
    assert server.taken == 1


def test_what_may_go_better_later_is_an_error_and_no_mark(world: World, server: MailServer) -> None:
    server.refusals = {"carla@": "451 4.2.1 Try again later"}
    message = reply(world.shared, "Done", actor=world.ana.actor)
    with pytest.raises(SMTPRecipientsRefused):
        send_reply.call(message.pk)
    assert bouncing() == {}
