"""The steps of a bulk update that a person takes: confirm, stop, go on, undo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customers import policies
from customers.bulk.wanted import Wanted
from customers.models import BulkUpdate
from customers.services.exposure import Exposure
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.words import phrase
from helpdesk.events.recording import record

MOST = 100_000
#: So few are changed while one waits, so that the list shows them at once.
AT_ONCE = 200
#: A busy run that saved nothing for so long was cut off, and may be taken up again.
STALLED_AFTER = timedelta(minutes=2)
Status = BulkUpdate.Status
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


class StepPassedError(DomainError):
    """The run has moved on, and what was asked for is no longer its next step."""

    def __init__(self) -> None:
        super().__init__(_("This bulk update is already past that step."))


class UndoTooLateError(DomainError):
    """There is nothing to undo, or no longer time to."""

    def __init__(self) -> None:
        super().__init__(_("This bulk update can no longer be undone."))


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
        run = BulkUpdate.objects.create(
            wanted=wanted.to_json(),
            selection=BulkUpdate.packed(identifiers),
            total=len(identifiers),
            created_by=actor.user,
            progressed_at=timezone.now(),
        )
        told = {"contacts": run.total, "fields": wanted.codes, **opened.told_shortly}
        record("bulk_update.started", subject=run, actor=actor, **told)
    return run


def require(wanted: Wanted, actor: Actor) -> None:
    """Who may change contacts; to let somebody in or out, who may see them off."""
    policies.require_change_contact(actor)
    if "is_active" in wanted.fields:
        policies.require_see_off(actor)


def cancel(run: BulkUpdate, *, actor: Actor) -> BulkUpdate:
    """Ask a run to stop after the batch it is at. Who is changed by then stays so, and can be undone."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        run = _locked(run, Status.RUNNING)
        run.cancel_requested = True
        run.save(update_fields=["cancel_requested"])
        record("bulk_update.cancelled", subject=run, actor=actor)
    return run


def resume(run: BulkUpdate, *, actor: Actor) -> BulkUpdate:
    """Go on with a run that was stopped or cut off, after the last contact it has been at."""
    require(Wanted.from_json(run.wanted), actor)
    with transaction.atomic():
        run = _locked(run, Status.FAILED, Status.CANCELLED, Status.RUNNING)
        if run.status == Status.RUNNING and not is_stalled(run):
            raise StepPassedError
        run.status, run.problem, run.cancel_requested = Status.RUNNING, "", False
        run.progressed_at, run.finished_at = timezone.now(), None
        run.save()
        record("bulk_update.resumed", subject=run, actor=actor)
    return run


def undo(run: BulkUpdate, *, actor: Actor) -> BulkUpdate:
    """Have a bulk update taken back. Raises `UndoTooLateError` when it is too late or there is nothing to undo."""
    require(Wanted.from_json(run.wanted), actor)
    with transaction.atomic():
        run = _locked(run, Status.DONE, Status.FAILED, Status.CANCELLED)
        if not run.can_be_undone:
            raise UndoTooLateError
        run.status, run.progressed_at = Status.UNDOING, timezone.now()
        run.save(update_fields=["status", "progressed_at"])
        record("bulk_update.undo_started", subject=run, actor=actor)
    return run


def is_stalled(run: BulkUpdate) -> bool:
    """Whether a busy run has been still for so long that its worker must be gone."""
    return run.is_busy and run.progressed_at < timezone.now() - STALLED_AFTER


def still_runs(after: timedelta = STALLED_AFTER) -> QuerySet[BulkUpdate]:
    """The busy runs that saved nothing for so long."""
    busy = BulkUpdate.objects.filter(status__in=[Status.RUNNING, Status.UNDOING]).defer("selection")
    return busy.filter(progressed_at__lt=timezone.now() - after)


def _locked(run: BulkUpdate, *states: str) -> BulkUpdate:
    """The run as it is now, kept from others until the transaction ends."""
    locked = BulkUpdate.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.status not in states:
        raise StepPassedError
    return locked
