"""Taking an import back: created records go, changed ones get their old values, unless they were edited since.

Works from the notes of the run, a batch at a time; each batch is one transaction that marks its notes as done, so
an undo that was cut off goes on where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from customers.imports.companies import company_states
from customers.imports.people import person_states
from customers.imports.run import actor_of
from customers.imports.states import Company, Method, Person
from customers.imports.writing import company_change, write_changed
from customers.models import Account, Contact, ImportedAccount, ImportedContact, ImportRun
from customers.services.account_changes import change_accounts, delete_unused_accounts
from customers.services.contact_changes import delete_unused_contacts
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record

log = logging.getLogger(__name__)
Status = ImportRun.Status
BATCH = 500
EDITED, IN_USE = "edited", "in_use"


def take_back(run_id: int) -> None:
    """Undo an import to the end, from wherever that stands. Safe to call twice, or after a crash."""
    run = ImportRun.objects.select_related("created_by").get(pk=run_id)
    if run.status != Status.UNDOING:
        return
    actor = actor_of(run)
    _in_batches(run, ImportedContact.objects.filter(is_created=False), _contacts_back, actor=actor)
    _in_batches(run, ImportedContact.objects.filter(is_created=True), _contacts_away, actor=actor)
    _in_batches(run, ImportedAccount.objects.filter(is_created=False), _accounts_back, actor=actor)
    _in_batches(run, ImportedAccount.objects.filter(is_created=True), _accounts_away, actor=actor)
    _last_parents_away(run, actor=actor)
    _finish(run, actor=actor)


Work = Callable[..., dict[int, list[str]]]


def _in_batches(run: ImportRun, notes: Any, work: Work, *, actor: Actor) -> None:
    """Do the open notes of a run, newest first; ``work`` returns what it kept, by note."""
    while True:
        with transaction.atomic():
            current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
            if current.status != Status.UNDOING:
                return
            batch = list(notes.filter(run=run, is_undone=False).order_by("-pk")[:BATCH])
            if not batch:
                return
            kept = work(batch, actor=actor)
            _mark(notes.model, batch, kept)
            ImportRun.objects.filter(pk=run.pk).update(
                undone_records=F("undone_records") + len(batch) - len(kept),
                kept_records=F("kept_records") + len(kept),
                progressed_at=timezone.now(),
            )


def _mark(
    model: type[ImportedContact | ImportedAccount], batch: Sequence[Any], kept: dict[int, list[str]]
) -> None:
    for note in batch:
        note.is_undone, note.kept = True, kept.get(note.pk, [])
    # A note of a record that is gone went with it.
    present = set(model.objects.filter(pk__in=[note.pk for note in batch]).values_list("pk", flat=True))
    model.objects.bulk_update(
        [note for note in batch if note.pk in present], ["is_undone", "kept"], batch_size=100
    )


# --- Contacts ----------------------------------------------------------------------
def _contacts_back(notes: Sequence[ImportedContact], *, actor: Actor) -> dict[int, list[str]]:
    """Changed contacts get their old values back, but for what was edited since."""
    present = person_states([note.contact_id for note in notes], lock=True)
    kept: dict[int, list[str]] = {}
    states: dict[int, tuple[Person, Person]] = {}
    accounts = _accounts_of_states([_kept(note.before) for note in notes])
    for note in notes:
        now = present[note.contact_id]
        restored, newer = _person_before(
            Person.from_json(_kept(note.before)), Person.from_json(_kept(note.after)), now, accounts
        )
        if restored != now:
            states[note.contact_id] = (now, restored)
        if newer:
            kept[note.pk] = newer
    write_changed(states, actor=actor)
    _time_back(Contact, {note.contact_id: _kept(note.before) for note in notes if note.pk not in kept})
    return kept


def _kept(state: dict[str, Any] | None) -> dict[str, Any]:
    """A state that every note of a changed record has."""
    return state or {}


def _time_back(model: Any, states: Mapping[int, dict[str, Any]]) -> None:
    """Who is as before in everything was not changed since then either: an earlier import can be undone too."""
    rows = list(model.objects.filter(pk__in=states).only("pk", "updated_at"))
    for row in rows:
        row.updated_at = datetime.fromisoformat(states[row.pk]["updated_at"])
    model.objects.bulk_update(rows, ["updated_at"], batch_size=100)


def _accounts_of_states(stored: Sequence[dict[str, Any]]) -> set[int]:
    """Which of the accounts that people had are still here."""
    wanted = {place.account for state in stored for place in Person.from_json(state).places}
    return set(Account.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def _person_before(
    before: Person, after: Person, now: Person, accounts: set[int]
) -> tuple[Person, list[str]]:
    """The state to go back to, and the names of what stays because it is no longer as the import left it."""
    fields, newer = _fields_before(before.fields, after.fields, now.fields)
    methods, places = now.methods, now.places
    if set(after.methods) != set(before.methods):
        if set(now.methods) == set(after.methods):
            methods = before.methods
        else:
            methods, changed = _methods_before(before, after, now)
            newer += ["methods"] if changed else []
    if after.places != before.places:
        if now.places == after.places:
            places = tuple(place for place in before.places if place.account in accounts)
        else:
            newer.append("accounts")
    return replace(now, fields=fields, methods=methods, places=places), newer


def _fields_before(
    before: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    restored, newer = dict(now), []
    for name in before.keys() | after.keys():
        old, imported, present = (state.get(name) or "" for state in (before, after, now))
        if old == imported:
            continue
        if present == imported:
            restored[name] = before.get(name)
        elif present != old:
            newer.append(name)
    return restored, newer


def _methods_before(before: Person, after: Person, now: Person) -> tuple[tuple[Method, ...], bool]:
    """Ways to reach somebody that the import added go, unless they are the default by now; the rest stays as it is."""
    added = {(m.kind, m.key) for m in after.methods} - {(m.kind, m.key) for m in before.methods}
    kept = [m for m in now.methods if (m.kind, m.key) not in added]
    has_default = {m.kind for m in kept if m.is_default}
    for method in now.methods:
        if (method.kind, method.key) in added and method.is_default and method.kind not in has_default:
            others = [m for m in kept if m.kind == method.kind]
            if others:
                kept[kept.index(others[0])] = replace(others[0], is_default=True)
    return tuple(kept), True


def _contacts_away(notes: Sequence[ImportedContact], *, actor: Actor) -> dict[int, list[str]]:
    """Created contacts go, unless they were edited or anything points at them."""
    by_contact = {note.contact_id: note for note in notes}
    rows = Contact.objects.select_for_update(of=("self",)).filter(pk__in=by_contact).order_by("pk")
    edited = {pk for pk, at in rows.values_list("pk", "updated_at") if at > by_contact[pk].written_at}
    in_use = delete_unused_contacts(by_contact.keys() - edited, actor=actor)
    return {by_contact[pk].pk: [EDITED] for pk in edited} | {by_contact[pk].pk: [IN_USE] for pk in in_use}


# --- Accounts -------------------------------------------------------------------------
def _accounts_back(notes: Sequence[ImportedAccount], *, actor: Actor) -> dict[int, list[str]]:
    present = company_states([note.account_id for note in notes], lock=True)
    kept: dict[int, list[str]] = {}
    changes = []
    for note in notes:
        now = present[note.account_id]
        before, after = Company.from_json(_kept(note.before)), Company.from_json(_kept(note.after))
        fields, newer = _fields_before(before.fields, after.fields, now.fields)
        domains = before.domains if set(now.domains) == set(after.domains) else now.domains
        if set(after.domains) != set(before.domains) and domains is now.domains:
            newer.append("domains")
        change = company_change(note.account_id, now, Company(fields, domains))
        changes += [change] if change else []
        if newer:
            kept[note.pk] = newer
    if changes:
        change_accounts(changes, actor=actor)
    _time_back(Account, {note.account_id: _kept(note.before) for note in notes if note.pk not in kept})
    return kept


def _accounts_away(notes: Sequence[ImportedAccount], *, actor: Actor) -> dict[int, list[str]]:
    by_account = {note.account_id: note for note in notes}
    rows = Account.objects.filter(pk__in=by_account)
    edited = {pk for pk, at in rows.values_list("pk", "updated_at") if at > by_account[pk].written_at}
    in_use = delete_unused_accounts(by_account.keys() - edited, actor=actor)
    return {by_account[pk].pk: [EDITED] for pk in edited} | {by_account[pk].pk: [IN_USE] for pk in in_use}


def _last_parents_away(run: ImportRun, *, actor: Actor) -> None:
    """A parent that stayed because of a child in a later batch goes once the child is gone."""
    with transaction.atomic():
        notes = ImportedAccount.objects.filter(run=run, is_created=True, kept=[IN_USE])
        accounts = set(notes.values_list("account", flat=True))
        gone = len(accounts) - len(delete_unused_accounts(accounts, actor=actor)) if accounts else 0
        if gone:
            ImportRun.objects.filter(pk=run.pk).update(
                undone_records=F("undone_records") + gone, kept_records=F("kept_records") - gone
            )


def _finish(run: ImportRun, *, actor: Actor) -> None:
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.status != Status.UNDOING:
            return
        current.status, current.undone_at = Status.UNDONE, timezone.now()
        current.save(update_fields=["status", "undone_at"])
        record(
            "import.undone",
            subject=current,
            actor=actor,
            name=run.name,
            records=current.undone_records,
            kept=current.kept_records,
        )
