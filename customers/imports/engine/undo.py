"""Taking an import back: created records go, changed ones get their old values, unless they were edited since.

Works from the notes of the run, a batch at a time; each batch is one transaction that marks its notes as done, so
an undo that was cut off goes on where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from customers.imports.engine.run import actor_of
from customers.models import Account, Contact, ImportedAccount, ImportedContact, ImportRun
from customers.services.account_changes import AccountChange, change_accounts, delete_unused_accounts
from customers.services.contact_changes import delete_unused_contacts
from customers.services.exposure import Watch
from customers.services.hierarchy import lock_hierarchies
from customers.snapshots.loading import company_states
from customers.snapshots.restoring import (
    EDITED,
    accounts_here,
    contacts_back,
    fields_before,
    kept_state,
    mark,
    tell_given_back,
    time_back,
)
from customers.snapshots.states import Company
from customers.snapshots.writing import company_change
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record
from helpdesk.core.batches import by_halves, persistently
from helpdesk.core.lookups import one_of

log = logging.getLogger(__name__)
Status = ImportRun.Status
BATCH = 1000
IN_USE = "in_use"


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
        Step(ImportedContact, False, contacts_back),
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
    """When the desk refuses some notes together, the one at fault stays for the end, or for good."""

    def leave(note: int, error: Exception) -> None:
        if is_last and step.is_whole:
            log.info("Undo of import %s leaves a record: %s", run.pk, error)
            persistently(lambda: _batch(run, replace(step, work=_leave), [note], actor=actor))

    by_halves(notes, lambda part: persistently(lambda: _batch(run, step, part, actor=actor)), leave)


def _batch(run: ImportRun, step: Step, notes: Sequence[int], *, actor: Actor) -> None:
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        found: Any = step.model._default_manager.filter(one_of("pk", notes), is_undone=False).order_by("-pk")
        batch = list(found.defer("before", "after") if step.is_created else found)
        if current.status != Status.UNDOING or not batch:
            return
        kept = step.work(batch, actor=actor)
        if not step.is_whole:
            return
        mark(step.model, batch, kept)
        ImportRun.objects.filter(pk=run.pk).update(
            undone_records=F("undone_records") + len(batch) - len(kept),
            kept_records=F("kept_records") + len(kept),
            progressed_at=timezone.now(),
        )


def _leave(notes: Sequence[Any], *, actor: Actor) -> dict[int, list[str]]:
    """Records whose old values have become impossible: somebody else has them by now."""
    return {note.pk: [EDITED] for note in notes}


# --- Contacts ----------------------------------------------------------------------
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
    here = {None, *accounts_here(kept_state(note.before).get("fields", {}).get("parent") for note in notes)}
    changes = []
    for note in notes:
        before, after = (kept_state(state).get("fields", {}) for state in (note.before, note.after))
        now, old = present.get(note.account_id), before.get("parent")
        if now and "parent" in after and now.fields.get("parent") == after["parent"] and old in here:
            changes.append(AccountChange(note.account_id, {"parent_id": old}))
    if changes:
        _change_accounts(notes[0].run, changes, actor=actor)
    for change in changes:  # the step that brings the rest back has to see whether somebody else touched them
        moment = datetime.fromisoformat(present[change.account_id].updated_at)
        Account.objects.filter(pk=change.account_id).update(updated_at=moment)
    return {}


# --- Accounts -------------------------------------------------------------------------
def _accounts_back(notes: Sequence[ImportedAccount], *, actor: Actor) -> dict[int, list[str]]:
    """Changed accounts get their old values back, but for what was edited since."""
    lock_hierarchies()
    present = company_states([note.account_id for note in notes], lock=True)
    parents = accounts_here(kept_state(note.before).get("fields", {}).get("parent") for note in notes)
    kept: dict[int, list[str]] = {}
    changes = []
    for note in notes:
        now = present.get(note.account_id)
        if now is None:
            continue
        before, after = Company.from_json(kept_state(note.before)), Company.from_json(kept_state(note.after))
        fields, newer = fields_before(before.fields, after.fields, now.fields)
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
        _change_accounts(notes[0].run, changes, actor=actor)
    time_back(Account, {note.account_id: note for note in notes if note.pk not in kept}, present)
    return kept


def _change_accounts(run: ImportRun, changes: Sequence[AccountChange], *, actor: Actor) -> None:
    """Change them, and tell whose acting for somebody the old hierarchies let in again."""
    parents = {change.fields["parent_id"] for change in changes if change.fields.get("parent_id")}
    watch = Watch.of_hierarchies({change.account_id for change in changes} | parents)
    change_accounts(changes, actor=actor)
    tell_given_back(run, watch, actor=actor)


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
