"""Pages have a time limit at the database, other processes none; where it strikes, a sentence says so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from helpdesk.core.database.connections import is_lost, is_timeout
from tests.personas import World
from tickets.views import lists

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json, helpdesk.{module}
from django.conf import settings
import os; os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
print(json.dumps(settings.DATABASES["default"]["OPTIONS"].get("options", "")))
"""


def options_of(module: str, **environment: str) -> str:
    given = {
        **{name: value for name, value in os.environ.items() if name != "HELPDESK_ROLE"},
        "HELPDESK_DEMO": "true",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "DATABASE_URL": "postgres://somebody@127.0.0.1:5432/nowhere",
        **environment,
    }
    run = subprocess.run(
        [sys.executable, "-c", ASK.format(module=module)],
        env=given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return str(json.loads(run.stdout))


@pytest.mark.parametrize(
    ("module", "seconds", "options"),
    [
        ("wsgi", "", "-c statement_timeout=15000"),
        ("wsgi", "30", "-c statement_timeout=30000"),
        ("wsgi", "0", ""),
        ("settings", "", ""),
    ],
)
def test_only_a_process_that_serves_pages_has_a_limit(module: str, seconds: str, options: str) -> None:
    environment = {"HELPDESK_STATEMENT_TIMEOUT": seconds} if seconds else {}
    assert options_of(module, **environment) == options


def slow(*_: object) -> int:
    """A question that the database stops after a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
        try:
            cursor.execute("SELECT pg_sleep(2)")
        finally:
            connection.rollback()
            cursor.execute("SET statement_timeout = 0")
    return 0


def away(*_: object) -> int:
    raise OperationalError("the connection is closed")


@pytest.mark.postgres
@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_is_known_for_that_and_not_for_a_lost_database() -> None:
    with pytest.raises(OperationalError) as stopped:
        slow()
    assert is_timeout(stopped.value)
    assert not is_lost(stopped.value)


@pytest.mark.postgres
@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_page_that_takes_too_long_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "how_many", slow)
    client = Client(raise_request_exception=False)
    client.force_login(world.ana.user)
    response = client.get(reverse("tickets:ticket_list"))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "The database took too long, and nothing was changed." in response.content.decode()


@pytest.mark.django_db
def test_a_page_without_a_database_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "how_many", away)
    client = Client(raise_request_exception=False)
    client.force_login(world.ana.user)
    response = client.get(reverse("tickets:ticket_list"))
    assert response.status_code == 503
    assert "The help desk is not available right now" in response.content.decode()


@pytest.mark.django_db
def test_what_fails_otherwise_is_still_a_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "how_many", lambda *_: 1 / 0)
    client = Client(raise_request_exception=False)
    client.force_login(world.ana.user)
    response = client.get(reverse("tickets:ticket_list"))
    assert response.status_code == 500
    assert "Something failed on our side" in response.content.decode()
