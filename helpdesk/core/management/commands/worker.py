"""The background worker: runs the task queue and the clock."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from helpdesk.core import clock

CLOCK_SECONDS = 15


class Command(BaseCommand):
    help = "Runs the background tasks and what is due by the clock, until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do all that waits now, then stop.")
        parser.add_argument(
            "--interval", type=float, default=1.0, help="Seconds between two looks at the queue."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.check(tags=[Tags.database], databases=["default"])
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        if options["once"]:
            clock.run_due()
            worker.run()
            return
        worker.configure_signals()
        self._run_until_stopped(worker, options["interval"])

    @staticmethod
    def _run_until_stopped(worker: Worker, interval: float) -> None:
        next_tick = 0.0
        while worker.running:
            if time.monotonic() >= next_tick:
                clock.run_due()
                next_tick = time.monotonic() + CLOCK_SECONDS
            worker.run()
            if worker.running:
                time.sleep(interval)
