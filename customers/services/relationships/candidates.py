"""Who may be given a responsibility on an account, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from customers.models import Account, Association, Contact
from customers.services.relationships.rights import Through, links_between, throughs


@dataclass(frozen=True)
class Candidate:
    """A contact, and the accounts that make it eligible, each with the reason."""

    contact: Contact
    through: tuple[Through, ...]


def candidates_for(account: Account, contacts: Sequence[Contact]) -> list[Candidate]:
    """The reasons of these eligible contacts (`Contact.objects.eligible_for`): two queries."""
    lending = Account.objects.lending_to(account.pk, account.tree)
    places = Association.objects.filter(contact__in=contacts, account__in=lending).select_related("account")
    by_contact: dict[int, list[Account]] = {}
    for place in places.order_by("position"):
        by_contact.setdefault(place.contact_id, []).append(place.account)
    links = links_between([account.pk], {place.account_id for place in places})
    return [
        Candidate(
            contact,
            tuple(
                through
                for lender in _own_first(account, by_contact.get(contact.pk, []))
                for through in throughs(account.pk, account.tree, lender, links[account.pk, lender.pk])
            ),
        )
        for contact in contacts
    ]


def _own_first(account: Account, lenders: list[Account]) -> list[Account]:
    return sorted(lenders, key=lambda lender: lender.pk != account.pk)
