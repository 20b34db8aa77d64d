"""Forget old entries of the audit feed."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.dateparse import parse_date

from helpdesk.events.pruning import SLICE, prune


def day(text: str) -> datetime:
    """The beginning of a day, in the desk's time zone."""
    found = parse_date(text)
    if found is None:
        raise ArgumentTypeError(f"“{text}” is not a date such as 2026-01-31")
    return timezone.make_aware(datetime.combine(found, datetime.min.time()))


def positive(text: str) -> int:
    """A whole number above zero."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"“{text}” is not a whole number above zero")
    return int(text)


class Command(BaseCommand):
    help = (
        "Delete entries of the audit feed that were recorded before a day. Timelines become shorter, and nothing else "
        "changes. What a consumer has not handled yet stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        until = parser.add_mutually_exclusive_group(required=True)
        until.add_argument("--before", type=day, metavar="DATE", help="such as 2026-01-31")
        until.add_argument("--days", type=positive, metavar="N", help="older than so many days")
        parser.add_argument("--slice", type=positive, default=SLICE, help="entries in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        before = options["before"] or timezone.now() - timedelta(days=options["days"])
        number = prune(before, at_once=options["slice"])
        self.stdout.write(f"{number} entries of the audit feed deleted.")
