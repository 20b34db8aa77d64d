"""Giving contacts back what a run of changes took, from its notes: an import's, a bulk update's.

What is still as the run left it becomes what it was before; what was edited since stays, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from customers.models import Account, BulkUpdate, BulkUpdatedContact, Contact, ImportedContact, ImportRun, Tag
from customers.services.exposure import Watch
from customers.services.tags import by_form
from customers.snapshots.loading import person_states
from customers.snapshots.states import Company, Method, Person, with_tags
from customers.snapshots.writing import write_changed
from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import update_each
from helpdesk.events.recording import record

Noted = ImportedContact | BulkUpdatedContact


def contacts_back(notes: Sequence[Noted], *, actor: Actor) -> dict[int, list[str]]:
    """Changed contacts get their old values back, but for what was edited since."""
    present = person_states([note.contact_id for note in notes], lock=True)
    kept: dict[int, list[str]] = {}
    states: dict[int, tuple[Person, Person]] = {}
    befores = [Person.from_json(kept_state(note.before)) for note in notes]
    here = _Here(
        accounts_here(place.account for before in befores for place in before.places),
        _tags_here(tag for before in befores for tag in before.tags),
    )
    for note in notes:
        now = present.get(note.contact_id)
        if now is None:
            continue
        restored, newer = _person_before(
            Person.from_json(kept_state(note.before)), Person.from_json(kept_state(note.after)), now, here
        )
        if restored != now:
            states[note.contact_id] = (now, restored)
        if newer:
            kept[note.pk] = newer
    watch = Watch.of_people(list(states))
    write_changed(states, actor=actor)
    tell_given_back(notes[0].run, watch, actor=actor)
    time_back(Contact, {note.contact_id: note for note in notes if note.pk not in kept}, present)
    return kept


def tell_given_back(run: ImportRun | BulkUpdate, watch: Watch, *, actor: Actor) -> None:
    """Nobody is asked about getting back what they saw before; how much that is, the history says."""
    if opened := watch.gained(agreed=None, actor=actor):
        record("sight.given_back", subject=run, actor=actor, **opened.told_shortly)


def kept_state(state: dict[str, Any] | None) -> dict[str, Any]:
    """A state that every note of a changed record has."""
    return state or {}


def time_back(
    model: type[Contact | Account], notes: Mapping[int, Any], present: Mapping[Any, Person | Company]
) -> None:
    """Who was not touched after the import is as before in everything, also in when it was last changed: an earlier
    import can be undone too."""
    untouched = {
        key: note
        for key, note in notes.items()
        if key in present and datetime.fromisoformat(present[key].updated_at) <= note.written_at
    }
    earlier = {
        key: datetime.fromisoformat(kept_state(note.before)["updated_at"]) for key, note in untouched.items()
    }
    update_each(model, "updated_at", earlier)


def accounts_here(wanted: Iterable[Any]) -> set[int]:
    """Which of these accounts have not been deleted since."""
    return set(Account.objects.filter(pk__in={pk for pk in wanted if pk}).values_list("pk", flat=True))


def _tags_here(wanted: Iterable[str]) -> set[str]:
    """Which of these tags have not been deleted since, by search form."""
    return set(Tag.objects.filter(search__in=by_form(wanted)).values_list("search", flat=True))


@dataclass(frozen=True)
class _Here:
    """What people can still be given back."""

    accounts: set[int]
    tags: set[str]


def _person_before(before: Person, after: Person, now: Person, here: _Here) -> tuple[Person, list[str]]:
    """The state to go back to, and the names of what stays because it is no longer as the import left it."""
    fields, newer = fields_before(before.fields, after.fields, now.fields)
    methods, places = now.methods, now.places
    if set(after.methods) != set(before.methods):
        if set(now.methods) == set(after.methods):
            methods = before.methods
        else:
            methods, changed = _methods_before(before, after, now)
            newer += ["methods"] if changed else []
    if after.places != before.places:
        if now.places == after.places:
            places = tuple(place for place in before.places if place.account in here.accounts)
        else:
            newer.append("accounts")
    tags = _tags_before(before, after, now, here)
    return replace(now, fields=fields, methods=methods, places=places, tags=tags), newer


def _tags_before(before: Person, after: Person, now: Person, here: _Here) -> tuple[str, ...]:
    """Without those that came, and with those that went; other tags are nobody's business here."""
    old, new = by_form(before.tags), by_form(after.tags)
    came = [name for form, name in new.items() if form not in old]
    went = [name for form, name in old.items() if form not in new and form in here.tags]
    return with_tags(now.tags, went, without=came)


def fields_before(
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
