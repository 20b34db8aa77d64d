"""Known and unknown addresses cost the same: the same statements of the database, the same number of password hashes.

Not measured in milliseconds: what a machine does besides is more than what would be told.
"""

import re
from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.core.words import terms
from helpdesk.outbox import posting, sign_in
from tests.factories import PASSWORD, ContactFactory, UserFactory
from tests.sign_ins import signs_in

pytestmark = pytest.mark.django_db

CODE, RESET, PASSWORD_PAGE = "/auth/login/code/", "/auth/password/reset/", "/auth/login/"
STRANGER = "nobody@kolm.example"
AGENT, WITH_PASSWORD, BY_CODE = "ana@desk.example", "kim@kolm.example", "carla@kolm.example"
WRITES = {"INSERT", "UPDATE", "DELETE"}

Work = tuple[Counter[tuple[str, str]], int, int]
"""Statements by their verb and table, hashes made, letters sent."""


@pytest.fixture(autouse=True)
def _people(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sign_in, "post", posting.post
    )  # letters leave by the worker, as they do outside of tests
    UserFactory(email=AGENT, role="agent")
    for email in (WITH_PASSWORD, BY_CODE):
        ContactFactory(email=email)
        user = signs_in(email)
        assert user
        if email == WITH_PASSWORD:
            user.set_password(PASSWORD)
            user.save()


def work(page: str, email: str, monkeypatch: pytest.MonkeyPatch) -> Work:
    """What the desk does when somebody posts this address; each time a visitor of their own."""
    terms("en")
    hashes: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self, password: str, salt: str) -> str:
        hashes.append(salt)
        return encode(self, password, salt)

    letters = len(mail.outbox)
    data = {"email": email, "login": email, "password": "wrong"}
    with monkeypatch.context() as patched, CaptureQueriesContext(connection) as captured:
        patched.setattr(MD5PasswordHasher, "encode", counted)
        Client(REMOTE_ADDR=f"192.0.2.{len(email)}").post(page, data)
    statements = Counter(_kind(query["sql"]) for query in captured)
    return statements, len(hashes), len(mail.outbox) - letters


def _kind(sql: str) -> tuple[str, str]:
    table = re.search(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)', sql)
    return sql.split()[0], table[1] if table else ""


def writes(done: Work) -> Counter[tuple[str, str]]:
    return Counter({kind: number for kind, number in done[0].items() if kind[0] in WRITES})


@pytest.mark.parametrize("known", [AGENT, WITH_PASSWORD, BY_CODE])
def test_a_wrong_password_costs_the_same_whoever_it_is_tried_for(known: str, monkeypatch) -> None:
    done = work(PASSWORD_PAGE, known, monkeypatch)
    assert done == work(PASSWORD_PAGE, STRANGER, monkeypatch)
    assert done[1] > 0


@pytest.mark.parametrize("known", [AGENT, WITH_PASSWORD, BY_CODE])
@pytest.mark.parametrize("page", [CODE, RESET])
def test_asking_for_a_letter_writes_and_hashes_the_same(page: str, known: str, monkeypatch) -> None:
    done, for_a_stranger = work(page, known, monkeypatch), work(page, STRANGER, monkeypatch)
    assert writes(done) == writes(for_a_stranger)
    assert done[1:] == for_a_stranger[1:] == (0, 0)


@pytest.mark.parametrize("page", [CODE, RESET])
def test_asking_for_a_letter_reads_the_same_too(page: str, monkeypatch) -> None:
    """But for the first code of a contact who has never signed in: it makes their sign-in."""
    known = BY_CODE
    assert work(page, known, monkeypatch) == work(page, STRANGER, monkeypatch)
