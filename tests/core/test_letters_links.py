"""Links in letters lead to the desk's public address, whatever host and port somebody asked through."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from customers.administration import notices
from customers.administration.invitations import invite
from helpdesk.outbox.sending import send_due
from helpdesk.outbox.sign_in import on_second_factor_reset
from tests.letters import write_letters
from tests.personas import World

pytestmark = pytest.mark.django_db

PUBLIC = "https://desk.example.com"
ODD = {"HTTP_HOST": "other.example:9999"}


@pytest.fixture(autouse=True)
def _two_hosts(settings) -> None:
    settings.HELPDESK_PUBLIC_URL = PUBLIC
    settings.ALLOWED_HOSTS = ["desk.example.com", "other.example", "127.0.0.1"]


def asked_for(path: str, email: str) -> Callable[[World], object]:
    return lambda world: Client(**ODD).post(path, {"email": email})


LETTERS: dict[str, Callable[[World], object]] = {
    "a new password": asked_for("/auth/password/reset/", "ana@desk.example"),
    "a code": asked_for("/auth/login/code/", "carla@people.example"),
    "a second factor that was reset": lambda world: on_second_factor_reset(user=world.ana.user),
    "an invitation": lambda world: invite(world.harbor, "new@kolm.example", actor=world.ada.actor),
    "a right that changed": lambda world: notices.tell(
        world.carla.contact, world.harbor, notices.JOINED, actor=world.ada.actor
    ),
}


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_links_to_the_public_address_alone(world: World, letter: str) -> None:
    LETTERS[letter](world)
    write_letters()
    send_due()
    assert mail.outbox, letter
    for sent in mail.outbox:
        texts = [str(sent.body), *(str(content) for content, _kind in getattr(sent, "alternatives", []))]
        for text in texts:
            assert "other.example" not in text
            assert set(re.findall(r"https?://[^/\s\"<]+", text)) <= {PUBLIC}


@pytest.mark.parametrize("host", ["other.example:9999", "127.0.0.1", "desk.example.com:444"])
def test_the_link_to_a_new_password_works(world: World, host: str) -> None:
    Client(HTTP_HOST=host).post("/auth/password/reset/", {"email": "ana@desk.example"})
    link = re.search(rf"^{PUBLIC}(/auth/password/reset/key/\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert link
    page = Client(HTTP_HOST="desk.example.com").get(link[1], follow=True)
    assert "Set a new password" in page.content.decode()


def test_the_code_stands_in_the_letter_and_not_in_its_subject(world: World) -> None:
    Client().post("/auth/login/code/", {"email": "carla@people.example"}, HTTP_HOST="desk.example.com")
    (letter,) = mail.outbox
    assert re.search(r"^\d[\d-]{6,}$", str(letter.body), re.MULTILINE)
    assert not re.search(r"\d", letter.subject)
