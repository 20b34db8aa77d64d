"""`manage.py demo`: load the demo data once."""

from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.demo.exports import stored_exports
from portal.demo.files import delete_files, stored_files
from portal.demo.loading import is_empty, load

SIGN_INS = """
  Help center      {address}/         customer@example.com · customeradmin@example.com · broker@example.com
  Agent workspace  {address}/agent/   agent@example.com · manager@example.com · admin@example.com
  Django admin     {address}/admin/   admin@example.com

  The password is "demo" for all."""


class Command(BaseCommand):
    help = "Load the demo data (fixtures/) into an empty desk; a desk that is in use is left as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="first delete everything in the database, then load again"
        )

    def handle(self, *args: Any, reset: bool, verbosity: int, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "Demo sign-ins are public. Set HELPDESK_DEMO=true on a desk that is only a demo."
            )
        if reset:
            names = [*stored_files(), *stored_exports()]
            call_command("flush", interactive=False, verbosity=0)
            transaction.on_commit(partial(delete_files, names))
        if is_empty():
            loaded = load()
            outcome = (
                f"Loaded {loaded.accounts} accounts, {loaded.contacts} contacts, {loaded.tickets} tickets."
            )
        else:
            outcome = (
                "This desk is already in use; nothing was loaded. --reset deletes everything and loads again."
            )
        if verbosity:
            self.stdout.write(outcome)
            self.stdout.write(SIGN_INS.format(address=settings.HELPDESK_PUBLIC_URL))
