"""The background worker: the task queue, the clock and what the floors above register, side by side."""

from __future__ import annotations

import logging
import os
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.background.workers import Crew, do_once, own_connections

#: Less than what `runall` and service managers wait before they kill.
STOPPING_SECONDS = 8.0


class Command(BaseCommand):
    help = "Runs the background tasks, what is due by the clock and what leaves the desk, until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do all that waits now, then stop.")
        parser.add_argument(
            "--interval", type=float, default=1.0, help="Seconds between two looks at the queue."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        if options["once"]:
            self.check(tags=[Tags.database], databases=["default"])
            do_once()
            return
        own_connections()
        self.check(tags=[Tags.database], databases=["default"])
        self._run_until_stopped(options["interval"])

    @staticmethod
    def _run_until_stopped(interval: float) -> None:
        crew = Crew(interval=interval)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: crew.stopping.set())
        crew.start()
        while not crew.stopping.wait(0.5):
            if not crew.is_whole():
                raise CommandError("A part of the worker ended by itself; its last lines are above.")
        for number in (signal.SIGINT, signal.SIGTERM):  # a second time: at once
            signal.signal(number, signal.SIG_DFL)
        crew.stop(STOPPING_SECONDS)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(
            0
        )  # threads that are not done would keep the process; what they were at waits for the next worker
