"""`manage.py runall`: the web server and the worker side by side, for the demo and for small desks."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

STARTING_SECONDS = 60
STOPPING_SECONDS = 10
SIGN_INS = """
  Help center      {address}/         customer@example.com · customeradmin@example.com · broker@example.com
  Agent workspace  {address}/agent/   agent@example.com · manager@example.com · admin@example.com
  Django admin     {address}/admin/   admin@example.com

  The password is "demo" for all. Ctrl-C stops everything.
"""


class Command(BaseCommand):
    help = "Serve the web and run the worker until one of them ends or Ctrl-C is pressed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="migrate and load the demo data first")

    def handle(self, *args: Any, host: str, port: int, demo: bool, **options: Any) -> None:
        self._require_free(host, port)
        signal.signal(signal.SIGTERM, _interrupt)
        if demo:
            self._prepare()
        processes = [_start(command) for command in _commands(host, port)]
        try:
            self._announce(f"http://{'localhost' if host == '127.0.0.1' else host}:{port}", processes, demo)
            ended = _first_to_end(processes)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
            return
        finally:
            _stop(processes)
        raise CommandError(f"The {ended} ended by itself; its last lines are above.")

    def _prepare(self) -> None:
        self.stdout.write("Preparing the database and the demo data …")
        Path(settings.STATIC_ROOT).mkdir(
            parents=True, exist_ok=True
        )  # whitenoise wants it, though the demo leaves it empty
        call_command("migrate", interactive=False, verbosity=0)
        call_command("compile_locale", verbosity=0)
        call_command("demo", verbosity=0)

    def _require_free(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(f"Port {port} is taken. Name another: make demo PORT=8001") from error

    def _announce(self, address: str, processes: list[subprocess.Popen[bytes]], demo: bool) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while not _answers(f"{address}/healthz"):
            if any(process.poll() is not None for process in processes):
                return
            if time.monotonic() > deadline:
                raise CommandError(f"The web server did not answer within {STARTING_SECONDS} seconds.")
            time.sleep(0.2)
        text = SIGN_INS if demo else "Serving {address}/"
        self.stdout.write(text.format(address=address))


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _commands(host: str, port: int) -> list[list[str]]:
    gunicorn = Path(sys.executable).with_name("gunicorn")
    manage = settings.BASE_DIR / "manage.py"
    web = [str(gunicorn), "--bind", f"{host}:{port}", "--threads", "8", "--log-level", "warning"]
    return [[*web, "helpdesk.wsgi"], [sys.executable, str(manage), "worker"]]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us alone, and we stop both in order.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - fixed words and a checked port


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address, http only
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _first_to_end(processes: list[subprocess.Popen[bytes]]) -> str:
    while True:
        for process, name in zip(processes, ("web server", "worker"), strict=True):
            if process.poll() is not None:
                return name
        time.sleep(0.3)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask both to finish what they hold, then insist. A second Ctrl-C does not leave one behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOPPING_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
