"""`manage.py check_addresses`: whether every address, phone and handle has the key that today's rules give it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from customers.models import ContactMethod
from customers.services.methods.rekeying import rekey


class Command(BaseCommand):
    help = "List contact methods whose key is taken by another one, or that are no addresses; exit 1 if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mend", action="store_true", help="give the others the key that they should have"
        )

    def handle(self, *args: Any, mend: bool, **options: Any) -> None:
        collisions = rekey(ContactMethod, write=mend)
        for collision in collisions:
            self.stdout.write(str(collision))
        if collisions:
            raise SystemExit(1)
        self.stdout.write("No two contacts have the same address.")
