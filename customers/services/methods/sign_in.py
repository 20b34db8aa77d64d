"""What becomes of a contact's sign-in when its e-mail addresses change.

An address that comes to a contact with a sign-in opens nothing before its owner has entered a code that was sent to it,
and the old addresses are told; one that is taken away ends what was opened through it. `watch_addresses` sees to all of
it, around whatever changes methods.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from customers.models import Contact, ContactMethod
from helpdesk.core.actors import CONTACT, Actor
from helpdesk.core.database.lookups import one_of
from helpdesk.core.models import User
from helpdesk.events.recording import record
from helpdesk.sign_in.sessions import end_sessions

EMAIL = ContactMethod.Kind.EMAIL
Addresses = dict[str, ContactMethod]


@contextmanager
def watch_addresses(
    contacts: Collection[int], *, actor: Actor, restoring: bool = False
) -> Iterator[list[ContactMethod]]:
    """Around what changes the methods of these contacts, or hands a sign-in from one to another; within its
    transaction. One query when none of them signs in.

    Yields the list that holds, once the block has ended, the methods that now wait for a code. An undo (`restoring`)
    brings back what was there before: nothing waits, nobody is told.
    """
    rows = Contact.objects.filter(one_of("id", contacts), user__isnull=False, user__is_staff=False)
    users = list(rows.order_by().values_list("user", flat=True))
    before = _by_user(users)
    waiting: list[ContactMethod] = []
    yield waiting
    if not users:
        return
    after = _by_user(users)
    for user in User.objects.filter(pk__in=users).select_related("contact"):
        old, new = before.get(user.pk, {}), after.get(user.pk, {})
        for key in old.keys() - new.keys():
            end_sessions(user, address_key=key)
        if not restoring and hasattr(user, "contact"):
            waiting += _settle(user.contact, old, new, actor)


def _by_user(users: Collection[int]) -> dict[int, Addresses]:
    found: dict[int, Addresses] = {}
    rows = ContactMethod.objects.filter(kind=EMAIL, contact__user__in=users).select_related("contact")
    for method in rows if users else ():
        found.setdefault(method.contact.user_id or 0, {})[method.value_key] = method
    return found


def _settle(contact: Contact, before: Addresses, after: Addresses, actor: Actor) -> list[ContactMethod]:
    """Let the new addresses of a sign-in wait, and tell those that opened it before."""
    added = [after[key] for key in sorted(after.keys() - before.keys())]
    removed = [before[key] for key in sorted(before.keys() - after.keys())]
    now = timezone.now()
    for method in added:
        method.unconfirmed_since = now
    if added:
        ContactMethod.objects.filter(pk__in=[method.pk for method in added]).update(unconfirmed_since=now)
    if added or removed:
        record(
            "contact.sign_in_addresses_changed",
            subject=contact,
            actor=actor,
            added=[method.value for method in added],
            removed=[method.value for method in removed],
            told=[method.value for method in before.values() if method.unconfirmed_since is None],
            by=actor.contact.pk if actor.kind == CONTACT and actor.contact else None,
        )
    return added


def confirm_address(user: User, key: str) -> None:
    """Let an address open the sign-in: its owner has entered a code that was sent to it."""
    rows = ContactMethod.objects.filter(kind=EMAIL, value_key=key, contact__user=user)
    with transaction.atomic():
        waiting = rows.filter(unconfirmed_since__isnull=False).select_related("contact")
        method = waiting.select_for_update(of=("self",)).first()
        if method is not None:
            rows.filter(pk=method.pk).update(unconfirmed_since=None)
            told = {"kind": EMAIL, "value": method.value}
            record("method.confirmed", subject=method.contact, actor=Actor.for_user(user), **told)


def on_address_proved(*, user: User, key: str, **_: object) -> None:
    """A sign-in by code has ended well."""
    confirm_address(user, key)
