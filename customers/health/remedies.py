"""Remedies for many contacts at once: accounts by domain, phones that parse after all, addresses to try again.

Each says beforehand what it would do, does at most `MOST` contacts in one go (a page waits for it), and goes through
the same services, into the same history, as a single change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from customers import policies
from customers.errors.records import NotAnAddress, NothingToUndo
from customers.models import (
    UNPARSED_PHONE,
    Account,
    AccountDomain,
    Association,
    Contact,
    ContactMethod,
    DomainJoining,
    JoinedByDomain,
)
from customers.services.associations import associate_many, current_lists, disassociate_many
from customers.services.exposure import Watch
from customers.services.methods.bouncing import clear_bouncing_many
from customers.services.methods.changes import rewrite_methods
from customers.services.methods.values import NewMethod, as_it_stands, normalised
from customers.values.addresses import MailDomain
from customers.values.domains import domain_of
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import lock_many, locked_many
from helpdesk.core.database.lookups import one_of
from helpdesk.events.recording import record, record_many

MOST = 2000
SHOWN = 20
BY_DOMAIN, BY_DOMAIN_UNDONE = "health.joined_by_domain", "health.joined_by_domain_undone"


# --- Accounts by domain ---------------------------------------------------------------
@dataclass(frozen=True)
class Joining:
    """Contacts without an account whose address belongs to one: so many each, the first in full."""

    accounts: list[tuple[Account, int]]
    people: int
    more: bool
    """Whether there are more people than one go takes."""


def joining() -> Joining:
    """What `join_by_domain` would do now."""
    chosen = dict(islice(_chosen().items(), MOST + 1))
    counts = Counter(list(chosen.values())[:MOST])
    accounts = Account.objects.in_bulk(list(counts))
    named = [(accounts[pk], number) for pk, number in counts.most_common() if pk in accounts]
    return Joining(named, min(len(chosen), MOST), len(chosen) > MOST)


def join_by_domain(*, actor: Actor, agreed: str | None = None) -> DomainJoining | None:
    """Associate contacts without an account with the account that the domain of their address belongs to; the
    default address decides. Returns the joining, which can be taken back; None when there is nobody. Raises
    `WidensSight` unless what it opens was `agreed` to."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        chosen = dict(islice(_chosen().items(), MOST))
        lock_many(Contact, chosen)
        still = {pk: chosen[pk] for pk in chosen.keys() - current_lists(chosen).keys()}
        if not still or actor.user is None:
            return None
        people, accounts = (
            Contact.objects.in_bulk(list(still)),
            Account.objects.in_bulk(list(set(still.values()))),
        )
        entry = record(BY_DOMAIN, subject=actor.user, actor=actor, people=len(still), accounts=len(accounts))
        joining = DomainJoining.objects.create(user=actor.user, people=len(still))
        by_account: dict[int, list[Contact]] = defaultdict(list)
        watch = Watch.of_people(list(still))
        for pk, account in still.items():
            if account in accounts and pk in people:
                by_account[account].append(people[pk])
        for account, members in sorted(by_account.items()):
            associate_many(members, accounts[account], actor=replace(actor, cause=entry))
        JoinedByDomain.objects.bulk_create(
            JoinedByDomain(joining=joining, contact=contact, account=accounts[account])
            for account, members in by_account.items()
            for contact in members
        )
        watch.gained(agreed=agreed, actor=actor)
    return joining


def undo_joining(joining: DomainJoining, *, actor: Actor) -> int:
    """Take back what one `join_by_domain` did, for whoever has still just that account; says of how many.

    Raises `NothingToUndo` when it was taken back before."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        joining = DomainJoining.objects.select_for_update(of=("self",)).get(pk=joining.pk)
        if joining.undone_at:
            raise NothingToUndo
        joining.undone_at = timezone.now()
        joining.save(update_fields=["undone_at"])
        rows = dict(joining.rows.values_list("contact", "account"))
        lists = current_lists(rows)
        by_account: dict[int, list[Contact]] = defaultdict(list)
        for pk, account in rows.items():
            if [place.account_id for place in lists.get(pk, [])] == [account]:
                by_account[account].append(Contact(pk=pk))
        for account, members in sorted(by_account.items()):
            disassociate_many(members, Account(pk=account), actor=actor)
        people = sum(len(members) for members in by_account.values())
        record(BY_DOMAIN_UNDONE, subject=joining.user or actor.user, actor=actor, people=people)
    return people


def _chosen() -> dict[int, int]:
    """Contact → account, in the order of contacts; the default address first."""
    rows = _addresses_with_account()[: 4 * (MOST + 1)]
    accounts = dict(
        AccountDomain.objects.filter(domain__in=_domains(rows)).values_list(Lower("domain"), "account")
    )
    chosen: dict[int, int] = {}
    for contact, address in rows:
        chosen.setdefault(contact, accounts[domain_of(address)])
    return chosen


def _addresses_with_account() -> QuerySet[ContactMethod, tuple[int, str]]:
    """The addresses of contacts without an account that have an account's domain."""
    placed = Association.objects.filter(contact=OuterRef("contact"))
    rows = ContactMethod.objects.filter(~Exists(placed), kind=ContactMethod.Kind.EMAIL)
    rows = rows.annotate(domain=MailDomain("value_key"))
    known = AccountDomain.objects.annotate(folded=Lower("domain")).filter(folded=OuterRef("domain"))
    return (
        rows.filter(Exists(known))
        .order_by("contact", "-is_default", "pk")
        .values_list("contact", "value_key")
    )


def _domains(rows: Iterable[tuple[int, str]]) -> set[str]:
    return {domain_of(address) for _contact, address in rows}


# --- Phones -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Reread:
    """A phone that is no number as it stands, and the number that it is read as."""

    method: ContactMethod
    value: str
    key: str


def rereadable(region: str = "") -> list[Reread]:
    """The first phones that parse as numbers of `region` (the desk's own by default)."""
    rows = ContactMethod.objects.filter(UNPARSED_PHONE).select_related("contact").order_by("pk")
    found = (_reread(row, region or settings.HELPDESK_PHONE_REGION) for row in rows.iterator(chunk_size=MOST))
    return list(islice((each for each in found if each), MOST))


def normalise_phones(*, actor: Actor, region: str = "") -> int:
    """Keep as numbers what parses; says how many. What the contact has already stays as it is."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        wanted = {each.method.pk: each for each in rereadable(region)}
        contacts = locked_many(Contact, {each.method.contact_id for each in wanted.values()})
        lists: dict[int, list[NewMethod]] = {pk: [] for pk in contacts}
        rows = list(ContactMethod.objects.filter(one_of("contact_id", contacts)).order_by("pk"))
        taken = {(row.contact_id, row.kind, row.value_key): row.pk for row in rows}
        number = 0
        for row in rows:
            again = _reread(row, region or settings.HELPDESK_PHONE_REGION) if row.pk in wanted else None
            method = as_it_stands(row)
            if again and taken.setdefault((row.contact_id, row.kind, again.key), row.pk) == row.pk:
                method = replace(method, value=again.value, key=again.key, corrects=row.value)
                number += 1
            lists[row.contact_id].append(method)
        record_many(rewrite_methods(contacts, lists, actor=actor), actor=actor)
    return number


def _reread(method: ContactMethod, region: str) -> Reread | None:
    try:
        value, key = normalised(method.kind, method.value, region=region)
    except NotAnAddress:
        return None
    return Reread(method, value, key) if key != method.value_key else None


# --- Addresses that bounce ----------------------------------------------------------------
def bouncing_methods() -> QuerySet[ContactMethod]:
    """The marked addresses, the latest first."""
    rows = ContactMethod.objects.filter(bouncing_since__isnull=False).select_related("contact")
    return rows.order_by("-bouncing_since", "-pk")


def clear_all_bouncing(*, actor: Actor) -> int:
    """Take the mark off the first `MOST` addresses; says off how many."""
    ids = list(bouncing_methods().order_by("contact").values_list("pk", flat=True)[:MOST])
    return clear_bouncing_many(ids, actor=actor)
