"""Contacts deleted: those that people choose, with what depends on them, and those that an import brought and nothing
of the desk refers to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from customers import policies
from customers.errors.records import NotAnHeir, StillNeeded
from customers.models import Contact
from customers.registry import contact_dependents
from customers.services.methods.letters import forget_letters_to
from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import delete_rows
from helpdesk.core.database.locks import locked_many
from helpdesk.core.database.lookups import one_of
from helpdesk.core.models import User
from helpdesk.events.recording import Happening, record_many


def depending_on(contact_ids: Collection[int]) -> list[tuple[str, int]]:
    """What keeps these contacts from being deleted: words such as "12 tickets", and how many."""
    counted = [(kind.words, sum(kind.count(contact_ids).values())) for kind in contact_dependents]
    return [(words(number), number) for words, number in counted if number]


def delete_contacts(
    contacts: Iterable[Contact],
    *,
    actor: Actor,
    reassign_to: Contact | None = None,
    delete_dependents: bool = False,
) -> int:
    """Delete contacts and their sign-ins; says how many. What depends on them (their tickets) goes to `reassign_to`,
    or is deleted as well. With neither, raises `StillNeeded` naming who has some; then none is deleted."""
    policies.require_delete_contact(actor)
    with transaction.atomic():
        wanted = {contact.pk for contact in contacts}
        locked = list(locked_many(Contact, wanted).values())
        identifiers = [contact.pk for contact in locked]
        if reassign_to is not None:
            _reassign_dependents(identifiers, reassign_to, actor=actor)
        elif delete_dependents:
            for kind in contact_dependents:
                kind.delete(identifiers, actor)
        else:
            _refuse_when_needed(locked)
        gone = [Happening("contact.deleted", contact, None, {"name": contact.name}) for contact in locked]
        record_many([*gone, *_close_sign_ins_of(identifiers)], actor=actor)
        forget_letters_to(identifiers)
        Contact.objects.filter(pk__in=identifiers).delete()
    return len(locked)


def delete_contact(contact: Contact, *, actor: Actor, **choice: Any) -> None:
    """`delete_contacts` for one."""
    delete_contacts([contact], actor=actor, **choice)


def _reassign_dependents(identifiers: list[int], to: Contact, *, actor: Actor) -> None:
    if to.pk in identifiers:
        raise NotAnHeir
    for kind in contact_dependents:
        kind.reassign(identifiers, to, actor)


def _close_sign_ins_of(identifiers: list[int]) -> list[Happening]:
    """Delete the sign-ins that open nothing but the help center; somebody of the desk keeps theirs."""
    users = list(User.objects.filter(contact__in=identifiers, is_staff=False).order_by("pk"))
    told = [Happening("user.deleted", user, None, {"email": user.email}) for user in users]
    User.objects.filter(pk__in=[user.pk for user in users]).delete()
    return told


def _refuse_when_needed(contacts: Sequence[Contact]) -> None:
    for kind in contact_dependents:
        counts = kind.count([contact.pk for contact in contacts])
        if held := [contact for contact in contacts if counts.get(contact.pk)]:
            raise StillNeeded(held[0], kind.words(counts[held[0].pk]), others=len(held) - 1)


# --- Removing what was brought in by mistake --------------------------------------
OWN_ROWS = frozenset(
    {
        "ContactMethod",
        "Association",
        "ContactTag",
        "DuplicatePair",
        "ImportedContact",
        "BulkUpdatedContact",
        "BulkUpdateLeftOut",
    }
)


def delete_unused_contacts(identifiers: Collection[int], *, actor: Actor) -> set[int]:
    """Delete those of these contacts that nothing of the desk refers to; returns the ids of the others."""
    policies.require_delete_contact(actor)
    with transaction.atomic():
        rows = (
            Contact.objects.select_for_update(of=("self",)).filter(one_of("pk", identifiers)).order_by("pk")
        )
        contacts = {contact.pk: contact for contact in rows.only("name", "user_id")}
        kept = referred_to(Contact, contacts, except_from=OWN_ROWS)
        kept |= {pk for pk, contact in contacts.items() if contact.user_id}
        gone = [contact for pk, contact in contacts.items() if pk not in kept]
        record_many([Happening("contact.deleted", c, None, {"name": c.name}) for c in gone], actor=actor)
        delete_rows(Contact, [contact.pk for contact in gone])
    return kept


def referred_to(
    model: type[Model], identifiers: Collection[int], *, except_from: Collection[str]
) -> set[int]:
    """Which of these rows anything points at, whatever app it belongs to: one query a relation."""
    found: set[int] = set()
    relation: Any
    for relation in model._meta.get_fields(include_hidden=True):
        points_here = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if not points_here or relation.related_model.__name__ in except_from:
            continue
        name = relation.field.attname
        rows: QuerySet[Any] = relation.related_model._base_manager.filter(one_of(name, identifiers))
        found |= set(rows.order_by().values_list(name, flat=True).distinct())
    return found
