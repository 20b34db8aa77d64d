"""The gate behind `make test` and `make lint`: every check, test and database, and what was left out.

With CI=true a part that is left out fails the gate.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
# Files from outside the repository: their tests run where the folder exists, and are no part of the gate.
OUTSIDE = "shared/data"

LOCAL = {"HELPDESK_DEMO": "true"}
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
    environment: dict[str, str] = field(default_factory=lambda: LOCAL)

    def command(self) -> list[str]:
        return [str(BIN / self.program), *self.arguments]


MANAGE = ("-W", "error", "manage.py")
LINT = [
    Step("format", "ruff", ("format", "--check", ".")),
    Step("lint", "ruff", ("check", ".")),
    Step("templates", "djhtml", ("--check", "--tabwidth", "2", "templates")),
    Step("imports", "lint-imports", ("--no-cache",)),
    Step("types", "mypy", ()),
    Step("migrations", "python", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Step("deployment", "python", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
]


def environment(extra: dict[str, str]) -> dict[str, str]:
    """The caller's environment without what would lead a step to the caller's own database."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"PYTHONUNBUFFERED": "1"} | extra


def run_quietly(step: Step) -> tuple[Step, int, str, float]:
    started = time.monotonic()
    done = subprocess.run(
        step.command(),
        cwd=ROOT,
        env=environment(step.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return step, done.returncode, done.stdout, time.monotonic() - started


def lint() -> list[str]:
    """Run the checks side by side; returns the names of those that failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for step, code, output, seconds in pool.map(run_quietly, LINT):
            print(f"{'ok  ' if code == 0 else 'FAIL'} {step.name} ({seconds:.0f} s)", flush=True)
            if code:
                print(output, flush=True)
                failed.append(step.name)
    return failed


def postgres_url() -> str | None:
    """`TEST_DATABASE_URL`, else a local server, when it answers."""
    url = os.environ.get("TEST_DATABASE_URL") or LOCAL_POSTGRES
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        print(f"PostgreSQL does not answer: {error}", flush=True)
        return None
    return url


def pytest(name: str, arguments: list[str], extra: dict[str, str]) -> tuple[list[str], list[str]]:
    """One pytest run; returns the failures and the reasons of skipped tests."""
    print(f"\n── {name} ──", flush=True)
    with TemporaryDirectory() as folder:
        reasons = Path(folder) / "skipped"
        done = subprocess.run(
            [
                str(BIN / "python"),
                "-m",
                "pytest",
                "--numprocesses",
                "auto",
                "--dist",
                "worksteal",
                "--quiet",
                *arguments,
            ],
            cwd=ROOT,
            env=environment(LOCAL | extra | {"GATE_SKIPPED": str(reasons)}),
        )
        skipped = reasons.read_text().splitlines() if reasons.exists() else []
    return ([name] if done.returncode else []), [f"{name}: {reason}" for reason in skipped]


def compile_words() -> list[str]:
    step = Step("translations", "python", ("manage.py", "compile_locale"))
    _step, code, output, _seconds = run_quietly(step)
    if code:
        print(output, flush=True)
    return [step.name] if code else []


def tests() -> tuple[list[str], list[str]]:
    """Both pytest runs; returns the failures and what was left out."""
    failed, left_out = pytest("tests on SQLite", [], {})
    url = postgres_url()
    if url is None:
        left_out.append("tests on PostgreSQL: no server answers (set TEST_DATABASE_URL)")
        return failed, left_out
    without = ["--ignore=tests/browser", "--ignore=tests/architecture"]
    more_failed, more_left_out = pytest("tests on PostgreSQL", without, {"DATABASE_URL": url})
    return failed + more_failed, left_out + more_left_out


def tell(failed: list[str], left_out: list[str]) -> int:
    """Print the verdict last, so that nobody has to scroll; returns the exit code."""
    print("\n── the gate ──")
    if "tests on SQLite" in failed or "tests on PostgreSQL" in failed:
        print("For one test again: .venv/bin/pytest -k <part of its name>")
    for part in dict.fromkeys(left_out):
        print(f"left out: {part}")
    wanting = [part for part in left_out if OUTSIDE not in part]
    if wanting and os.environ.get("CI") == "true":
        failed = [*failed, "parts left out, which CI does not allow"]
    print(f"FAILED: {', '.join(failed)}" if failed else "passed" + ("" if left_out else ", nothing left out"))
    return 1 if failed else 0


def main() -> int:
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    failed, left_out = lint() + compile_words(), []
    if what == "all":
        test_failures, left_out = tests()
        failed += test_failures
    return tell(failed, left_out)


if __name__ == "__main__":
    sys.exit(main())
