"""Filling an empty desk with the demo data, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from customers.models import Account, Contact
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from portal.demo.conversations import Desk, load_tickets
from portal.demo.customers import backdate, load_accounts, load_contacts, load_relationships
from portal.demo.exports import load_export
from portal.demo.staff import load_definitions, load_members, load_staff
from portal.demo.team import load_joining


@dataclass(frozen=True)
class Loaded:
    """How much there is now."""

    accounts: int
    contacts: int
    tickets: int


def is_empty() -> bool:
    """Whether nobody has begun to use this desk: no people, no accounts."""
    return not any(model.objects.exists() for model in (User, Account, Contact))


@transaction.atomic
def load() -> Loaded:
    """Load `fixtures/` into an empty desk."""
    actor, now = Actor.system("demo"), timezone.now()
    staff, departments = load_staff(actor=actor), load_definitions()
    load_members(staff, departments)
    accounts = load_accounts(now, actor=actor)
    contacts = load_contacts(accounts, now, actor=actor)
    load_relationships(accounts, contacts, actor=actor)
    load_joining(accounts, contacts, actor=actor)
    backdate(contacts)
    tickets = load_tickets(Desk(staff, departments, accounts, contacts, now))
    load_export(staff["manager@example.com"])
    return Loaded(len(accounts), Contact.objects.count(), tickets)
