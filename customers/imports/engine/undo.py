"""Taking an import back: created records go, changed ones get their old values, unless they were edited since.

What each kind of note means; `helpdesk.jobs.undoing` goes through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from customers.models import Account, Contact, ImportedAccount, ImportedContact, ImportRun
from customers.services.accounts.changes import AccountChange, change_accounts
from customers.services.accounts.deletion import delete_unused_accounts
from customers.services.accounts.hierarchy import lock_hierarchies
from customers.services.contacts.deletion import delete_unused_contacts
from customers.services.exposure import Watch
from customers.snapshots.loading import company_states
from customers.snapshots.restoring import (
    accounts_here,
    contacts_back,
    fields_before,
    kept_state,
    tell_given_back,
    time_back,
)
from customers.snapshots.states import Company
from customers.snapshots.writing import company_change
from helpdesk.core.actors import Actor
from helpdesk.jobs import undoing
from helpdesk.jobs.undoing import EDITED, IN_USE, UndoStep


def take_back(run_id: int) -> None:
    """Undo an import to the end, from wherever that stands. Safe to call twice, or after a crash."""
    run = ImportRun.objects.select_related("created_by").get(pk=run_id)
    contacts, accounts = (model.objects.filter(run=run) for model in (ImportedContact, ImportedAccount))
    steps = (
        UndoStep(contacts.filter(is_created=True), _contacts_away, needs_states=False),
        UndoStep(contacts.filter(is_created=False), contacts_back),
        UndoStep(accounts.filter(is_created=False), _parents_back, is_whole=False),
        UndoStep(accounts.filter(is_created=True), _accounts_away, needs_states=False),
        UndoStep(accounts.filter(is_created=False), _accounts_back),
    )
    undoing.take_back(run, steps, at_end=lambda actor: _last_parents_away(run, actor=actor))


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
    change_accounts(changes, actor=actor, counted=True)
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
            undoing.count_undone(run, gone, -gone)
