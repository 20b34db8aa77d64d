"""Links in letters lead to the desk's public address, whatever host and port somebody asked through."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from customers.mail import send_invitation, send_notice
from customers.services import notices
from helpdesk.core.sign_in_letters import tell_second_factor_reset
from tests.factories import InvitationFactory
from tests.personas import World

pytestmark = pytest.mark.django_db

PUBLIC = "https://desk.example.com"
ODD = {"HTTP_HOST": "other.example:9999"}
VALUES = {"by": "Ada", "account": "Harbor Tower", "name": "Kim", "tickets": 2, "responsibility": "Agency"}


@pytest.fixture(autouse=True)
def _two_hosts(settings) -> None:
    settings.HELPDESK_PUBLIC_URL = PUBLIC
    settings.ALLOWED_HOSTS = ["desk.example.com", "other.example", "127.0.0.1"]


def asked_for(path: str, email: str) -> Callable[[World], object]:
    return lambda world: Client(**ODD).post(path, {"email": email})


LETTERS: dict[str, Callable[[World], object]] = {
    "a new password": asked_for("/auth/password/reset/", "ana@desk.example"),
    "a code": asked_for("/auth/login/code/", "carla@people.example"),
    "a second factor that was reset": lambda world: tell_second_factor_reset.call(world.ana.user.pk),
    "an invitation": lambda world: send_invitation.call(
        InvitationFactory(account=world.harbor, email="new@kolm.example", invited_by=world.ada.user).pk
    ),
    "a right that changed": lambda world: send_notice.call(world.carla.contact.pk, notices.JOINED, VALUES),
}


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_links_to_the_public_address_alone(world: World, letter: str) -> None:
    LETTERS[letter](world)
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
