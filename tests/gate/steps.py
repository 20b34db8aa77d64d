"""What the gate consists of: programs of the virtual environment, with their arguments and environment."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
REPORTS = ROOT / "var" / "gate"
LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
WORKERS = str(os.cpu_count() or 2)

#: Without compiled files every process of ours, and a test starts dozens, compiles the whole product anew.
NOT_HANDED_ON = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
DEMO = {"HELPDESK_DEMO": "true"}
PRODUCTION = {
    "HELPDESK_DEMO": "false",
    "DEBUG": "false",
    "SECRET_KEY": "only-to-check-the-settings-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "desk.example.com",
    "HELPDESK_PUBLIC_URL": "https://desk.example.com",
    "DATABASE_URL": LOCAL_POSTGRES,
}


@dataclass(frozen=True)
class Step:
    """One program of the gate; `program` is a file of the virtual environment."""

    name: str
    program: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=lambda: DEMO)
    niceness: int = 0
    """What has less of it gets the processor first: pages in a browser are waited for, a database is not."""

    @property
    def is_tests(self) -> bool:
        return "pytest" in self.arguments

    @property
    def report(self) -> Path:
        """What the test run tells the gate: see `pytest_terminal_summary` in tests/conftest.py."""
        return REPORTS / f"{self.name}.json"

    def command(self) -> list[str]:
        return [str(BIN / self.program), *self.arguments]

    def full_environment(self) -> dict[str, str]:
        """The caller's, without what would lead the step to the caller's own database, or slow it down."""
        kept = {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON}
        return kept | {"PYTHONUNBUFFERED": "1", "GATE_REPORT": str(self.report)} | self.environment


MANAGE = ("-W", "error", "manage.py")
LINT = (
    Step("types", "mypy", ()),
    Step("format", "ruff", ("format", "--check", ".")),
    Step("lint", "ruff", ("check", ".")),
    Step("templates", "djhtml", ("--check", "--tabwidth", "2", "templates")),
    Step("imports", "lint-imports", ("--no-cache",)),
    Step("migrations", "python", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Step("deployment", "python", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
)


def pytest_step(
    name: str, arguments: tuple[str, ...], environment: dict[str, str], niceness: int = 0
) -> Step:
    spread = ("--numprocesses", WORKERS, "--dist", "worksteal", "--quiet")
    return Step(name, "python", ("-m", "pytest", *spread, *arguments), DEMO | environment, niceness)


def tests_of_gate(seed: int) -> tuple[Step, ...]:
    """Every test on SQLite, those about the database on PostgreSQL too."""
    seeded = (f"--hypothesis-seed={seed}",)
    found = [pytest_step("SQLite", seeded, {"TEST_SEED": str(seed)})]
    if url := postgres_url():
        environment = {"TEST_SEED": str(seed), "DATABASE_URL": url}
        found.append(pytest_step("PostgreSQL", (*seeded, "-m", "database"), environment, niceness=10))
    return tuple(found)


def all_tests(seed: int) -> tuple[Step, ...]:
    """Every test on both databases, the long trials in full number."""
    seeded, environment = (f"--hypothesis-seed={seed}",), {"TEST_SEED": str(seed), "TRIALS": "all"}
    found = [pytest_step("SQLite", seeded, environment)]
    if url := postgres_url():
        found.append(pytest_step("PostgreSQL", seeded, environment | {"DATABASE_URL": url}, niceness=10))
    return tuple(found)


def postgres_url() -> str | None:
    """`TEST_DATABASE_URL`, else a local server, when it answers."""
    url = os.environ.get("TEST_DATABASE_URL") or LOCAL_POSTGRES
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return None
    return url
