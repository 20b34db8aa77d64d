"""The ordered list of accounts of a contact: every change to it goes through here.

All verbs are one idea: lock the contacts, turn each list into a new list, write the changed lists whole. Writing whole
(delete and insert) needs no juggling of positions; the database's constraints stay as the last word.

What a new list lets somebody see is recorded with the change, and asked about where `agreed` is given (`exposure`).
Only `set_accounts_many` does not look: imports, bulk updates and merges ask about all of their changes at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from customers import policies
from customers.errors.records import (
    AccountGone,
    AccountListedTwice,
    ContactGone,
    NotAssociated,
    TooManyAccounts,
    ValueChanged,
)
from customers.models import Account, Association, Contact
from customers.services.exposure import Exposure, Watch, recorded_with
from customers.services.freshness import refuse_stale
from customers.services.relationships.eligibility import notice_people
from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import insert_rows
from helpdesk.core.database.locks import locked_many
from helpdesk.core.database.lookups import one_of
from helpdesk.core.text import line
from helpdesk.events.recording import Happening, record_many

CHUNK = 1000
OPENING = ("association.added", "association.changed")


@dataclass(frozen=True)
class Entry:
    """One place in a list, in the order of the list. `sharing` empty means: as the account says."""

    account_id: int
    job_title: str = ""
    role: str = Association.Role.CUSTOMER
    sharing: str = ""
    since: datetime | None = field(default=None, compare=False)


Lists = dict[int, list[Entry]]
Transform = Callable[[Contact, list[Entry]], list[Entry]]


def account_limit() -> int:
    """How many accounts a contact may have on this desk (1–25)."""
    return settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT


def associate_many(
    contacts: Iterable[Contact],
    account: Account,
    *,
    actor: Actor,
    primary: bool = False,
    job_title: str = "",
    agreed: str | None = None,
) -> list[Contact]:
    """Add `account` to each contact's list (first when `primary`, else last); returns those who were not in it before.

    Raises `TooManyAccounts` naming who is at the limit, and `WidensSight` unless what it opens was `agreed` to; then
    nothing is changed. On a desk with one account a contact, associating means moving.
    """
    entry = Entry(account.pk, job_title=job_title)

    def add(contact: Contact, current: list[Entry]) -> list[Entry]:
        if any(place.account_id == account.pk for place in current):
            return current
        if account_limit() == 1:
            return [entry]
        return [entry, *current] if primary else [*current, entry]

    return _change_lists(contacts, add, actor=actor, agreed=agreed)


def associate(contact: Contact, account: Account, *, actor: Actor, **choices: Any) -> list[Contact]:
    """`associate_many` for one contact."""
    return associate_many([contact], account, actor=actor, **choices)


def disassociate_many(contacts: Iterable[Contact], account: Account, *, actor: Actor) -> list[Contact]:
    """Take `account` out of each contact's list; the next account becomes primary. Tickets keep their account."""

    def remove(contact: Contact, current: list[Entry]) -> list[Entry]:
        return [place for place in current if place.account_id != account.pk]

    return _change_lists(contacts, remove, actor=actor)


def disassociate(
    contact: Contact, account: Account, *, actor: Actor, new_primary: Account | None = None
) -> list[Contact]:
    """Take `account` out of one contact's list; `new_primary` (another account of the list) comes first afterwards.

    Raises `NotAssociated` when either is not in the list.
    """

    def remove(contact: Contact, current: list[Entry]) -> list[Entry]:
        if all(place.account_id != account.pk for place in current):
            raise NotAssociated(contact)
        kept = [place for place in current if place.account_id != account.pk]
        return _with_first(contact, kept, new_primary) if new_primary else kept

    return _change_lists([contact], remove, actor=actor)


def make_primary_many(contacts: Iterable[Contact], account: Account, *, actor: Actor) -> list[Contact]:
    """Move `account` to the front of each list; the others keep their order. Raises `NotAssociated`."""
    return _change_lists(
        contacts, lambda contact, current: _with_first(contact, current, account), actor=actor
    )


def make_primary(contact: Contact, account: Account, *, actor: Actor) -> list[Contact]:
    """`make_primary_many` for one contact."""
    return make_primary_many([contact], account, actor=actor)


def set_accounts_many(lists: Lists, *, actor: Actor) -> list[Contact]:
    """Replace the whole list of each contact (``{contact id: entries, the primary first}``).

    Raises `TooManyAccounts`, `AccountListedTwice`, `AccountGone` or `ContactGone`; then nothing is changed.
    """
    policies.require_change_contact(actor)
    with transaction.atomic():
        changes = _changes(lists, lambda contact, current: list(lists[contact.pk]))
        _record(changes, Exposure(), actor=actor)
    return changes.contacts


def change_sharing(
    contact: Contact, account: Account, level: str, *, actor: Actor, agreed: str | None = None
) -> list[Contact]:
    """Set what one person may do with the others' tickets at one account ("": as the account says). Raises
    `NotAssociated`, and `WidensSight` unless what it opens was `agreed` to (`exposure`)."""

    def shared(locked: Contact, current: list[Entry]) -> list[Entry]:
        if all(place.account_id != account.pk for place in current):
            raise NotAssociated(locked)
        return [replace(each, sharing=level) if each.account_id == account.pk else each for each in current]

    return _change_lists([contact], shared, actor=actor, agreed=agreed)


def set_accounts(
    contact: Contact,
    entries: Iterable[Entry],
    *,
    actor: Actor,
    expected_version: int | None = None,
    agreed: str | None = None,
) -> list[Contact]:
    """`set_accounts_many` for one contact. Raises `ChangedMeanwhile` too, when a form was opened on another version,
    and `WidensSight` unless what the new list opens was `agreed` to."""

    def replaced(locked: Contact, current: list[Entry]) -> list[Entry]:
        refuse_stale(locked, expected_version)
        return list(entries)

    return _change_lists([contact], replaced, actor=actor, agreed=agreed)


def change_job_title(
    contact: Contact, title: str, *, actor: Actor, expected: str | None = None
) -> list[Contact]:
    """Change the job title at the primary account. Raises `NotAssociated` when there is none, and `ValueChanged` when
    it is no longer the one that the form was opened on."""

    def retitled(contact: Contact, current: list[Entry]) -> list[Entry]:
        if not current:
            raise NotAssociated(contact)
        if expected is not None and expected != current[0].job_title:
            raise ValueChanged(current[0].job_title)
        return [replace(current[0], job_title=title), *current[1:]]

    return _change_lists([contact], retitled, actor=actor)


def give_first_accounts(
    lists: Mapping[int, Sequence[Entry]], names: Mapping[int, str], *, actor: Actor
) -> None:
    """The lists of contacts that were created a moment ago in this transaction, with their names: nothing to lock, to
    compare or to take away. Raises as `set_accounts_many`."""
    tidy = {pk: entries for pk, given in lists.items() if (entries := _tidied(given))}
    limit = account_limit()
    if over := [names[pk] for pk, entries in tidy.items() if len(entries) > limit]:
        raise TooManyAccounts(over, limit)
    if not tidy:
        return
    accounts = _locked_names({entry.account_id for entries in tidy.values() for entry in entries})
    _insert(tidy, timezone.now())
    record_many(
        [
            Happening(
                "association.added",
                ("customers.contact", pk),
                ("customers.account", entry.account_id),
                {"contact": names[pk], "account": accounts[entry.account_id], "primary": position == 0},
            )
            for pk, entries in tidy.items()
            for position, entry in enumerate(entries)
        ],
        actor=actor,
        are_new=True,
    )


def current_lists(contact_ids: Iterable[int]) -> Lists:
    """The lists as they stand: one query."""
    lists: Lists = defaultdict(list)
    rows = Association.objects.filter(one_of("contact_id", contact_ids)).order_by("contact_id", "position")
    columns = ("contact", "account", "job_title", "role", "sharing", "created_at")
    for pk, account, title, role, sharing, since in rows.values_list(*columns):
        lists[pk].append(Entry(account, title, role, sharing, since))
    return lists


def _with_first(contact: Contact, current: list[Entry], account: Account) -> list[Entry]:
    first = [place for place in current if place.account_id == account.pk]
    if not first:
        raise NotAssociated(contact)
    return first + [place for place in current if place.account_id != account.pk]


def _change_lists(
    contacts: Iterable[Contact], transform: Transform, *, actor: Actor, agreed: str | None = None
) -> list[Contact]:
    """`rewrite_lists` by somebody who may change all of every list."""
    policies.require_change_contact(actor)
    return rewrite_lists(contacts, transform, actor=actor, agreed=agreed)


def rewrite_lists(
    contacts: Iterable[Contact], transform: Transform, *, actor: Actor, agreed: str | None = None
) -> list[Contact]:
    """Lock, transform, validate, write, record; returns the contacts whose list changed. What that opens has to be
    `agreed` to, and is recorded. Called by itself only from services that have authorised what `transform` does to a
    part of the lists (`team`, `invitations`, `join_requests`)."""
    identifiers = {contact.pk for contact in contacts}
    with transaction.atomic():
        watch = Watch.of_people(identifiers)
        changes = _changes(identifiers, transform)
        opened = watch.gained(agreed=agreed, actor=actor) if changes.contacts else Exposure()
        _record(changes, opened, actor=actor)
    return changes.contacts


@dataclass
class _Changes:
    """The contacts whose lists changed, and what happened to them."""

    contacts: list[Contact] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)


def _changes(contact_ids: Iterable[int], transform: Transform) -> _Changes:
    """Lock, transform, validate, write."""
    wanted, changes = sorted(contact_ids), _Changes()
    for start in range(0, len(wanted), CHUNK):
        _change_chunk(wanted[start : start + CHUNK], transform, changes)
    return changes


def _record(changes: _Changes, opened: Exposure, *, actor: Actor) -> None:
    """Tell the history; what was opened stands with the first entry that lets somebody see more."""
    if not changes.contacts:
        return
    record_many(recorded_with(opened, changes.happenings, lambda each: each.code in OPENING), actor=actor)
    notice_people([contact.pk for contact in changes.contacts], actor=actor)


def _change_chunk(identifiers: list[int], transform: Transform, changes: _Changes) -> None:
    contacts = list(locked_many(Contact, identifiers, gone=ContactGone).values())
    before = current_lists(identifiers)
    after = {contact.pk: _tidied(transform(contact, before[contact.pk])) for contact in contacts}
    changed = [contact for contact in contacts if after[contact.pk] != before[contact.pk]]
    if not changed:
        return
    _check_lengths(changed, before, after)
    names = _account_names(changed, before, after)
    _write(changed, before, after)
    changes.contacts += changed
    changes.happenings += _happenings(changed, before, after, names)


def lock_accounts_of(contact_ids: Iterable[int], *more: int) -> None:
    """Lock every account in the lists of these (locked) contacts, and these accounts, in one go: who looks at something
    of an account before lists are rewritten takes all the locks that the rewriting will want, in its order."""
    listed = Association.objects.filter(contact__in=list(contact_ids)).order_by().values("account")
    accounts = Account.objects.select_for_update(of=("self",), no_key=True)
    list(accounts.filter(Q(pk__in=more) | Q(pk__in=listed)).order_by("pk").values_list("pk"))


def _tidied(entries: Sequence[Entry]) -> list[Entry]:
    tidy = [_tidied_entry(entry) for entry in entries]
    if len({entry.account_id for entry in tidy}) != len(tidy):
        raise AccountListedTwice
    return tidy


def _tidied_entry(entry: Entry) -> Entry:
    title = line(entry.job_title)[:120]
    return entry if title == entry.job_title else replace(entry, job_title=title)


def _check_lengths(changed: list[Contact], before: Lists, after: Lists) -> None:
    """A list may shrink towards a lowered limit, never grow past it."""
    limit = account_limit()
    over = [c.name for c in changed if len(after[c.pk]) > limit and len(after[c.pk]) >= len(before[c.pk])]
    if over:
        raise TooManyAccounts(over, limit)


def _account_names(changed: list[Contact], before: Lists, after: Lists) -> dict[int, str]:
    """Names for the record; the accounts of the new lists are locked, so that none is deleted under our hands."""
    new = {entry.account_id for contact in changed for entry in after[contact.pk]}
    old = {entry.account_id for contact in changed for entry in before[contact.pk]}
    names = _locked_names(new)
    return names | dict(Account.objects.filter(one_of("id", old - new)).values_list("pk", "name"))


def _locked_names(identifiers: Collection[int]) -> dict[int, str]:
    locked = Account.objects.select_for_update(of=("self",), no_key=True).filter(one_of("id", identifiers))
    names = dict(locked.order_by("pk").values_list("pk", "name"))
    if len(names) != len(identifiers):
        raise AccountGone
    return names


def _write(changed: list[Contact], before: Lists, after: Lists) -> None:
    now = timezone.now()
    identifiers = [contact.pk for contact in changed]
    since = {(pk, entry.account_id): entry.since for pk in identifiers for entry in before[pk]}
    Association.objects.filter(one_of("contact_id", identifiers)).delete()
    _insert({pk: after[pk] for pk in identifiers}, now, since)
    Contact.objects.filter(one_of("id", identifiers)).update(updated_at=now)


def _insert(
    lists: Lists, now: datetime, since: Mapping[tuple[int, int], datetime | None] | None = None
) -> None:
    known = since or {}
    insert_rows(
        Association,
        ("contact_id", "account_id", "position", "job_title", "role", "sharing", "created_at"),
        (
            (
                pk,
                entry.account_id,
                position,
                entry.job_title,
                entry.role,
                entry.sharing,
                known.get((pk, entry.account_id)) or entry.since or now,
            )
            for pk, entries in lists.items()
            for position, entry in enumerate(entries, start=1)
        ),
        canonical=True,  # `_tidied` saw to it
    )


def _happenings(
    changed: list[Contact], before: Lists, after: Lists, names: dict[int, str]
) -> Iterable[Happening]:
    for contact in changed:
        old = {entry.account_id: entry for entry in before[contact.pk]}
        new = {entry.account_id: entry for entry in after[contact.pk]}
        first_old, first_new = next(iter(old), None), next(iter(new), None)
        for pk in [pk for pk in new if pk not in old]:
            yield _happening("association.added", contact, pk, names, primary=pk == first_new)
        for pk in [pk for pk in old if pk not in new]:
            yield _happening("association.removed", contact, pk, names, primary=pk == first_old)
        for pk in [pk for pk in new if pk in old and new[pk] != old[pk]]:
            yield _happening(
                "association.changed", contact, pk, names, changes=_entry_changes(old[pk], new[pk])
            )
        if first_old != first_new and first_new is not None and first_old is not None:
            moved = {"old": names.get(first_old, ""), "new": names[first_new]}
            yield _happening("association.primary_changed", contact, first_new, names, **moved)
        elif list(old) != list(new) and set(old) == set(new):
            yield Happening(
                "association.reordered", contact, None, {"contact": contact.name, "accounts": list(new)}
            )


def _entry_changes(old: Entry, new: Entry) -> dict[str, list[str]]:
    was, now = asdict(old), asdict(new)
    return {
        name: [was[name], now[name]] for name in ("job_title", "role", "sharing") if was[name] != now[name]
    }


def _happening(
    code: str, contact: Contact, account_id: int, names: dict[int, str], **data: object
) -> Happening:
    related = ("customers.account", account_id)
    return Happening(
        code, contact, related, {"contact": contact.name, "account": names.get(account_id, ""), **data}
    )
