"""What makes two contacts look like one person: a phone, a name in one account, an address that differs in dots only.

For a set of contacts each sign costs a fixed number of queries, all by index: the keys that these contacts have, then
everybody who has one of them. A key that more than `MOST_SHARING` people share is no sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from itertools import combinations

from django.db.models import Count, QuerySet

from customers.models import MOST_SHARING, Association, Contact, ContactMethod, DuplicatePair
from customers.services.methods.values import PHONES
from customers.values.addresses import AddressForm
from helpdesk.core.search import SearchForm

Reason = DuplicatePair.Reason
Pair = tuple[int, int]
Ids = set[int]
Groups = dict[Hashable, set[int]]

METHODS = ContactMethod.objects.order_by()
PHONE = METHODS.filter(kind__in=PHONES, value_key__startswith="+")
EMAIL = METHODS.filter(kind=ContactMethod.Kind.EMAIL).annotate(form=AddressForm("value_key"))


def pairs_of(contact_ids: Ids) -> dict[Pair, set[str]]:
    """Every pair with one of these contacts, and why it is one."""
    found: dict[Pair, set[str]] = defaultdict(set)
    for reason, groups_of in SIGNS.items():
        for group in groups_of(contact_ids).values():
            for pair in _pairs_within(group, contact_ids):
                found[pair].add(reason)
    return _without_different_ids(found)


def just_too_many(contact_ids: Ids) -> set[int]:
    """Who shares a phone with one of these that has become, or is about to become, a switchboard: their pairs may
    have to go, though nobody changed them."""
    keys = PHONE.filter(contact__in=contact_ids).values_list("value_key", flat=True)
    crowded = _keys_shared_by(PHONE, "value_key", set(keys), MOST_SHARING + 1, 2 * MOST_SHARING)
    rows = PHONE.filter(value_key__in=crowded) if crowded else PHONE.none()
    return set(rows.values_list("contact", flat=True))


# --- The signs -------------------------------------------------------------------
def _same_phones(contact_ids: Ids) -> Groups:
    return _by_key(PHONE, "value_key", contact_ids)


def _similar_addresses(contact_ids: Ids) -> Groups:
    return _by_key(EMAIL, "form", contact_ids)


def _same_names(contact_ids: Ids) -> Groups:
    """By name and account: whoever has one of these names, in one of these contacts' accounts."""
    people = Contact.objects.order_by().filter(pk__in=contact_ids)
    names = people.values_list(SearchForm("name"), flat=True)
    places = Association.objects.order_by()
    accounts = places.filter(contact__in=contact_ids).values_list("account", flat=True)
    rows = places.annotate(form=SearchForm("contact__name"))
    rows = rows.filter(form__in=set(names), account__in=set(accounts))
    found = _grouped(
        ((form, account), pk) for form, account, pk in rows.values_list("form", "account", "contact")
    )
    return {key: people for key, people in found.items() if len(people) <= MOST_SHARING}


SIGNS: dict[str, Callable[[Ids], Groups]] = {
    Reason.PHONE: _same_phones,
    Reason.NAME: _same_names,
    Reason.ADDRESS: _similar_addresses,
}


def _by_key(methods: QuerySet[ContactMethod], column: str, contact_ids: Ids) -> Groups:
    """Who shares the values of `column` that these contacts' methods have; one pass counts, so that the thousands of
    a switchboard are not fetched."""
    keys = set(methods.filter(contact__in=contact_ids).values_list(column, flat=True))
    shared = _keys_shared_by(methods, column, keys, 2, MOST_SHARING)
    if not shared:
        return {}
    return _grouped(methods.filter(**{f"{column}__in": shared}).values_list(column, "contact"))


def _keys_shared_by(
    methods: QuerySet[ContactMethod], column: str, keys: Collection[str], least: int, most: int
) -> list[str]:
    if not keys:
        return []
    counted = methods.filter(**{f"{column}__in": keys}).values(column)
    counted = counted.annotate(people=Count("contact", distinct=True))
    return list(counted.filter(people__gte=least, people__lte=most).values_list(column, flat=True))


def _grouped(rows: Iterable[tuple[Hashable, int]]) -> Groups:
    groups: Groups = defaultdict(set)
    for key, contact in rows:
        groups[key].add(contact)
    return groups


def _pairs_within(group: set[int], contact_ids: Ids) -> Iterator[Pair]:
    """The pairs of a group with at least one of these contacts, the older (the lower id) first."""
    return (pair for pair in combinations(sorted(group), 2) if not contact_ids.isdisjoint(pair))


def _without_different_ids(pairs: dict[Pair, set[str]]) -> dict[Pair, set[str]]:
    """Two people whom the CRM knows as two are two."""
    people = {pk for pair in pairs for pk in pair}
    known = dict(
        Contact.objects.order_by()
        .filter(pk__in=people)
        .exclude(external_id="")
        .values_list("pk", "external_id")
    )

    def two(first: int, second: int) -> bool:
        return first in known and second in known and known[first] != known[second]

    return {pair: reasons for pair, reasons in pairs.items() if not two(*pair)}
