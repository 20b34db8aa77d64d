"""Jobs: long work in the background, with its state and its progress; and notes from which a job is undone.

Everything is stored as codes and data; sentences are made when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.database.constraints import CheckConstraint

#: How long after its end a job can be undone.
UNDO_DAYS = 7
#: A busy job that saved nothing for so long was cut off, and may be taken up again.
STALLED_AFTER = timedelta(minutes=2)
STATUSES = "draft checking ready running done failed cancelled undoing undone".split()
#: What became of an item, in the order in which pages tell it; each has a column that counts.
COUNTS = ("created", "changed", "unchanged", "skipped", "failed")


class Job(models.Model):
    """One piece of long work, whatever it is about; a kind of job extends this table with its own.

    (``draft`` → ``checking`` → ``ready`` →) ``running`` → ``done``, ``failed`` or ``cancelled`` (→ ``undoing`` →
    ``undone``). ``processed`` is saved in the same transaction as the batch it counts, so a job that was cut off goes
    on where it stopped, and no item is taken twice.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Ready")
        RUNNING = "running", _("In progress")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by a problem")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    #: Code of the kind (`kinds.Kind`); every subclass says its own.
    KIND: ClassVar[str] = ""
    #: Columns that only some readers want; the machine leaves them out.
    HEAVY: ClassVar[tuple[str, ...]] = ()
    #: What a status is called where the kind has a better word for it.
    STATUS_WORDS: ClassVar[Mapping[str, str | Promise]] = {}
    BUSY: ClassVar[frozenset[str]] = frozenset({Status.CHECKING, Status.RUNNING, Status.UNDOING})
    ENDED: ClassVar[frozenset[str]] = frozenset({Status.DONE, Status.FAILED, Status.CANCELLED})

    job_kind = models.CharField(max_length=40, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    total = models.PositiveIntegerField(default=0)
    """How many items there are to do: rows, records."""
    processed = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    """Code of what stopped the whole job."""
    cancel_requested = models.BooleanField(default=False)
    undone_records = models.PositiveIntegerField(default=0)
    kept_records = models.PositiveIntegerField(default=0)
    """Records that the undo left as they are, wholly or in part, because they were edited since."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)
    """When the last batch was saved: a job that says it is busy and has been still for long was cut off."""
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                name="jobs_job_status_known",
                condition=Q(status__in=STATUSES),
                violation_error_message=gettext_noop("This is not a state a background job can be in."),
            ),
            CheckConstraint(
                name="jobs_job_counts_add_up",
                condition=Q(
                    processed=F("created") + F("changed") + F("unchanged") + F("skipped") + F("failed")
                ),
                violation_error_message=gettext_noop(
                    "The counts of a background job must add up to the items it has done."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["progressed_at"],
                name="jobs_job_busy",
                condition=Q(status__in=["checking", "running", "undoing"]),
            ),
            models.Index(fields=["finished_at"], name="jobs_job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.job_kind = self.job_kind or self.KIND
        super().save(*args, **kwargs)

    @property
    def status_words(self) -> str:
        """The status as pages of this kind call it."""
        return str(self.STATUS_WORDS.get(self.status) or self.get_status_display())

    @property
    def left_out(self) -> int:
        return self.skipped + self.failed

    @property
    def touched(self) -> int:
        """How many items made a record or changed one."""
        return self.created + self.changed

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it at the moment, so that a page should look again."""
        return self.status in self.BUSY

    @property
    def is_stalled(self) -> bool:
        """Whether it says it is busy and has been still for so long that its worker must be gone."""
        return self.is_busy and (self.progressed_at or self.created_at) < timezone.now() - STALLED_AFTER

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
        return self.status in self.ENDED

    @property
    def is_over(self) -> bool:
        return self.has_ended or self.is_undone

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at + timedelta(days=UNDO_DAYS) if self.finished_at else None

    @property
    def has_something_to_undo(self) -> bool:
        """Whether its undo would change anything. Kinds without an undo say no."""
        return bool(self.touched)

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything to undo, and still time to."""
        until = self.undo_until
        return bool(self.has_ended and self.has_something_to_undo and until and timezone.now() < until)

    @property
    def can_be_resumed(self) -> bool:
        """Whether it ended before the last item, and may go on from there."""
        stopped = self.status in (self.Status.FAILED, self.Status.CANCELLED)
        return stopped and self.processed < self.total


class Noted(models.Model):
    """What a record was before a job changed it, and after. The undo starts from these.

    A concrete kind of note has the ``run`` it belongs to: a foreign key to the kind of job.
    """

    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    """The two states of a record that was changed; one that was created goes whole."""
    written_at = models.DateTimeField()
    is_undone = models.BooleanField(default=False)
    kept = models.JSONField(default=list, blank=True)
    """What the undo left because it was edited since: names of fields, or a code for the whole record."""

    class Meta:
        abstract = True
