"""What a customer administrator of the demo finds on the way into an account."""

from __future__ import annotations

from dataclasses import replace

from customers.administration.invitations import invite
from customers.administration.join_requests import suggest
from helpdesk.core.actors import SYSTEM, Actor
from helpdesk.sign_in.identity import whose
from portal.demo.customers import Accounts, Contacts
from portal.demo.fixtures import read


def load_joining(accounts: Accounts, contacts: Contacts, *, actor: Actor) -> None:
    """Invitations without an answer, and requests to join. No letters: it happened before the desk was there."""
    rows = read("joining.yaml")
    for name, inviter, address, role in rows["invitations"]:
        owner = whose(inviter)
        if owner is None:
            raise LookupError(f"joining.yaml: nobody signs in with {inviter}")
        invite(accounts[name], address, role=role, actor=replace(Actor.for_user(owner.user), kind=SYSTEM))
    for name, address in rows["requests"]:
        suggest(contacts[address], accounts[name], actor=actor)
