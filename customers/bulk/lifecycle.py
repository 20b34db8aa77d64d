"""The start of a bulk update, which a person confirms.

Stopping, going on and undoing are the same for every job (`helpdesk.jobs.lifecycle`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.formats import number_format

from customers import policies
from customers.bulk.wanted import Wanted
from customers.models import BulkUpdate
from customers.services.exposure import Exposure
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.words import phrase
from helpdesk.jobs.lifecycle import begin

MOST = 100_000
#: So few are changed while one waits, so that the list shows them at once.
AT_ONCE = 200
NOTHING_OPENED = Exposure()


class TooManyContactsError(DomainError):
    """More than one run may change."""

    def __init__(self) -> None:
        most = number_format(MOST, force_grouping=True)
        super().__init__(
            phrase("At most %(n)s %(term_contacts)s can be changed at once. Narrow the list first.", n=most)
        )


class NothingChosenError(DomainError):
    """No contact, or no change."""

    def __init__(self) -> None:
        super().__init__(phrase("Tick at least one %(term_contact)s, and choose what to change."))


def start(
    wanted: Wanted, contacts: Iterable[int], *, actor: Actor, opened: Exposure = NOTHING_OPENED
) -> BulkUpdate:
    """Take down whom it is for, and let it run. `opened` is what the preview said and somebody agreed to
    (`preview.Consequences.opened`). Raises `TooManyContactsError`, `NothingChosenError`."""
    require(wanted, actor)
    identifiers = sorted(set(contacts))
    if len(identifiers) > MOST:
        raise TooManyContactsError
    if not identifiers or not wanted:
        raise NothingChosenError
    with transaction.atomic():
        run = BulkUpdate(
            wanted=wanted.to_json(),
            selection=BulkUpdate.packed(identifiers),
            total=len(identifiers),
            created_by=actor.user,
        )
        begin(run, actor=actor, contacts=run.total, fields=wanted.codes, **opened.told_shortly)
    return run


def require(wanted: Wanted, actor: Actor) -> None:
    """Who may change contacts; to let somebody in or out, who may see them off."""
    policies.require_change_contact(actor)
    if "is_active" in wanted.fields:
        policies.require_see_off(actor)
