"""`manage.py reset_second_factor EMAIL`: for an administrator whom no other administrator can help."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.actors import Actor
from helpdesk.sign_in.identity import whose
from helpdesk.sign_in.second_factor import reset_second_factor


class Command(BaseCommand):
    help = (
        "Take somebody's authenticator app and recovery codes away; they are signed out and told by letter."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address that the person signs in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        owner = whose(email)
        if owner is None:
            raise CommandError(f"Nobody signs in with {email}.")
        if not reset_second_factor(owner.user, actor=Actor.system("manage.py reset_second_factor")):
            raise CommandError(f"{owner.address} has no two-step sign-in; nothing was changed.")
        self.stdout.write(f"{owner.address} signs in with the password alone now, and was told by letter.")
