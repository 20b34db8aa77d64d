"""Taking contacts and accounts from one snapshot to another, through the same services as every other change."""

from __future__ import annotations

from collections.abc import Mapping

from customers.services.accounts.changes import AccountChange
from customers.services.associations import Entry, set_accounts_many
from customers.services.contacts.changes import ContactChange, change_contacts
from customers.services.methods.values import NewMethod
from customers.services.tags import set_tags
from customers.snapshots.states import Company, Person, custom_part, differing, own_part
from helpdesk.core.actors import Actor


def write_changed(states: Mapping[int, tuple[Person, Person]], *, actor: Actor) -> None:
    """Take contacts from one state to another: fields, methods, accounts, tags."""
    changes, lists, tags = [], {}, {}
    for pk, (before, after) in states.items():
        fields = differing(before.fields, after.fields)
        own = own_part(fields)
        if custom := custom_part(fields):
            own["custom_fields"] = custom
        methods = methods_of(after) if set(after.methods) != set(before.methods) else None
        if own or methods is not None:
            changes.append(ContactChange(pk, own, methods))
        if after.places != before.places:
            lists[pk] = entries_of(after)
        if after.tags != before.tags:
            tags[pk] = after.tags
    if changes:
        change_contacts(changes, actor=actor, counted=True)
    if lists:
        set_accounts_many(lists, actor=actor)
    if tags:
        set_tags(tags, actor=actor)


def company_change(account_id: int, before: Company, after: Company) -> AccountChange | None:
    """What takes an account from one state to the other; None when they are the same."""
    fields = differing(before.fields, after.fields)
    own = {"parent_id" if name == "parent" else name: value for name, value in own_part(fields).items()}
    if custom := custom_part(fields):
        own["custom_fields"] = custom
    domains = after.domains if set(after.domains) != set(before.domains) else None
    return AccountChange(account_id, own, domains) if own or domains is not None else None


def methods_of(person: Person) -> list[NewMethod]:
    """A contact's ways to be reached, as the services take them."""
    return [NewMethod(m.kind, m.value, m.label, m.is_default, m.key) for m in person.methods]


def entries_of(person: Person) -> list[Entry]:
    """A contact's list of accounts, as the services take it; each account must have its id."""
    return [Entry(int(p.account), p.job_title, p.role, p.sharing) for p in person.places]
