"""Pairs as a page shows them: the two people side by side, and in words what makes them look like one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from customers.models import Contact, ContactMethod, DuplicatePair
from customers.models.merges import MOST_AT_ONCE
from customers.services.methods.values import PHONES
from customers.values.addresses import address_form
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase

Reason = DuplicatePair.Reason


@dataclass(frozen=True)
class ShownPair:
    """One pair; `first` and `second` with accounts and methods."""

    pair: DuplicatePair
    first: Contact
    second: Contact

    @property
    def evidence(self) -> list[str]:
        """Why they look alike, each in words and with what they share."""
        return [_WORDS[Reason(reason)](self.first, self.second) for reason in self.pair.reasons]


@dataclass(frozen=True)
class Group:
    """Everybody who may be the same as one contact, the oldest of them."""

    first: Contact
    pairs: list[ShownPair] = field(default_factory=list)

    @property
    def merge_query(self) -> str:
        """With whom the first is merged when all are one."""
        others = [shown.second.pk for shown in self.pairs][: MOST_AT_ONCE - 1]
        return "&".join(f"with={pk}" for pk in others)

    @property
    def people(self) -> int:
        """How many that would merge."""
        return min(len(self.pairs) + 1, MOST_AT_ONCE)


def grouped(pairs: Sequence[DuplicatePair], actor: Actor) -> list[Group]:
    """The pairs of a page in their order, under the contact that stands first in them: three queries."""
    ids = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
    people = Contact.objects.visible_to(actor).with_accounts().with_methods().in_bulk(sorted(ids))
    groups: list[Group] = []
    for pair in pairs:
        first, second = people.get(pair.first_id), people.get(pair.second_id)
        if first is None or second is None:
            continue
        if not groups or groups[-1].first != first:
            groups.append(Group(first))
        groups[-1].pairs.append(ShownPair(pair, first, second))
    return groups


# --- Words -------------------------------------------------------------------------
def _phone(first: Contact, second: Contact) -> str:
    known = {method.value_key for method in _methods(second, PHONES)}
    shared = [method.display for method in _methods(first, PHONES) if method.value_key in known]
    return phrase("Same phone: %(value)s", value=_listed(shared)) if shared else str(Reason.PHONE.label)


def _name(first: Contact, second: Contact) -> str:
    known = {place.account_id for place in second.ordered_associations}
    shared = [place.account.name for place in first.ordered_associations if place.account_id in known]
    if not shared:
        return str(Reason.NAME.label)
    return phrase("Same name, and both at %(account)s", account=_listed(shared))


def _address(first: Contact, second: Contact) -> str:
    emails = (ContactMethod.Kind.EMAIL,)
    known = {address_form(method.value_key): method.value for method in _methods(second, emails)}
    for method in _methods(first, emails):
        if other := known.get(address_form(method.value_key)):
            return phrase("Similar addresses: %(value)s and %(other)s", value=method.value, other=other)
    return str(Reason.ADDRESS.label)


_WORDS = {Reason.PHONE: _phone, Reason.NAME: _name, Reason.ADDRESS: _address}


def _methods(contact: Contact, kinds: Iterable[str]) -> list[ContactMethod]:
    return [method for method in contact.methods.all() if method.kind in kinds]


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts[:3]) + ("…" if len(texts) > 3 else "")
