"""A desk that allows fewer accounts a contact than 25: who has more than that."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from customers.models import MAX_POSITION, Association, Contact
from customers.querysets import ContactQuerySet
from customers.services.associations import account_limit

SHOWN = 20


@dataclass(frozen=True)
class OverLimit:
    """How many contacts have too many accounts, the most that one has; of the first: reference, name, how many."""

    number: int
    most: int
    first: list[tuple[str | None, str, int]]


def contacts_over_limit(limit: int | None = None) -> ContactQuerySet:
    """Who belongs to more accounts than the desk allows, or than `limit`; in the order they came."""
    most = account_limit() if limit is None else limit
    crowded = Association.objects.order_by().values("contact").annotate(n=Count("pk")).filter(n__gt=most)
    people = Contact.objects.filter(pk__in=crowded.values("contact")).with_account_count()
    return people.order_by("pk")


def over_limit() -> OverLimit:
    """What stands against the present limit; nothing where the limit is the most that the database holds."""
    if account_limit() >= MAX_POSITION:
        return OverLimit(0, 0, [])
    people = contacts_over_limit()
    number = people.count()
    most = max(people.order_by().values_list("account_count", flat=True)) if number else 0
    return OverLimit(number, most, list(people.values_list("reference", "name", "account_count")[:SHOWN]))
