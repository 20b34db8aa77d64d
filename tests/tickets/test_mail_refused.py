"""Mail about tickets that the server refuses: for good, for now, and what becomes of everybody else's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from customers.models import ContactMethod
from helpdesk.outbox.models import Delivery
from tests.letters import sent_letters
from tests.mail_server import MailServer
from tests.personas import World
from tickets.services.conversation import reply
from tickets.services.following import follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: LazySettings, tmp_path: Path) -> Iterator[MailServer]:
    running = MailServer(tmp_path)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 2
    yield running.up()
    running.down()


def bouncing() -> dict[str, str]:
    marked = ContactMethod.objects.filter(bouncing_since__isnull=False)
    return dict(marked.values_list("value", "bounce_reason"))


def test_an_address_refused_for_good_is_marked_and_the_others_get_theirs(
    world: World, server: MailServer
) -> None:
    follow(world.shared, actor=world.kim.actor)
    server.tell(refuse={"carla@": "550 5.1.1 No such user here"})
    reply(world.shared, "Done", actor=world.ana.actor)
    sent_letters()
    assert bouncing() == {"carla@people.example": "550 5.1.1 No such user here"}
    assert server.addresses == ["kim@people.example"]


def test_what_may_go_better_later_waits_and_is_no_mark(world: World, server: MailServer) -> None:
    server.tell(refuse={"carla@": "451 4.2.1 Try again later"})
    message = reply(world.shared, "Done", actor=world.ana.actor)
    sent_letters()
    assert bouncing() == {}
    kept = Delivery.objects.about("tickets.message", [message.pk]).get()
    assert (kept.state, kept.answer) == ("waiting", "451 4.2.1 Try again later")
