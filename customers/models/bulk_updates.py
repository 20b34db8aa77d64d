"""One change to many contacts at once: the run itself, what it changed, and whom it left out.

Everything is stored as codes and data; sentences are made when somebody reads them.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models.imports import UNDO_DAYS, Noted
from helpdesk.core.actors import Actor
from helpdesk.core.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.words import phrase_lazy

STATUSES = ("running", "done", "failed", "cancelled", "undoing", "undone")


class BulkUpdateQuerySet(ScopedQuerySet):
    """Bulk updates."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever may change contacts sees what was done to many of them, by whomever."""
        return self if actor.can("customers.change_contact") else self.none()


class BulkUpdate(models.Model):
    """One wanted change, and the contacts it was confirmed for.

    ``running`` → ``done``, ``failed`` or ``cancelled`` (→ ``undoing`` → ``undone``). ``processed`` is saved in the same
    transaction as the batch it counts, so a run that was cut off goes on where it stopped, and nobody is taken twice.
    """

    class Status(models.TextChoices):
        RUNNING = "running", _("In progress")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by a problem")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    wanted = models.JSONField(default=dict)
    """What every contact is to have afterwards (`customers.bulk.wanted`)."""
    selection = models.BinaryField(default=bytes)
    """The ids of the contacts as they were when it was confirmed, in their order, compressed."""
    total = models.PositiveIntegerField()
    processed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    """Code of what stopped the whole run."""
    cancel_requested = models.BooleanField(default=False)
    undone_records = models.PositiveIntegerField(default=0)
    kept_records = models.PositiveIntegerField(default=0)
    """Contacts that the undo left as they are, wholly or in part, because they were edited since."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="bulk_updates"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    progressed_at = models.DateTimeField()
    """When the last batch was saved: a run that says it is busy and has been still for long was cut off."""
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BulkUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk update")
        verbose_name_plural = _("bulk updates")
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                name="bulk_update_status_known",
                condition=Q(status__in=STATUSES),
                violation_error_message=gettext_noop("This is not a state a bulk update can be in."),
            ),
            CheckConstraint(
                name="bulk_update_counts_add_up",
                condition=Q(processed=F("changed") + F("unchanged") + F("left_out")),
                violation_error_message=gettext_noop(
                    "The counts of a bulk update must add up to the %(term_contacts)s it has been at."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def identifiers(self) -> list[int]:
        """The ids of the selection."""
        numbers = array("q")
        numbers.frombytes(zlib.decompress(self.selection))
        return numbers.tolist()

    @staticmethod
    def packed(identifiers: Iterable[int]) -> bytes:
        """Ids as `selection` holds them."""
        return zlib.compress(array("q", identifiers).tobytes())

    @property
    def is_busy(self) -> bool:
        """Whether somebody has it at the moment, so that a page should look again."""
        return self.status in (self.Status.RUNNING, self.Status.UNDOING)

    @property
    def is_undoing(self) -> bool:
        return self.status == self.Status.UNDOING

    @property
    def is_undone(self) -> bool:
        return self.status == self.Status.UNDONE

    @property
    def can_be_stopped(self) -> bool:
        """Whether somebody may still ask it to stop."""
        return self.status == self.Status.RUNNING and not self.cancel_requested

    @property
    def has_ended(self) -> bool:
        """Whether it ran, to its end or until it was stopped."""
        return self.status in (self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED)

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at + timedelta(days=UNDO_DAYS) if self.finished_at else None

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything to undo, and still time to."""
        until = self.undo_until
        return bool(self.has_ended and self.changed and until and timezone.now() < until)

    @property
    def can_be_resumed(self) -> bool:
        """Whether it ended before the last contact, and may go on from there."""
        return self.status in (self.Status.FAILED, self.Status.CANCELLED) and self.processed < self.total


class BulkUpdatedContact(Noted):
    """A contact that a bulk update changed."""

    run = models.ForeignKey(BulkUpdate, on_delete=models.CASCADE, related_name="notes", db_index=False)
    contact = models.ForeignKey("customers.Contact", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("change of a bulk update")
        verbose_name_plural = _("changes of bulk updates")
        ordering = ["run", "id"]
        constraints = [UniqueConstraint(fields=["run", "contact"], name="bulk_updated_contact_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.contact_id}"


class BulkUpdateLeftOut(models.Model):
    """A contact that a bulk update did not change, with a code for the reason. Its name stands in the contact alone."""

    class Reason(models.TextChoices):
        GONE = "gone", _("No longer here")
        ERASED = "erased", _("The personal data is erased")
        NO_ACCOUNT = (
            "no_account",
            phrase_lazy("Belongs to no %(term_account)s, which the job title and the role need"),
        )
        REFUSED = "refused", _("Refused by a rule of the desk")

    run = models.ForeignKey(
        BulkUpdate, on_delete=models.CASCADE, related_name="those_left_out", db_index=False
    )
    contact = models.ForeignKey("customers.Contact", null=True, on_delete=models.SET_NULL, related_name="+")
    former_id = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices)

    class Meta:
        verbose_name = phrase_lazy("%(term_contact)s left out of a bulk update")
        verbose_name_plural = phrase_lazy("%(term_contacts)s left out of bulk updates")
        ordering = ["run", "id"]
        constraints = [
            UniqueConstraint(fields=["run", "former_id"], name="bulk_update_left_out_once"),
            CheckConstraint(
                name="bulk_update_left_out_reason_known",
                condition=Q(reason__in=["gone", "erased", "no_account", "refused"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.former_id}"
