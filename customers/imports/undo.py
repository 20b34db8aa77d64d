"""Taking an import back: created records go, changed ones get their old values, unless they were edited since.

Works from the notes of the run, a batch at a time; each batch is one transaction that marks its notes as done, so
an undo that was cut off goes on where it stopped.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from customers.imports.companies import company_states
from customers.imports.people import person_states
from customers.imports.run import ATTEMPTS, actor_of
from customers.imports.states import Company, Method, Person
from customers.imports.writing import company_change, write_changed
from customers.models import Account, Contact, ImportedAccount, ImportedContact, ImportRun
from customers.services.account_changes import AccountChange, change_accounts, delete_unused_accounts
from customers.services.contact_changes import delete_unused_contacts
from customers.services.hierarchy import lock_hierarchies
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record
from helpdesk.core.errors import DomainError

log = logging.getLogger(__name__)
Status = ImportRun.Status
BATCH = 500
EDITED, IN_USE = "edited", "in_use"


Work = Callable[..., dict[int, list[str]]]


@dataclass(frozen=True)
class Step:
    """What is done to the notes of one kind; ``work`` returns what it kept, by note.

    After a step that is not ``is_whole`` the notes stay open for another one.
    """

    model: type[ImportedContact | ImportedAccount]
    is_created: bool
    work: Work
    is_whole: bool = True


def take_back(run_id: int) -> None:
    """Undo an import to the end, from wherever that stands. Safe to call twice, or after a crash.

    What the desk refuses is tried again after all the rest: an address, a number or a name may be free by then.
    """
    run = ImportRun.objects.select_related("created_by").get(pk=run_id)
    if run.status != Status.UNDOING:
        return
    actor = actor_of(run)
    steps = (
        Step(ImportedContact, True, _contacts_away),
        Step(ImportedContact, False, _contacts_back),
        Step(ImportedAccount, False, _parents_back, is_whole=False),
        Step(ImportedAccount, True, _accounts_away),
        Step(ImportedAccount, False, _accounts_back),
    )
    for is_last in (False, True):
        for step in steps:
            _in_batches(run, step, actor=actor, is_last=is_last)
    _last_parents_away(run, actor=actor)
    _finish(run, actor=actor)


def _in_batches(run: ImportRun, step: Step, *, actor: Actor, is_last: bool) -> None:
    """Do the open notes of a step, newest first."""
    open_notes = step.model._default_manager.filter(run=run, is_created=step.is_created, is_undone=False)
    rest = open_notes
    while batch := list(rest.order_by("-pk").values_list("pk", flat=True)[:BATCH]):
        _do(run, step, batch, actor=actor, is_last=is_last)
        rest = open_notes.filter(pk__lt=batch[-1])


def _do(run: ImportRun, step: Step, notes: Sequence[int], *, actor: Actor, is_last: bool) -> None:
    """When the desk refuses some notes together, do them by halves, until the one at fault stands alone."""
    try:
        _persistently(run, step, notes, actor=actor)
    except (DomainError, IntegrityError) as error:
        if len(notes) > 1:
            middle = len(notes) // 2
            _do(run, step, notes[:middle], actor=actor, is_last=is_last)
            _do(run, step, notes[middle:], actor=actor, is_last=is_last)
        elif is_last and step.is_whole:
            log.info("Undo of import %s leaves a record: %s", run.pk, error)
            _persistently(run, replace(step, work=_leave), notes, actor=actor)


def _persistently(run: ImportRun, step: Step, notes: Sequence[int], *, actor: Actor) -> None:
    """Try again when another change at the same moment got in the way."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _batch(run, step, notes, actor=actor)
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311 - so that two do not meet again


def _batch(run: ImportRun, step: Step, notes: Sequence[int], *, actor: Actor) -> None:
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        found: Any = step.model._default_manager.filter(pk__in=notes, is_undone=False).order_by("-pk")
        batch = list(found)
        if current.status != Status.UNDOING or not batch:
            return
        kept = step.work(batch, actor=actor)
        if not step.is_whole:
            return
        _mark(step.model, batch, kept)
        ImportRun.objects.filter(pk=run.pk).update(
            undone_records=F("undone_records") + len(batch) - len(kept),
            kept_records=F("kept_records") + len(kept),
            progressed_at=timezone.now(),
        )


def _leave(notes: Sequence[Any], *, actor: Actor) -> dict[int, list[str]]:
    """Records whose old values have become impossible: somebody else has them by now."""
    return {note.pk: [EDITED] for note in notes}


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
    accounts = _accounts_here(
        place.account for note in notes for place in Person.from_json(_kept(note.before)).places
    )
    for note in notes:
        now = present.get(note.contact_id)
        if now is None:
            continue
        restored, newer = _person_before(
            Person.from_json(_kept(note.before)), Person.from_json(_kept(note.after)), now, accounts
        )
        if restored != now:
            states[note.contact_id] = (now, restored)
        if newer:
            kept[note.pk] = newer
    write_changed(states, actor=actor)
    _time_back(Contact, {note.contact_id: note for note in notes if note.pk not in kept}, present)
    return kept


def _kept(state: dict[str, Any] | None) -> dict[str, Any]:
    """A state that every note of a changed record has."""
    return state or {}


def _time_back(
    model: type[Contact | Account], notes: Mapping[int, Any], present: Mapping[Any, Person | Company]
) -> None:
    """Who was not touched after the import is as before in everything, also in when it was last changed: an earlier
    import can be undone too."""
    rows: list[Any] = []
    for row in model._default_manager.filter(pk__in=notes).only("pk", "updated_at"):
        note = notes[row.pk]
        if datetime.fromisoformat(present[row.pk].updated_at) <= note.written_at:
            row.updated_at = datetime.fromisoformat(_kept(note.before)["updated_at"])
            rows.append(row)
    model._default_manager.bulk_update(rows, ["updated_at"], batch_size=100)


def _accounts_here(wanted: Iterable[Any]) -> set[int]:
    """Which of these accounts have not been deleted since."""
    return set(Account.objects.filter(pk__in={pk for pk in wanted if pk}).values_list("pk", flat=True))


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
        old, imported, present = (_plain(state.get(name)) for state in (before, after, now))
        if old == imported:
            continue
        if present == imported:
            restored[name] = before.get(name)
        elif present != old:
            newer.append(name)
    return restored, newer


def _plain(value: Any) -> Any:
    """Nothing and an empty text are the same; no is something."""
    return "" if value is None else value


def _methods_before(before: Person, after: Person, now: Person) -> tuple[tuple[Method, ...], bool]:
    """Ways to reach somebody that the import added go, unless they were changed since (into the default, for one);
    the rest stays as it is."""
    known = {(m.kind, m.key) for m in before.methods}
    added = {(m.kind, m.key) for m in after.methods if (m.kind, m.key) not in known and m in now.methods}
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


def _parents_back(notes: Sequence[ImportedAccount], *, actor: Actor) -> dict[int, list[str]]:
    """Old parents first: a created account that nobody stands under any more can go, and its name is free again."""
    lock_hierarchies()
    present = company_states([note.account_id for note in notes], lock=True)
    here = {None, *_accounts_here(_kept(note.before).get("fields", {}).get("parent") for note in notes)}
    changes = []
    for note in notes:
        before, after = (_kept(state).get("fields", {}) for state in (note.before, note.after))
        now, old = present.get(note.account_id), before.get("parent")
        if now and "parent" in after and now.fields.get("parent") == after["parent"] and old in here:
            changes.append(AccountChange(note.account_id, {"parent_id": old}))
    if changes:
        change_accounts(changes, actor=actor)
    for change in changes:  # the step that brings the rest back has to see whether somebody else touched them
        moment = datetime.fromisoformat(present[change.account_id].updated_at)
        Account.objects.filter(pk=change.account_id).update(updated_at=moment)
    return {}


# --- Accounts -------------------------------------------------------------------------
def _accounts_back(notes: Sequence[ImportedAccount], *, actor: Actor) -> dict[int, list[str]]:
    """Changed accounts get their old values back, but for what was edited since."""
    lock_hierarchies()
    present = company_states([note.account_id for note in notes], lock=True)
    parents = _accounts_here(_kept(note.before).get("fields", {}).get("parent") for note in notes)
    kept: dict[int, list[str]] = {}
    changes = []
    for note in notes:
        now = present.get(note.account_id)
        if now is None:
            continue
        before, after = Company.from_json(_kept(note.before)), Company.from_json(_kept(note.after))
        fields, newer = _fields_before(before.fields, after.fields, now.fields)
        if fields.get("parent") not in {now.fields.get("parent"), *parents}:
            fields["parent"] = None
        domains = before.domains if set(now.domains) == set(after.domains) else now.domains
        if set(after.domains) != set(before.domains) and domains is now.domains:
            newer.append("domains")
        change = company_change(note.account_id, now, Company(fields, domains))
        changes += [change] if change else []
        if newer:
            kept[note.pk] = newer
    if changes:
        change_accounts(changes, actor=actor)
    _time_back(Account, {note.account_id: note for note in notes if note.pk not in kept}, present)
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
