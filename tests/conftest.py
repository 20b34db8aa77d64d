"""Fixtures for every test: the databases, the named people, and the query budget."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.core.words import forget
from tests.personas import World, build_world
from tests.snapshot import Snapshot

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def on_postgres() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests, and leave out what only the other database can show.

    A walk in a real browser that fails is walked once more, and the report says so: on a busy machine a page can come
    later than any patience. One that fails twice has failed.
    """
    for item in items:
        if "browser" in Path(item.path).relative_to(Path(__file__).parent).parts:
            item.add_marker("browser")
            item.add_marker(pytest.mark.flaky(reruns=1))
    elsewhere = "sqlite" if on_postgres() else "postgres"
    other = [item for item in items if item.get_closest_marker(elsewhere)]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the gate why tests were skipped, one reason a line."""
    target = os.environ.get("GATE_SKIPPED")
    if not target:
        return
    reasons = set()
    for report in terminalreporter.getreports("skipped"):
        where = report.longrepr
        reasons.add(where[2].removeprefix("Skipped: ") if isinstance(where, tuple) else str(where))
    Path(target).write_text("".join(f"{reason}\n" for reason in sorted(reasons)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database of its own for every process: on SQLite a file, because threads need one."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if on_postgres():
        test["NAME"] = f"test_helpdesk_{os.getpid()}"
    else:
        test["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _nothing_left_behind(settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Attachments go to a folder that vanishes; caches (words, rate limits) do not reach the next test."""
    cache.clear()
    forget()
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    yield
    cache.clear()


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
