"""Fixtures for every test: the databases, the named people, and the query budget. Which tests run where, and when."""

import gc
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from helpdesk.core.words import forget
from helpdesk.outbox import posting, sending, sign_in
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted
from tests import trials
from tests.emptying import Emptying
from tests.personas import World, build_world
from tests.snapshot import Snapshot
from tickets.statuses import forget_statuses

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def on_postgres() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


#: Seconds after which the rest is left out, as `make check` asks for.
TIME_LIMIT = float(os.environ.get("TEST_SECONDS", "inf"))
STARTED = time.monotonic()

#: Tests that ask no question to which PostgreSQL and SQLite could give different answers: what is read from files and
#: written to them, what an import's modes make of a row, words, forms and pages. `make test` runs them on SQLite alone,
#: `make test-all` on both.
ON_ONE_DATABASE = (
    "architecture",
    "browser",
    "core",
    "customers/imports/matching",
    "customers/imports/engine/test_doors.py",
    "customers/imports/engine/test_modes",
    "customers/imports/engine/test_rejected.py",
    "customers/imports/test_round_trip.py",
    "customers/imports/screens",
    "customers/test_admin",
    "customers/test_checks.py",
    "customers/test_identity_table.py",
    "customers/test_mail.py",
    "customers/views",
    "outbox/test_sending.py",
    "outbox/test_views.py",
    "portal",
    "sign_in",
    "spreadsheets",
    "tickets/test_admin.py",
    "tickets/test_mail",
    "tickets/views",
)
#: Among those, the ones whose queries are the point: searches, orders, pages of lists, and a visit to every address.
ON_BOTH_ALL_THE_SAME = (
    "architecture/test_nonsense.py",
    "core/test_batches.py",
    "core/test_keys.py",
    "core/test_lookups.py",
    "core/test_once.py",
    "core/test_pagination.py",
    "core/test_search.py",
    "core/test_tallies.py",
    "customers/views/test_account_associate.py",
    "customers/views/test_account_contacts.py",
    "customers/views/test_account_list.py",
    "customers/views/test_contact_list.py",
    "customers/views/test_health.py",
    "portal/test_home.py",
    "portal/test_similar.py",
    "tickets/views/test_search.py",
    "tickets/views/test_ticket_list.py",
)

hypothesis_settings.register_profile(
    "gate",
    max_examples=5 if on_postgres() else 10,  # what is found on one of them is tried again on the other
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.register_profile("all", hypothesis_settings.get_profile("gate"), max_examples=200)
hypothesis_settings.load_profile("all" if trials.FULL else "gate")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations once, before any worker reads them: a fresh clone has none."""
    if not hasattr(config, "workerinput"):
        call_command("compile_locale", verbosity=0)


def pytest_report_header() -> str:
    return f"trials: {'all' if trials.FULL else 'gate'}, TEST_SEED={trials.SEED}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests by where they lie, leave out what only the other database can show, start the long ones first."""
    for item in items:
        place = Path(item.path).relative_to(Path(__file__).parent).as_posix()
        if place.startswith("browser/"):
            item.add_marker("browser")
        on_both = not place.startswith(ON_ONE_DATABASE) or place in ON_BOTH_ALL_THE_SAME
        if on_both or item.get_closest_marker("postgres"):
            item.add_marker("database")
    elsewhere = "sqlite" if on_postgres() else "postgres"
    other = [item for item in items if item.get_closest_marker(elsewhere)]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]
    items.sort(key=_late)


def _late(item: pytest.Item) -> int:
    """Long tests first, so that no worker is left alone with one at the end, then what needs a browser, then the rest.

    Where the time is limited, the long ones come last.
    """
    if item.get_closest_marker("long"):
        return 3 if float("inf") > TIME_LIMIT else 0
    return 1 if item.get_closest_marker("browser") else 2


def pytest_runtest_setup(item: pytest.Item) -> None:
    if time.monotonic() - STARTED > TIME_LIMIT:
        pytest.skip(f"no time left within {TIME_LIMIT:.0f} seconds")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the gate why tests were skipped, and how long those in a browser and the others took in sum."""
    target = os.environ.get("GATE_REPORT")
    if not target:
        return
    reasons = Counter()
    for report in terminalreporter.getreports("skipped"):
        where = report.longrepr
        reasons[where[2].removeprefix("Skipped: ") if isinstance(where, tuple) else str(where)] += 1
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds["browser" if "browser" in report.keywords else "other"] += report.duration
    Path(target).write_text(json.dumps({"skipped": reasons, "seconds": seconds}))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database of its own for every process: on SQLite a file, because threads need one."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if on_postgres():
        test["NAME"] = f"test_helpdesk_{os.getpid()}"
    else:
        test["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a test committed is gone after it, as `tests.emptying` does it."""
    emptying = Emptying()
    with django_db_blocker.unblock():
        emptying.remember()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying.restore())
        yield


@pytest.fixture(autouse=True)
def _nothing_left_behind(settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Attachments go to a folder that vanishes; caches (words, rate limits) do not reach the next test."""
    cache.clear()
    forget()
    forget_statuses()
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _sign_in_letters_leave_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes and links are in `mail.outbox` as soon as they are asked for; other letters wait for `sent_letters`."""

    def post_and_send(wanted: Wanted, recipients: Iterable[Recipient]) -> list[Delivery]:
        deliveries = posting.post(wanted, recipients)
        for delivery in deliveries:
            sending.send_one(delivery)
        return deliveries

    monkeypatch.setattr(sign_in, "post", post_and_send)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real-world files beside the repository, where there is one."""
    if not SHARED_DATA.is_dir():
        pytest.skip("shared/data is not beside the repository")
    return SHARED_DATA


@pytest.fixture(scope="session")
def _named_people() -> Snapshot:
    return Snapshot(build_world)


@pytest.fixture
def world(db: None, _named_people: Snapshot) -> World:
    """The named people, their accounts and tickets: see `tests.personas`."""
    return _named_people.put()


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """`count_queries(lambda: client.get(url))`: queries made, once the caches are filled."""

    def count(call: Callable[[], object]) -> int:
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count


def pytest_collection_finish() -> None:
    """Everything loaded so far stays to the end: looking through it again and again for circles is a waste of time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
