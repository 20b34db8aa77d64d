"""Foreign files are opened in a child process: what it may take, how it may end, and what it is told."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from helpdesk.spreadsheets import conversion
from helpdesk.spreadsheets.conversion import convert
from helpdesk.spreadsheets.errors import FileError, FileTooLargeError, sentence
from tests.customers.imports.conftest import csv_text, xlsx
from tests.spreadsheets import hostile
from tests.trials import SEED, trials

PEOPLE = [["Name", "Email"], ["Ana", "ana@example.com"], ["한지수", "jisoo@example.com"]]
MOST_SECONDS, MOST_MEGABYTES = 5, 500
#: Of the shared cases, those that harm. `encrypted.ods` is refused as well, for its password.
SHARED = (
    "heading-merged-to-the-edge.xlsx",
    "heading-merged-20000-times.xlsx",
    "one-long-string-40000-times.xlsx",
    "encrypted.ods",
)

# Its children are told apart from those of this process, of which one may be a browser.
WALK = """
import json, resource, sys
from pathlib import Path
from django.conf import settings
settings.configure(BASE_DIR=Path.cwd(), HELPDESK_IMPORT_MAX_BYTES=180 * 1024**2, USE_I18N=False)
import django
django.setup()
from helpdesk.spreadsheets.conversion import convert
from helpdesk.spreadsheets.errors import FileError

def used():
    return resource.getrusage(resource.RUSAGE_CHILDREN)

for name in sys.argv[1:]:
    before, code = used(), ""
    with open(name, "rb") as file:
        try:
            convert(file, name).close()
        except FileError as error:
            code = error.code
    seconds = used().ru_utime + used().ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps([Path(name).name, code, seconds, used().ru_maxrss / 1024]), flush=True)
"""


def walked(files: list[Path]) -> list[tuple[str, str, float, float]]:
    """Name, code of the refusal, seconds of processor and megabytes (the most of any so far) of each file."""
    command = [sys.executable, "-c", WALK, *map(str, files)]
    done = subprocess.run(command, cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True)
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.mark.long
def test_every_hostile_file_is_refused_in_little_time_and_memory(tmp_path, shared_data):
    hostile.write_to(tmp_path)
    files = sorted(tmp_path.iterdir()) + [shared_data / "import-cases" / name for name in SHARED]
    told = walked(files)
    assert len(told) == len(files)
    assert [name for name, code, _seconds, _memory in told if not code] == []
    assert [line for line in told if line[2] > MOST_SECONDS or line[3] > MOST_MEGABYTES] == []


def converted(content: bytes, name: str = "people.csv", **options: str) -> list[list[str]]:
    with convert(io.BytesIO(content), name, **options) as done:
        assert done.table.row_count == done.spool.row_count
        return [cells for _number, cells in done.spool.rows()]


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx"])
def test_a_file_becomes_a_spool(name):
    content = xlsx(PEOPLE) if name.endswith("xlsx") else csv_text(PEOPLE).encode("cp949")
    assert converted(content, name) == PEOPLE[1:]


def test_a_name_may_be_anything():
    assert converted(csv_text(PEOPLE).encode(), "-c; \0 \ud800 „x”.csv") == PEOPLE[1:]


def test_a_file_over_the_limit_is_refused_with_the_limit_in_the_sentence(settings):
    settings.HELPDESK_IMPORT_MAX_BYTES = 1024**2
    with pytest.raises(FileTooLargeError, match="1 MB"):
        convert(io.BytesIO(b"Name\n" + b"x" * 1024**2), "people.csv")


class Dying(subprocess.Popen):
    """A child that somebody sends a signal after a while."""

    life = 0.0
    number = signal.SIGKILL

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.timer = threading.Timer(self.life, self.send_signal, [self.number])
        self.timer.start()

    def wait(self, timeout: float | None = None) -> int:
        code = super().wait(timeout)
        self.timer.cancel()
        return code


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGXCPU, signal.SIGSEGV])
def test_a_child_that_is_ended_is_one_sentence(monkeypatch, number):
    monkeypatch.setattr(Dying, "number", number)
    monkeypatch.setattr(subprocess, "Popen", Dying)
    with pytest.raises(FileError) as caught:
        convert(io.BytesIO(csv_text(PEOPLE).encode()), "people.csv")
    assert (caught.value.code, caught.value.message) == ("cut_off", sentence("cut_off"))


def test_the_sentence_is_there_in_both_languages():
    with translation.override("ko"):
        korean = sentence("cut_off")
    assert korean != sentence("cut_off")


def test_children_killed_at_random_leave_a_whole_spool_or_none(monkeypatch):
    dice = random.Random(SEED)
    content = csv_text([*PEOPLE, *([f"No{n}", f"p{n}@example.com"] for n in range(20_000))]).encode()
    monkeypatch.setattr(subprocess, "Popen", Dying)
    ends = []
    for _kill in range(trials(20, 200)):
        monkeypatch.setattr(Dying, "life", dice.uniform(0, 0.4))
        try:
            ends.append(len(converted(content)))
        except FileError as error:
            ends.append(error.code)
    assert set(ends) <= {20_002, "cut_off"}
    assert "cut_off" in ends
    assert not _children(), "a child was left behind"


def _children() -> list[int]:
    """Processes that were started here and not waited for."""
    try:
        found, _status = os.waitpid(-1, os.WNOHANG | os.WNOWAIT) if hasattr(os, "WNOWAIT") else (0, 0)
    except (ChildProcessError, OSError):
        return []
    return [found] if found else []


def test_a_child_that_takes_too_long_by_the_clock_is_ended(monkeypatch):
    monkeypatch.setattr(conversion, "_patience", lambda size: 0.001)
    with pytest.raises(FileError) as caught:
        convert(io.BytesIO(csv_text(PEOPLE).encode()), "people.csv")
    assert caught.value.code == "cut_off"


def test_the_child_learns_no_secrets(monkeypatch):
    seen = {}

    class Watched(subprocess.Popen):
        def __init__(self, *args, **options) -> None:
            seen.update(options)
            super().__init__(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    converted(csv_text(PEOPLE).encode())
    assert set(seen["env"]) <= {"PATH", "LD_LIBRARY_PATH", "SYSTEMROOT"}
    assert seen["close_fds"]


def test_the_child_needs_nothing_of_django():
    """It would take several times as long to start."""
    script = "import sys; import helpdesk.spreadsheets.reading.child; print([m for m in sys.modules if 'django' in m])"
    done = subprocess.run([sys.executable, "-c", script], cwd=django_settings.BASE_DIR, capture_output=True)
    assert done.stdout.strip() == b"[]"


def test_the_child_opens_no_socket():
    script = (
        "import socket\nfrom helpdesk.spreadsheets.reading.child import _forbid_sockets\n"
        "_forbid_sockets()\nsocket.socket().connect(('127.0.0.1', 9))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=django_settings.BASE_DIR, capture_output=True)
    assert b"PermissionError: socket" in done.stderr
