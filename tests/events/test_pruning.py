"""Old entries of the audit feed go, and nothing of the product but timelines with them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import unified_diff
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from customers.models import Account, Contact
from helpdesk.events.consuming import running
from helpdesk.events.models import AuditEntry, EventDelivery
from helpdesk.events.pruning import prune
from helpdesk.events.recording import record
from helpdesk.events.versions import version_of
from tests.events.listening import Batches, Notebook, listening
from tests.events.test_consuming import DELETED, run_a_job
from tests.factories import DESK
from tests.personas import World
from tests.sign_ins import signs_in
from tickets.models import Ticket

NOW = timedelta(seconds=1)


def age(days: int) -> None:
    AuditEntry.objects.update(created_at=timezone.now() - timedelta(days=days))


@pytest.mark.django_db
def test_what_is_older_goes_in_slices_and_what_is_newer_stays(world: World) -> None:
    running.run_due()
    age(10)
    before = AuditEntry.objects.count()
    kept = record("account.created", subject=world.harbor, actor=DESK, name="x")
    assert prune(timezone.now() - timedelta(days=5), at_once=7) == before
    assert list(AuditEntry.objects.all()) == [kept]


@pytest.mark.django_db
def test_what_somebody_waits_for_stays(world: World) -> None:
    EventDelivery.objects.all().delete()
    notebook = Notebook()
    with listening("one", notebook.by("one"), [DELETED], batches=Batches.EACH):
        single = record(DELETED, subject=world.harbor, actor=DESK, name="x")
        run_a_job(world, number=3)
        age(10)
        prune(timezone.now())
        assert AuditEntry.objects.count() == 5
        running.run_due()
        EventDelivery.objects.create(
            consumer="x",
            entry=single,
            stage=3,
            subject_type="x",
            subject_id=1,
            state="dead",
            died_at=timezone.now(),
        )
        prune(timezone.now())
    assert list(AuditEntry.objects.all()) == [single], "a dead letter can still be run again"
    assert len(notebook.lines) == 4


@pytest.mark.django_db
def test_the_command_takes_a_date_or_a_number_of_days(world: World) -> None:
    running.run_due()
    age(10)
    output = StringIO()
    call_command("prune_feed", "--days", "11", stdout=output)
    call_command(
        "prune_feed", "--before", (timezone.now() - timedelta(days=20)).date().isoformat(), stdout=output
    )
    assert output.getvalue() == "0 entries of the audit feed deleted.\n" * 2
    call_command("prune_feed", "--days", "9", "--slice", "3", stdout=output)
    assert not AuditEntry.objects.exists()
    for wrong in ([], ["--days", "0"], ["--before", "soon"], ["--days", "1", "--before", "2026-01-01"]):
        with pytest.raises(CommandError):
            call_command("prune_feed", *wrong)


# --- The demo ------------------------------------------------------------------------------
@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory, db: None) -> Iterator[None]:
    media = override_settings(MEDIA_ROOT=tmp_path_factory.getbasetemp() / "media")
    with media, transaction.atomic():
        call_command("demo", stdout=StringIO())
        running.run_due()
        yield
        transaction.set_rollback(True)


PAGES = {
    "manager@example.com": [
        "/agent/contacts/",
        "/agent/accounts/",
        "/agent/tickets/",
        "/agent/health/",
        "/agent/imports/",
        "{contact}",
        "{contact}edit/",
        "{contact}access/",
        "{account}",
        "{account}edit/",
        "{ticket}",
    ],
    "customer@example.com": ["/", "/tickets/new/", "/profile/"],
    "customeradmin@example.com": ["/", "/team/"],
}
#: What tells the history.
TIMELINES = re.compile(r'<details class="events">.*?</details>', re.S)
SCRIPTS = re.compile(r"<(script|style|template)\b.*?</\1>", re.S)


def words_of(page: str) -> list[str]:
    """What somebody reads, line by line; links and values of fields with it, tokens without."""
    page = SCRIPTS.sub("", TIMELINES.sub("", page))
    # What stands behind the question mark of a link may be signed, with the second of signing.
    values = re.findall(r'(?:href|name="version" value)="([^"?]*)', page)
    text = (line.strip() for line in re.sub(r"<[^>]+>", "\n", page).splitlines())
    return [*values, *(line for line in text if line)]


def pages() -> dict[tuple[str, str], list[str]]:
    places = {
        "contact": Contact.objects.order_by("pk")[20].get_absolute_url(),
        "account": Account.objects.order_by("pk")[5].get_absolute_url(),
        "ticket": Ticket.objects.order_by("pk")[30].get_absolute_url(),
    }
    found = {}
    for address, paths in PAGES.items():
        client = Client()
        client.force_login(signs_in(address), backend="helpdesk.sign_in.auth.AddressBackend")
        for path in paths:
            response = client.get(path.format(**places), follow=True)
            assert response.status_code == 200, path
            found[address, path] = words_of(response.content.decode())
    return found


def rows() -> dict[str, list[dict[str, object]]]:
    """Every row of every table of ours but the feed."""
    ours = ("core", "customers", "tickets", "outbox", "events", "jobs")
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for app in ours
        for model in apps.get_app_config(app).get_models()
        if model is not AuditEntry
    }


@pytest.mark.long
@pytest.mark.sqlite  # the whole demo twice; what pruning asks is tried on both above
def test_without_its_whole_feed_the_demo_is_the_same_but_for_its_timelines(demo: None) -> None:
    records = [*Contact.objects.all(), *Account.objects.all()]
    versions, shown, kept = [version_of(each) for each in records], pages(), rows()
    assert AuditEntry.objects.count() > 1000
    prune(timezone.now() + NOW)
    assert not AuditEntry.objects.exists()
    assert [version_of(each) for each in records] == versions
    assert rows() == kept
    now = pages()
    changed = {
        key: [line for line in unified_diff(shown[key], now[key], n=0, lineterm="") if line[:2] != "@@"]
        for key in shown
        if shown[key] != now[key]
    }
    assert changed == {}
