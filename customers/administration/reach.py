"""What the customer administrators of an account see of its people, and what of its history.

A member may belong to other accounts: their addresses there are none of the account's business.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from customers import policies
from customers.models import Account, Association, Contact, ContactMethod
from customers.querysets import AssociationQuerySet
from customers.values.domains import domain_of, is_public
from helpdesk.core.actors import Actor
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline

CUSTOMERS_FIELDS = ("name", "phone", "website", "address", "sharing")
CODES = (
    "association.added",
    "association.removed",
    "association.changed",
    "contact_relationship.created",
    "contact_relationship.deleted",
    "contact.deactivated",
    "contact.returned",
    "contact.handed_over",
    "invitation.sent",
    "invitation.withdrawn",
    "invitation.accepted",
    "invitation.declined",
    "join_request.made",
    "join_request.accepted",
    "join_request.declined",
)
"""What of an account's history its customers read; of changes of the account itself, those of `CUSTOMERS_FIELDS`."""


def people_of(account: Account, *, actor: Actor) -> AssociationQuerySet:
    """The places of everybody in the account, with the person and the sign-in."""
    policies.require_manage(actor, [account.pk])
    return account.associations.select_related("contact__user", "account")


def shown_addresses(people: Iterable[Contact], account: Account, *, actor: Actor) -> dict[int, list[str]]:
    """The e-mail addresses of these members that the actor may read, the default first. Prefetch `with_methods()`.

    All of whoever belongs to managed accounts alone. Of somebody who belongs elsewhere as well: those at a domain of
    the account, or at one of the reader's own."""
    members = list(people)
    alone = _only_here({person.pk for person in members}, actor)
    domains = set(account.domains.values_list("domain", flat=True)) | _domains_of(actor)
    return {
        person.pk: [
            method.value
            for method in sorted(person.methods.all(), key=lambda method: (not method.is_default, method.pk))
            if method.kind == ContactMethod.Kind.EMAIL
            and (person.pk in alone or domain_of(method.value) in domains)
        ]
        for person in members
    }


def _domains_of(actor: Actor) -> set[str]:
    if actor.contact is None:
        return set()
    values = actor.contact.methods.filter(kind=ContactMethod.Kind.EMAIL).values_list("value", flat=True)
    return {domain for value in values if not is_public(domain := domain_of(value))}


def _only_here(identifiers: set[int], actor: Actor) -> set[int]:
    if actor.is_staff:
        return identifiers
    managed = Account.objects.manageable_by(actor).order_by().values("pk")
    elsewhere = Association.objects.filter(contact__in=identifiers).exclude(account__in=managed)
    return identifiers - set(elsewhere.values_list("contact", flat=True))


def activity_of(account: Account, *, actor: Actor) -> QuerySet[AuditEntry]:
    """The history of an account as its customers may read it, newest first."""
    policies.require_manage(actor, [account.pk])
    own = Q(code="account.changed", data__changes__has_any_keys=list(CUSTOMERS_FIELDS))
    return timeline(account).filter(Q(code__in=CODES) | own)
