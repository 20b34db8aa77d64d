"""Lowering HELPDESK_MAX_ACCOUNTS_PER_CONTACT is refused while somebody has more."""

from io import StringIO

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def crowded(people: int, accounts: int = 2) -> None:
    places = [AccountFactory() for _ in range(accounts)]
    for number in range(people):
        ContactFactory(first_name="Crowd", last_name=f"Nr{number:02}", accounts=places)


def problems() -> list[str]:
    return [problem.msg for problem in run_checks(tags=[Tags.database], databases=["default"])]


def test_the_usual_limit_asks_nothing(settings) -> None:
    crowded(1)
    with CaptureQueriesContext(connection) as queries:
        assert problems() == []
    assert not [query for query in queries if "association" in query["sql"] and "COUNT" in query["sql"]]


def test_a_limit_that_everybody_keeps_is_fine(settings) -> None:
    crowded(1)
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 2
    assert problems() == []


def test_the_first_twenty_are_named_and_the_others_counted(settings) -> None:
    crowded(22, accounts=3)
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    (sentence,) = problems()
    assert "these 22 contacts have more" in sentence
    assert "Crowd Nr00 (3)" in sentence
    assert "Crowd Nr19" in sentence
    assert "Crowd Nr20" not in sentence
    assert sentence.endswith("and 2 more.")


def test_migrate_and_the_worker_refuse_to_start(settings) -> None:
    crowded(1)
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    with pytest.raises(SystemCheckError, match="Crowd Nr00"):
        call_command("migrate", verbosity=0, skip_checks=False)
    with pytest.raises(SystemCheckError, match="Crowd Nr00"):
        call_command("worker", "--once")


@pytest.mark.django_db(transaction=True)
def test_the_web_says_that_it_is_not_ready(settings, client: Client) -> None:
    crowded(1)
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["settings"] is False


def test_a_command_lists_them_all(settings) -> None:
    crowded(22)
    ContactFactory(accounts=[AccountFactory()])
    out = StringIO()
    call_command("contacts_over_limit", limit=1, stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 22
    assert lines[0].endswith("\tCrowd Nr00\t2")
