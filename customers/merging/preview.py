"""What a merge would do, for the page that asks: values, numbers, the accounts afterwards, and what it closes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.text import capfirst

from customers.merging.accounts import below
from customers.merging.contacts import UNITED, united_accounts
from customers.merging.fields import Line, Sources, account_lines, contact_lines
from customers.merging.repointing import counts_by, relations_to, unique_with
from customers.models import Account, Association, Contact, ContactMethod, Merge
from customers.services.associations import account_limit
from helpdesk.core.words import phrase


@dataclass(frozen=True)
class Fact:
    """A line of the page that is not chosen: what each record has, and what comes of it."""

    label: str
    cells: list[str]
    after: str


@dataclass(frozen=True)
class Place:
    """An account of the list afterwards (or one that does not fit), and where it comes from."""

    account: Account
    source: str
    job_title: str = ""


# --- Lines ------------------------------------------------------------------
def lines_of(records: Sequence[Any], sources: Sources) -> list[Line]:
    """What can be chosen; fields that none of them has are left out, and that all are active goes without saying."""
    if isinstance(records[0], Contact):
        lines = contact_lines(records, sources)
    else:
        lines = account_lines(records, below(records), sources)
    return [line for line in lines if line.is_choice or not (line.is_blank or line.key == "is_active")]


# --- Facts ------------------------------------------------------------------
def facts_of(records: Sequence[Any]) -> list[Fact]:
    """What is moved, in numbers, however many there are: one query for each kind of thing."""
    ids = [record.pk for record in records]
    facts = [_methods(ids)] if isinstance(records[0], Contact) else [_people(ids)]
    by_label: dict[str, tuple[dict[int, int], bool]] = {}
    for field in relations_to(type(records[0])):
        if field.remote_field.hidden or field.model in (*UNITED, Merge):
            continue
        numbers = counts_by(field, ids)
        known, once = by_label.get(_label(field), ({}, False))
        summed = {pk: known.get(pk, 0) + numbers.get(pk, 0) for pk in ids}
        by_label[_label(field)] = summed, once or any(unique_with(field))
    for label, (numbers, once) in by_label.items():
        if total := sum(numbers.values()):
            after = phrase("All kept, each once") if once else phrase("%(n)s, nothing is lost", n=total)
            facts.append(Fact(label, [str(numbers[pk]) for pk in ids], after))
    return [fact for fact in facts if any(fact.cells)]


def _label(field: Any) -> str:
    if field.model is Account:
        return phrase("Children")
    return str(capfirst(field.model._meta.verbose_name_plural))


def _methods(ids: list[int]) -> Fact:
    """Ways to reach them, by kind; one that several have counts once afterwards."""
    rows = ContactMethod.objects.filter(contact__in=ids).order_by("kind", "pk")
    found = list(rows.values_list("contact", "kind", "value_key"))
    each = [_by_kind({(kind, key) for contact, kind, key in found if contact == pk}) for pk in ids]
    return Fact(
        phrase("Ways to reach them"),
        each,
        phrase("All kept: %(kinds)s", kinds=_by_kind({(kind, key) for _contact, kind, key in found})),
    )


def _by_kind(keys: Collection[tuple[str, str]]) -> str:
    labels = dict(ContactMethod.Kind.choices)
    numbers = {kind: sum(1 for each, _key in keys if each == kind) for kind in labels}
    return ", ".join(f"{labels[kind]} {number}" for kind, number in numbers.items() if number)


def _people(ids: list[int]) -> Fact:
    rows = Association.objects.filter(account__in=ids).order_by()
    numbers = dict(rows.values_list("account").annotate(Count("pk")))
    united = rows.values("contact").distinct().count()
    label = phrase("%(Term_contacts)s")
    return Fact(label, [str(numbers.get(pk, 0)) for pk in ids], phrase("%(n)s, nobody is lost", n=united))


# --- The accounts of a contact afterwards ---------------------------------------------
def places_after(people: Sequence[Contact], dropped: Iterable[int]) -> tuple[list[Place], list[Place]]:
    """The accounts that stay, in order, and those that do not fit: the chosen ones, else the last."""
    united = united_accounts(people)
    out = _that_must_go([each.entry.account_id for each in united], list(dropped))
    accounts = Account.objects.in_bulk([each.entry.account_id for each in united])
    places = {
        each.entry.account_id: Place(
            accounts[each.entry.account_id], _source(each.people, people), each.entry.job_title
        )
        for each in united
    }
    return [place for pk, place in places.items() if pk not in out], [
        places[pk] for pk in places if pk in out
    ]


def _that_must_go(united: list[int], chosen: list[int]) -> set[int]:
    """As many as do not fit: those that were chosen first, then from the end."""
    number = max(len(united) - account_limit(), 0)
    wanted = [pk for pk in chosen if pk in united]
    rest = [pk for pk in reversed(united) if pk not in wanted]
    return set([*wanted, *rest][:number])


def _source(owners: tuple[int, ...], people: Sequence[Contact]) -> str:
    if owners == (people[0].pk,):
        return ""
    if len(owners) > 1:
        return phrase("in both") if len(people) == 2 else phrase("in several")
    name = next(person.name for person in people if person.pk == owners[0])
    return phrase("from %(name)s", name=name)
