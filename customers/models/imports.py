"""An import of a file: the run itself, what it brought in, and the rows it left out.

Everything is stored as codes and data; sentences are made when somebody reads them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.actors import Actor
from helpdesk.core.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy

#: How long after its end an import can be undone.
UNDO_DAYS = 7
STATUSES = ("uploaded checking matched running done failed cancelled undoing undone").split()


def import_file_path(run: ImportRun, filename: str) -> str:
    """Where an uploaded file is kept: below MEDIA, under a name of ours and not the visitor's."""
    suffix = filename.rpartition(".")[2].lower()
    return f"imports/{run.digest[:2]}/{run.digest[:40]}.{suffix[:8] or 'bin'}"


def import_spool_path(run: ImportRun, filename: str) -> str:
    """Where the rows of an uploaded file are kept as plain text: beside it."""
    return f"imports/{run.digest[:2]}/{run.digest[:40]}.spool"


class ImportRunQuerySet(ScopedQuerySet):
    """Imports."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever may import sees every import of the desk, nobody else any."""
        return self if actor.can("customers.import_contacts") else self.none()


class ImportRun(models.Model):
    """One uploaded file on its way into the desk.

    ``uploaded`` → (``checking`` →) ``matched`` → ``running`` → ``done``, ``failed`` or ``cancelled``
    (→ ``undoing`` → ``undone``). ``processed_rows`` is saved in the same transaction as the batch it
    counts, so a run that was cut off goes on where it stopped, and no row is taken twice.
    """

    class Kind(models.TextChoices):
        CONTACTS = "contacts", phrase_lazy("%(term_contacts)s")
        ACCOUNTS = "accounts", phrase_lazy("%(term_accounts)s")

    class Mode(models.TextChoices):
        ADD = "add", _("Add new records")
        FILL = "fill", _("Update without overwriting")
        OVERWRITE = "overwrite", _("Update with overwriting")

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be matched")
        CHECKING = "checking", _("Being checked")
        MATCHED = "matched", _("Ready to import")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by a problem")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

        @classmethod
        def over(cls) -> list[str]:
            """Those of an import that ran, to its end or until it was stopped."""
            return [cls.DONE, cls.FAILED, cls.CANCELLED, cls.UNDONE]

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CONTACTS)
    mode = models.CharField(max_length=20, choices=Mode.choices, default=Mode.ADD)
    also_add = models.BooleanField(default=False)
    """Whether a mode that updates also creates who is not here yet."""
    phone_region = models.CharField(max_length=2, blank=True)
    """Whose country code the phone numbers without one have; empty for the desk's own."""
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UPLOADED)

    file = models.FileField(upload_to=import_file_path, max_length=200)
    spool = models.FileField(upload_to=import_spool_path, max_length=200, blank=True)
    """The rows of the file as plain text, which everything reads that comes after the upload."""
    name = LineField(max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    layout = models.JSONField(default=dict, blank=True)
    """How to read the file: format, encoding, delimiter, sheet, row of the headings."""
    sheets = models.JSONField(default=list, blank=True)
    """The sheets of a workbook to choose from: name, rows."""
    columns = models.JSONField(default=list, blank=True)
    """One entry a column: header, sample values."""
    mapping = models.JSONField(default=list, blank=True)
    """One target code a column, in the order of the columns; "" leaves the column out."""
    preview = models.JSONField(default=dict, blank=True)
    """What the dry run found: counts, accounts to be created, likely duplicates."""

    total_rows = models.PositiveIntegerField(default=0)
    checked_rows = models.PositiveIntegerField(default=0)
    processed_rows = models.PositiveIntegerField(default=0)
    created_rows = models.PositiveIntegerField(default=0)
    updated_rows = models.PositiveIntegerField(default=0)
    unchanged_rows = models.PositiveIntegerField(default=0)
    skipped_rows = models.PositiveIntegerField(default=0)
    failed_rows = models.PositiveIntegerField(default=0)
    created_accounts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    """Code of what stopped the whole run."""
    cancel_requested = models.BooleanField(default=False)
    undone_records = models.PositiveIntegerField(default=0)
    kept_records = models.PositiveIntegerField(default=0)
    """Records that the undo left as they are, wholly or in part, because they were edited since."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="import_runs"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)
    """When the last batch was saved: a run that says it is busy and has been still for long was cut off."""
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                name="customers_importrun_status_known",
                condition=Q(status__in=STATUSES),
                violation_error_message=gettext_noop("This is not a state an import can be in."),
            ),
            CheckConstraint(
                name="customers_importrun_mode_known", condition=Q(mode__in=["add", "fill", "overwrite"])
            ),
            CheckConstraint(
                name="customers_importrun_kind_known", condition=Q(kind__in=["contacts", "accounts"])
            ),
            CheckConstraint(
                name="customers_importrun_counts_add_up",
                condition=Q(
                    processed_rows=F("created_rows")
                    + F("updated_rows")
                    + F("unchanged_rows")
                    + F("skipped_rows")
                    + F("failed_rows")
                ),
                violation_error_message=gettext_noop(
                    "The counts of an import must add up to the rows it read."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left_out_rows(self) -> int:
        return self.skipped_rows + self.failed_rows

    @property
    def touched_rows(self) -> int:
        return self.created_rows + self.updated_rows

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it at the moment, so that a page should look again."""
        return self.status in (self.Status.CHECKING, self.Status.RUNNING, self.Status.UNDOING)

    @property
    def is_undoing(self) -> bool:
        return self.status == self.Status.UNDOING

    @property
    def can_be_stopped(self) -> bool:
        """Whether somebody may still ask it to stop."""
        return self.status == self.Status.RUNNING and not self.cancel_requested

    @property
    def has_ended(self) -> bool:
        """Whether it ran, to its end or until it was stopped."""
        return self.status in (self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED)

    @property
    def is_over(self) -> bool:
        return self.has_ended or self.status == self.Status.UNDONE

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at + timedelta(days=UNDO_DAYS) if self.finished_at else None

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything to undo, and still time to."""
        until = self.undo_until
        changed = self.touched_rows or self.created_accounts
        return bool(self.has_ended and changed and until and timezone.now() < until)

    @property
    def can_be_resumed(self) -> bool:
        """Whether it ended before the last row, and may go on from there. The file may have gone with a person."""
        stopped = self.status in (self.Status.FAILED, self.Status.CANCELLED)
        return stopped and bool(self.file) and self.processed_rows < self.total_rows


class RejectedRow(models.Model):
    """A row of the file that was left out, with its cells as they were and a code for the reason."""

    class Outcome(models.TextChoices):
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejected_rows", db_index=False)
    number = models.PositiveIntegerField()
    """The row as a spreadsheet numbers it: the heading is row 1."""
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    column = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=60)
    details = models.JSONField(default=dict, blank=True)
    cells = models.JSONField(default=list)

    class Meta:
        verbose_name = _("row left out of an import")
        verbose_name_plural = _("rows left out of an import")
        ordering = ["run", "number"]
        constraints = [
            UniqueConstraint(fields=["run", "number"], name="customers_rejectedrow_once"),
            CheckConstraint(
                name="customers_rejectedrow_outcome_known",
                condition=Q(outcome__in=["skipped", "failed"]),
                violation_error_message=gettext_noop("A row left out was either skipped or failed."),
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome", "number"], name="customers_rejected_outcome")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"


class PreviewRow(models.Model):
    """A row of a dry run, to be looked at until the import starts: what it would change, or why it is left out."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="preview_rows", db_index=False)
    number = models.PositiveIntegerField()
    """The row as a spreadsheet numbers it: the heading is row 1."""
    outcome = models.CharField(max_length=10)
    column = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict, blank=True)
    cells = models.JSONField(default=list, blank=True)
    """Of a row that is left out."""
    change = models.JSONField(null=True, blank=True)
    """Of a row that is not: its record and its account, each before and after, and the names of accounts to come."""

    class Meta:
        verbose_name = _("row of the preview of an import")
        verbose_name_plural = _("rows of the preview of an import")
        ordering = ["run", "number"]
        constraints = [
            UniqueConstraint(fields=["run", "number"], name="customers_previewrow_once"),
            CheckConstraint(
                name="customers_previewrow_outcome_known",
                condition=Q(outcome__in=["created", "updated", "unchanged", "skipped", "failed"]),
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome", "number"], name="customers_preview_outcome")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"


class Noted(models.Model):
    """What a record was before a run changed it, and after. The undo starts from these."""

    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    """The two states of a record that was changed; one that was created goes whole."""
    written_at = models.DateTimeField()
    is_undone = models.BooleanField(default=False)
    kept = models.JSONField(default=list, blank=True)
    """What the undo left because it was edited since: names of fields, or a code for the whole record."""

    class Meta:
        abstract = True


class Imported(Noted):
    """A record that an import created or changed."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="%(class)ss", db_index=False)
    is_created = models.BooleanField()

    class Meta:
        abstract = True


class ImportedContact(Imported):
    """A contact that a row of the file created or changed."""

    contact = models.ForeignKey("customers.Contact", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    """The first row about it."""

    class Meta:
        verbose_name = _("imported record")
        verbose_name_plural = _("imported records")
        ordering = ["run", "id"]
        constraints = [
            UniqueConstraint(fields=["run", "contact"], name="customers_importedcontact_once"),
        ]
        indexes = [models.Index(fields=["run", "number"], name="importedcontact_by_row")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.contact_id}"


class ImportedAccount(Imported):
    """An account that the file created or changed."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(null=True, blank=True)
    """Its own row in a file of accounts; empty for one that another row only named."""

    class Meta:
        verbose_name = _("imported record")
        verbose_name_plural = _("imported records")
        ordering = ["run", "id"]
        constraints = [
            UniqueConstraint(fields=["run", "account"], name="customers_importedaccount_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.account_id}"
