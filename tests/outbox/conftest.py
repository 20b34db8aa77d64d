"""A real mail server, and letters to send."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from helpdesk.outbox import letters
from helpdesk.outbox.letters import Letter
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted, post
from tests.mail_server import MailServer

KIND = "tests.letter"


@pytest.fixture(autouse=True)
def _a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of letter that says its number, and nothing else."""

    def write(delivery: Delivery) -> Letter | None:
        number = delivery.params.get("n")
        return None if number is None else Letter(f"Letter {number}", f"This is letter {number}.")

    monkeypatch.setitem(letters._kinds, KIND, letters.Kind(KIND, write, lambda: "A letter"))


@pytest.fixture
def server(settings: LazySettings, tmp_path: Path) -> Iterator[MailServer]:
    running = MailServer(tmp_path)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "", ""
    settings.EMAIL_TIMEOUT = 2
    yield running
    running.down()


@pytest.fixture
def posted() -> Callable[..., list[Delivery]]:
    """`posted("a@x.example", "b@x.example")`: a letter to each."""

    def write(*addresses: str, **options: object) -> list[Delivery]:
        return [
            post(Wanted(KIND, {"n": n}, **options), [Recipient(address)])[0]
            for n, address in enumerate(addresses)
        ]

    return write


def states(deliveries: list[Delivery]) -> list[str]:
    """As they stand now, in the order they were written."""
    now = dict(Delivery.objects.values_list("pk", "state"))
    return [now[delivery.pk] for delivery in deliveries]


def due_now() -> None:
    """The pauses are over."""
    Delivery.objects.waiting().update(next_at=timezone.now())
