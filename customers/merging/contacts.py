"""Merging contacts: one survives, the others become part of them, and it can be undone (`merge_undo`).

Everything that points at the others is moved (`repointing`); their methods and accounts are united with the survivor's;
what a field holds afterwards was chosen on the page (`merge_fields`). Accounts are merged in `account_merging`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models, transaction

from customers import policies
from customers.errors.merging import (
    DifferentExternalIds,
    ErasedPerson,
    MergedAway,
    MergeWithItself,
    NothingToMerge,
    TooManyAfterMerge,
    TooManyAtOnce,
)
from customers.merging.duplicate_pairs import hand_over_pairs
from customers.merging.fields import (
    DEFAULT,
    JOB_TITLE,
    NAME,
    Choices,
    Line,
    contact_lines,
    custom_values,
)
from customers.merging.letters import repoint_letters
from customers.merging.notes import Notes, list_rows, row_of
from customers.merging.repointing import relations_to, repoint
from customers.models import Account, Association, Contact, ContactMethod, DuplicatePair, Merge, MergedRecord
from customers.models.merges import MOST_AT_ONCE
from customers.services.associations import Entry, account_limit, current_lists, set_accounts_many
from customers.services.custom_fields import PREFIX
from customers.services.exposure import Watch
from customers.services.freshness import refuse_stale
from customers.services.methods.sign_in import watch_addresses
from customers.services.relationships.eligibility import notice_people
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import lock_many, locked_many
from helpdesk.core.models import User
from helpdesk.core.validation import check
from helpdesk.events.recording import Happening, record_many

UNITED = (Association, ContactMethod, DuplicatePair)
"""Rows of a contact that are united one by one, not moved."""


def merge_contacts(
    survivor: Contact,
    others: Iterable[Contact],
    *,
    actor: Actor,
    choices: Choices | None = None,
    agreed: str | None = None,
) -> Merge:
    """Make the others part of the survivor. Raises `MergeWithItself`, `MergedAway`, `ErasedPerson`,
    `DifferentExternalIds`, `TooManyAfterMerge`, `ChangedMeanwhile` (against `choices.versions`), `InvalidFields`, and
    `WidensSight` unless what the survivor comes to see was `agreed` to; then nothing is changed."""
    policies.require_merge_contacts(actor)
    choices = choices or Choices()
    with transaction.atomic():
        people = _people(locked_in_order(Contact, survivor, others))
        refuse_others_edits(people, choices)
        _refuse_erased(people)
        refuse_different_ids(people, choices)
        entries = _entries_after(people, choices)
        watch = Watch.of_people([person.pk for person in people])
        notes, lines = Notes(), contact_lines(people, choices.sources)
        before = row_of(people[0])
        for field in relations_to(Contact):
            if field.model not in UNITED:
                for other in people[1:]:
                    repoint(field, other.pk, people[0].pk, notes=notes)
        for other in people[1:]:
            repoint_letters(other.pk, people[0].pk, notes=notes)
        hand_over_pairs(people[0], people[1:], notes)
        with watch_addresses([person.pk for person in people], actor=actor) as waiting:
            _unite_methods(people, lines, notes)
            _unite_lists(people, entries, notes, actor=actor)
            _take_away(people[1:], notes)
            _give_values(people, lines, notes, before)
        for method in waiting:
            notes.changed(method, {**row_of(method), "unconfirmed_since": None})
        opened = watch.gained(agreed=agreed, actor=actor)
        merge = keep_record(people[0], people[1:], notes, actor=actor, **opened.told)
        notice_people([people[0].pk], actor=actor)
    return merge


# --- What both kinds of merge begin and end with --------------------------------
def locked_in_order(model: Any, survivor: Any, others: Iterable[Any]) -> list[Any]:
    """The records, the survivor first, locked in the order of their ids: two merges at once wait for each other."""
    given = [survivor.pk, *(other.pk for other in others)]
    if len(given) < 2:
        raise NothingToMerge
    if len(set(given)) < len(given):
        raise MergeWithItself
    if len(given) > MOST_AT_ONCE:
        raise TooManyAtOnce(MOST_AT_ONCE)
    found = locked_many(model, given)
    for pk in given:
        if pk not in found:
            raise MergedAway(merged_away(model, pk))
    return [found[pk] for pk in given]


def merged_away(model: type[models.Model], former_id: int) -> MergedRecord | None:
    """What became of a record that is no longer there, if a merge took it."""
    gone = MergedRecord.objects.standing(str(model._meta.model_name)).filter(former_id=former_id)
    return gone.select_related("merge__contact", "merge__account").last()


def refuse_others_edits(records: Sequence[Any], choices: Choices) -> None:
    """Raise `ChangedMeanwhile` when one of them is no longer what the page showed."""
    for record in records:
        refuse_stale(record, (choices.versions or {}).get(record.pk))


def different_ids(records: Sequence[Any]) -> list[str]:
    """The external ids, when there are several: they may well be different people."""
    ids = list(dict.fromkeys(record.external_id for record in records if record.external_id))
    return ids if len(ids) > 1 else []


def refuse_different_ids(records: Sequence[Any], choices: Choices) -> None:
    ids = different_ids(records)
    if ids and not choices.different_ids:
        raise DifferentExternalIds(ids)


def keep_record(survivor: Any, others: Sequence[Any], notes: Notes, *, actor: Actor, **more: Any) -> Merge:
    """Store the merge with its steps and the old addresses, and tell the history of each, with `more` besides."""
    kind = str(survivor._meta.model_name)
    merge = Merge.objects.create(
        kind=kind, survivor_id=survivor.pk, steps=notes.steps, merged_by=actor.user, **{kind: survivor}
    )
    MergedRecord.objects.bulk_create(
        MergedRecord(merge=merge, former_id=other.pk, name=str(other)[:201], reference=other.reference or "")
        for other in others
    )
    label = survivor._meta.label_lower
    told = {"survivor": str(survivor), "merge": merge.pk, **more}
    record_many(
        [
            Happening(f"{kind}.merged", survivor, (label, other.pk), {"name": str(other), **told})
            for other in others
        ],
        actor=actor,
    )
    return merge


def _refuse_erased(people: Sequence[Contact]) -> None:
    for person in people:
        if person.erased_at:
            raise ErasedPerson(person.name)


# --- Accounts of contacts ------------------------------------------------------
@dataclass(frozen=True)
class United:
    """One account of the united list, and whose it was."""

    entry: Entry
    people: tuple[int, ...]


def united_accounts(people: Sequence[Contact]) -> list[United]:
    """The survivor's list, followed by what the others have besides. Of an account that several have, the first entry
    stays; an empty job title is filled, and a customer administrator remains one."""
    lists = current_lists([person.pk for person in people])
    united: dict[int, United] = {}
    for person in people:
        for entry in lists.get(person.pk, []):
            known = united.get(entry.account_id)
            if known is None:
                united[entry.account_id] = United(entry, (person.pk,))
            else:
                united[entry.account_id] = United(_both(known.entry, entry), (*known.people, person.pk))
    return list(united.values())


def _both(first: Entry, second: Entry) -> Entry:
    administrator = Association.Role.ADMINISTRATOR
    role = administrator if administrator in (first.role, second.role) else first.role
    return replace(first, job_title=first.job_title or second.job_title, role=role)


def _entries_after(people: Sequence[Contact], choices: Choices) -> list[Entry]:
    """The list afterwards; its accounts are locked before any row is written. Raises `TooManyAfterMerge`."""
    kept = [each.entry for each in united_accounts(people) if each.entry.account_id not in choices.dropped]
    limit = account_limit()
    if len(kept) > limit:
        raise TooManyAfterMerge(len(kept), limit)
    lock_many(Account, [entry.account_id for entry in kept], no_key=True)
    title = next(line for line in contact_lines(people, choices.sources) if line.key == JOB_TITLE)
    if kept and (JOB_TITLE in choices.sources or title.value):
        kept[0] = replace(kept[0], job_title=title.value)
    return kept


def _unite_lists(people: Sequence[Contact], entries: list[Entry], notes: Notes, *, actor: Actor) -> None:
    before = {person.pk: list_rows(person.pk) for person in people}
    Association.objects.filter(contact__in=[other.pk for other in people[1:]]).delete()
    set_accounts_many({people[0].pk: entries}, actor=actor)
    for person in people:
        notes.listed(person.pk, before[person.pk])


# --- Methods -----------------------------------------------------------------
def _unite_methods(people: Sequence[Contact], lines: Sequence[Line], notes: Notes) -> None:
    """The survivor gets every method of the others that is new; defaults are the chosen ones."""
    rows = {row.pk: row for row in ContactMethod.objects.filter(contact__in=people).order_by("pk")}
    known = {(row.kind, row.value_key): row for row in rows.values() if row.contact_id == people[0].pk}
    for other in people[1:]:
        for row in [row for row in rows.values() if row.contact_id == other.pk]:
            twin = known.setdefault((row.kind, row.value_key), row)
            if twin is row:
                _change(row, notes, contact_id=people[0].pk, is_default=False)
            else:
                _drop_for(twin, row, notes)
    for line in lines:
        if line.key.startswith(DEFAULT) and line.value:
            chosen = known[line.value.kind, line.value.value_key]
            present = [row for row in known.values() if row.kind == chosen.kind and row.is_default]
            for row in [row for row in present if row is not chosen]:
                _change(row, notes, is_default=False)
            _change(chosen, notes, is_default=True)


def _change(row: Any, notes: Notes, **values: Any) -> None:
    before = row_of(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    notes.changed(row, before)


def _drop_for(twin: ContactMethod, row: ContactMethod, notes: Notes) -> None:
    for field in relations_to(ContactMethod):
        repoint(field, row.pk, twin.pk, notes=notes)
    notes.removed(row)
    ContactMethod.objects.filter(pk=row.pk).delete()


# --- The contacts themselves -----------------------------------------------------
def _people(locked: list[Contact]) -> list[Contact]:
    """The locked contacts with what their lines are made of."""
    rows = Contact.objects.with_accounts().with_methods().select_related("user")
    found = rows.in_bulk([person.pk for person in locked])
    return [found[person.pk] for person in locked]


def _take_away(others: Sequence[Contact], notes: Notes) -> None:
    for other in others:
        notes.removed(other)
    Contact.objects.filter(pk__in=[other.pk for other in others]).delete()


def sign_ins(people: Sequence[Contact]) -> tuple[User | None, list[User]]:
    """The sign-in that stays (the survivor's, else the first there is), and those that are closed."""
    users = [person.user for person in people if person.user]
    return (users[0], users[1:]) if users else (None, [])


def _give_values(
    people: Sequence[Contact], lines: Sequence[Line], notes: Notes, before: dict[str, Any]
) -> None:
    survivor = people[0]
    for line in lines:
        if line.key == NAME:
            survivor.first_name, survivor.last_name = line.value
        elif line.key != JOB_TITLE and not line.key.startswith((DEFAULT, PREFIX)):
            setattr(survivor, line.key, line.value)
    survivor.custom_fields = custom_values(people, lines)
    survivor.user, closed = sign_ins(people)
    check(survivor, exclude=["user"])
    survivor.save()
    survivor.refresh_from_db(fields=["name", "search"])
    notes.changed(survivor, before)
    for user in [survivor.user, *closed]:
        stays = user is survivor.user and survivor.is_active
        if user and user.is_active and not user.is_staff and not stays:
            _change(user, notes, is_active=False)
