"""Lists the contacts that belong to more accounts than HELPDESK_MAX_ACCOUNTS_PER_CONTACT allows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from customers.health.limits import contacts_over_limit


class Command(BaseCommand):
    help = (
        "Lists who belongs to more accounts than the desk allows: reference, name, how many. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="Try another limit than that of the settings.")

    def handle(self, *args: Any, limit: int | None, **options: Any) -> None:
        for contact in contacts_over_limit(limit).iterator(chunk_size=1000):
            self.stdout.write(f"{contact.reference}\t{contact.name}\t{contact.account_count}")
