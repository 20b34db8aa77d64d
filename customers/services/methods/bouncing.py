"""Addresses that no longer take mail, as the desk learns from the mail servers it writes to."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.models import Contact, ContactMethod
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import lock_many
from helpdesk.core.text import line
from helpdesk.core.text.addresses import address_key
from helpdesk.events.recording import Happening, record, record_many

LONGEST = 300


def mark_bouncing(address: str, *, actor: Actor, reason: str = "") -> ContactMethod | None:
    """Note that an address refused mail for good, with what the server said. The first such moment stays.

    None when no contact has this address: somebody of the desk, or it was changed meanwhile.
    """
    policies.require_change_contact(actor)
    with transaction.atomic():
        rows = ContactMethod.objects.select_for_update(of=("self",)).select_related("contact")
        method = rows.filter(kind=ContactMethod.Kind.EMAIL, value_key=address_key(address)).first()
        if method is None:
            return None
        is_news = method.bouncing_since is None
        method.bouncing_since = method.bouncing_since or timezone.now()
        method.bounce_reason = line(reason)[:LONGEST]
        method.save(update_fields=["bouncing_since", "bounce_reason"])
        if is_news:
            told = {"value": method.value, "reason": method.bounce_reason}
            record("method.bouncing", subject=method.contact, actor=actor, **told)
    return method


def clear_bouncing_many(method_ids: Collection[int], *, actor: Actor) -> int:
    """Take the mark off these methods: they are tried again. Says how many had one."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        people = ContactMethod.objects.filter(pk__in=method_ids).values_list("contact", flat=True)
        lock_many(Contact, people)
        marked = ContactMethod.objects.filter(pk__in=method_ids, bouncing_since__isnull=False)
        found = list(marked.order_by("pk").values_list("pk", "contact", "value"))
        marked.update(bouncing_since=None, bounce_reason="")
        label = Contact._meta.label_lower
        record_many(
            [
                Happening("method.bouncing_cleared", (label, contact), None, {"value": v})
                for _pk, contact, v in found
            ],
            actor=actor,
        )
    return len(found)


def clear_bouncing(method: ContactMethod, *, actor: Actor) -> int:
    """`clear_bouncing_many` for one."""
    return clear_bouncing_many([method.pk], actor=actor)
