"""A folded batch put into the desk, through the same services as every other change, and noted for the undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customers.imports.engine import notes
from customers.imports.engine.companies import Companies
from customers.imports.engine.folding import Fold
from customers.imports.engine.notes import Note
from customers.imports.engine.people import People
from customers.models import ImportedAccount, ImportedContact, ImportRun
from customers.services.accounts.changes import NewAccount, change_accounts, create_accounts
from customers.services.contacts.changes import NewContact, insert_contacts
from customers.services.tags import set_tags
from customers.snapshots.states import AccountRef, Company, Person, custom_part, own_part
from customers.snapshots.writing import company_change, entries_of, methods_of, write_changed
from helpdesk.core.actors import Actor

Identifiers = Mapping[AccountRef, int]


def write(fold: Fold, *, actor: Actor) -> None:
    """Create and change what the fold says. Raises what the services raise; then the batch is to be rolled back."""
    identifiers = _write_companies(fold, actor=actor)
    _write_people(fold.run, fold.people, identifiers, actor=actor)


# --- Accounts ----------------------------------------------------------------
def _write_companies(fold: Fold, *, actor: Actor) -> Identifiers:
    """Create the new accounts, of which a file may name parents and children in any order; then change the others."""
    changed = fold.companies.changed()
    new = {ref: after for ref, (_before, after) in sorted(changed.items(), key=str) if isinstance(ref, str)}
    places: dict[AccountRef, int] = {ref: place for place, ref in enumerate(new)}
    created = (
        create_accounts([_of_new(company, places) for company in new.values()], actor=actor) if new else []
    )
    identifiers: dict[AccountRef, int] = {ref: account.pk for ref, account in zip(new, created, strict=True)}
    fold.run.created_accounts += len(created)
    changes = [
        change
        for ref, (before, after) in changed.items()
        if before is not None
        and (change := company_change(int(ref), before, after.with_accounts(identifiers)))
    ]
    if changes:
        change_accounts(changes, actor=actor, counted=True)
    _note_companies(fold.run, fold.companies, changed, identifiers)
    return identifiers


def _of_new(company: Company, places: Mapping[AccountRef, int]) -> NewAccount:
    """A new account; its parent exists, or has a place among the new ones."""
    own = own_part(company.fields)
    parent = own.pop("parent", None)
    fields = {name: value for name, value in own.items() if value}
    fields["custom_fields"] = custom_part(company.fields)
    if parent is None or parent in places:
        return NewAccount(fields, company.domains, places.get(parent) if parent else None)
    return NewAccount(fields | {"parent_id": parent}, company.domains)


def _note_companies(
    run: ImportRun,
    companies: Companies,
    changed: Mapping[AccountRef, tuple[Company | None, Company]],
    identifiers: Identifiers,
) -> None:
    kept = []
    for ref, (before, after) in changed.items():
        is_created = companies.is_of_this_run(ref)
        if before == after and not is_created:
            continue
        states = () if is_created or before is None else _both(before, after.with_accounts(identifiers))
        kept.append(Note(int(identifiers.get(ref, ref)), companies.own_row(ref), is_created, *states))
    notes.keep(run, ImportedAccount, kept)


# --- Contacts -------------------------------------------------------------------
def _write_people(run: ImportRun, people: People, identifiers: Identifiers, *, actor: Actor) -> None:
    changed = {
        ref: (before, after.with_accounts(identifiers))
        for ref, (before, after) in people.changed().items()
        if before != after
    }
    new = {ref: after for ref, (before, after) in changed.items() if before is None}
    old = {ref: (before, after) for ref, (before, after) in changed.items() if before is not None}
    created = (
        insert_contacts([_new(person) for person in new.values()], actor=actor, counted=True) if new else []
    )
    write_changed(old, actor=actor)
    if tagged := {pk: one.tags for pk, one in zip(created, new.values(), strict=True) if one.tags}:
        set_tags(tagged, actor=actor)
    brought = [Note(pk, -ref, True) for ref, pk in zip(new, created, strict=True)]
    notes.keep(run, ImportedContact, brought, all_new=True)
    rows = people.last_rows
    touched = [Note(pk, rows.get(pk) or 0, False, *_both(*states)) for pk, states in old.items()]
    notes.keep(run, ImportedContact, touched)


def _new(person: Person) -> NewContact:
    fields = {name: value for name, value in own_part(person.fields).items() if value}
    return NewContact(
        fields=fields | {"custom_fields": custom_part(person.fields)},
        methods=methods_of(person),
        accounts=entries_of(person),
    )


def _both(before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return before.without_what_equals(after), after.without_what_equals(before)
