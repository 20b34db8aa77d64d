"""The tags of contacts: every change to them goes through here.

Tags are given by name. One that does not exist yet is made; names that differ in case and spaces only are one tag.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors.records import ContactGone
from customers.models import Contact, ContactTag, Tag
from customers.models.tags import LONGEST
from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import insert_rows
from helpdesk.core.database.locks import lock_many, locked_many
from helpdesk.core.database.lookups import one_of
from helpdesk.core.text import line, unique_form
from helpdesk.core.validation import InvalidFields, assign, check
from helpdesk.core.words import phrase
from helpdesk.events.recording import Happening, record, record_many

CHUNK = 1000
_DIVIDERS = re.compile(r"[,\n\r;]|、|，")  # those of Chinese and Japanese too

Names = Sequence[str]
Transform = Callable[[int, dict[str, str]], dict[str, str]]
"""From a contact's id and its tags (unique form → name) to the tags it is to have."""


def add_tags(contacts: Iterable[int], names: Names, *, actor: Actor) -> set[int]:
    """Give each contact these tags besides its own; returns who got one. Raises `ContactGone`, `InvalidFields`."""
    added = by_form(names)
    return _change(contacts, lambda _pk, present: {**added, **present}, actor=actor)


def remove_tags(contacts: Iterable[int], names: Names, *, actor: Actor) -> set[int]:
    """Take these tags away; returns those who had one. Raises `ContactGone`."""
    gone = by_form(names)
    return _change(
        contacts, lambda _pk, present: {f: n for f, n in present.items() if f not in gone}, actor=actor
    )


def set_tags(lists: Mapping[int, Names], *, actor: Actor) -> set[int]:
    """Give each contact exactly these tags; returns those whose tags changed. Raises `ContactGone`, `InvalidFields`."""
    wanted = {pk: by_form(names) for pk, names in lists.items()}
    return _change(wanted, lambda pk, _present: wanted[pk], actor=actor)


def tags_of(contacts: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The names of each contact's tags, in their order: one query. Who has none is left out."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = ContactTag.objects.filter(one_of("contact_id", contacts)).order_by("contact", "tag__search")
    for contact, name in rows.values_list("contact", "tag__name"):
        found[contact].append(name)
    return {contact: tuple(names) for contact, names in found.items()}


def divided(text: str) -> list[str]:
    """The names in a text with commas between them, each once, tidied."""
    return list(by_form(_DIVIDERS.split(text)).values())


def by_form(names: Iterable[str]) -> dict[str, str]:
    """Unique form → the name as it was first given, tidied; empty ones are left out."""
    found: dict[str, str] = {}
    for name in names:
        tidy = line(name)
        if tidy:
            found.setdefault(unique_form(tidy), tidy)
    return found


def too_long(names: Iterable[str]) -> str:
    """What is wrong when a name is longer than a tag's; nothing when none is."""
    name = next((name for name in names if len(name) > LONGEST), "")
    if not name:
        return ""
    return phrase(
        "“%(name)s…” is too long for a tag: %(limit)s characters at most.", name=name[:30], limit=LONGEST
    )


def refuse_unfit(names: Collection[str]) -> None:
    """Raise `InvalidFields` for a name that no tag can have."""
    if sentence := too_long(names):
        raise InvalidFields({"tags": [sentence]})
    if any(_DIVIDERS.search(name) for name in names):
        raise InvalidFields(
            {"tags": [phrase("A comma or a semicolon divides tags, so a tag cannot contain one.")]}
        )


# --- Changing ------------------------------------------------------------------
def _change(contacts: Iterable[int], transform: Transform, *, actor: Actor) -> set[int]:
    """Authorise, lock, transform, write, record; returns the ids of the contacts whose tags changed."""
    policies.require_change_contact(actor)
    wanted, changed = sorted(set(contacts)), set[int]()
    with transaction.atomic():
        for start in range(0, len(wanted), CHUNK):
            changed |= _change_chunk(wanted[start : start + CHUNK], transform, actor=actor)
    return changed


def _change_chunk(identifiers: list[int], transform: Transform, *, actor: Actor) -> set[int]:
    lock_many(Contact, identifiers, gone=ContactGone)
    present = {pk: by_form(names) for pk, names in tags_of(identifiers).items()}
    before = {pk: present.get(pk, {}) for pk in identifiers}
    after = {pk: transform(pk, before[pk]) for pk in identifiers}
    changed = {pk for pk in identifiers if before[pk].keys() != after[pk].keys()}
    if changed:
        _write(changed, before, after, actor=actor)
    return changed


Tagged = Mapping[int, dict[str, str]]


def _write(changed: set[int], before: Tagged, after: Tagged, *, actor: Actor) -> None:
    added = {(pk, form) for pk in changed for form in after[pk].keys() - before[pk].keys()}
    removed = {(pk, form) for pk in changed for form in before[pk].keys() - after[pk].keys()}
    names = {form: after[pk][form] for pk, form in sorted(added)}
    refuse_unfit(names.values())
    tags = _found_or_created(names, actor=actor)
    tags |= {tag.name_key: tag for tag in Tag.objects.filter(name_key__in={form for _pk, form in removed})}
    for form in {form for _pk, form in removed}:
        owners = [pk for pk, each in removed if each == form]
        ContactTag.objects.filter(tag=tags[form], contact__in=owners).delete()
    insert_rows(ContactTag, ("contact_id", "tag_id"), ((pk, tags[form].pk) for pk, form in sorted(added)))
    Contact.objects.filter(one_of("id", changed)).update(updated_at=timezone.now())
    record_many(_happenings(changed, added, removed, tags), actor=actor)


def _happenings(
    changed: set[int],
    added: set[tuple[int, str]],
    removed: set[tuple[int, str]],
    tags: Mapping[str, Tag],
) -> Iterable[Happening]:
    told: dict[int, dict[str, list[str]]] = {pk: {"added": [], "removed": []} for pk in sorted(changed)}
    for key, pairs in (("added", added), ("removed", removed)):
        for pk, form in sorted(pairs):
            told[pk][key].append(tags[form].name)
    return [Happening("contact.tagged", ("customers.contact", pk), None, data) for pk, data in told.items()]


def _found_or_created(names: Mapping[str, str], *, actor: Actor) -> dict[str, Tag]:
    """The tags of these search forms; those that are missing are made, also when somebody else makes them now."""
    found = _tags(names)
    missing = [name for form, name in names.items() if form not in found]
    if not missing:
        return found
    Tag.objects.bulk_create([Tag(name=name) for name in missing], ignore_conflicts=True)
    made = {form: tag for form, tag in _tags(names).items() if form not in found}
    record_many(
        [Happening("tag.created", tag, None, {"name": tag.name}) for tag in made.values()], actor=actor
    )
    return found | made


def _tags(forms: Iterable[str]) -> dict[str, Tag]:
    return {tag.name_key: tag for tag in Tag.objects.filter(name_key__in=list(forms))}


# --- The tags themselves ---------------------------------------------------------
def create_tag(name: str, *, actor: Actor) -> Tag:
    """A tag that nobody has yet. Raises `InvalidFields` when there is one with this name."""
    policies.require_change_tag(actor)
    tag = Tag(name=line(name))
    refuse_unfit([tag.name])
    with transaction.atomic():
        check(tag)
        tag.save()
        record("tag.created", subject=tag, actor=actor, name=tag.name)
    return tag


def rename_tag(tag: Tag, name: str, *, actor: Actor) -> Tag:
    """Call a tag something else, wherever it is. Raises `InvalidFields` when another one has the name."""
    policies.require_change_tag(actor)
    refuse_unfit([name])
    with transaction.atomic():
        tag = Tag.objects.select_for_update().get(pk=tag.pk)
        changed = assign(tag, {"name": line(name)}, allowed=("name",))
        check(tag)
        tag.save()
        if changed:
            record("tag.renamed", subject=tag, actor=actor, name=tag.name, changes=changed)
    return tag


def delete_tags(tags: Iterable[Tag], *, actor: Actor) -> int:
    """Delete tags; their contacts stay, without them. Says how many went."""
    policies.require_delete_tag(actor)
    with transaction.atomic():
        rows = list(locked_many(Tag, [tag.pk for tag in tags]).values())
        record_many([Happening("tag.deleted", tag, None, {"name": tag.name}) for tag in rows], actor=actor)
        Tag.objects.filter(pk__in=[tag.pk for tag in rows]).delete()
    return len(rows)
