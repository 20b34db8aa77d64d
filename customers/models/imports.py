"""An import of a file: the run itself, what it brought in, and the rows it left out.

Everything is stored as codes and data; sentences are made when somebody reads them.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.actors import Actor
from helpdesk.core.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.scoping import ScopedQuerySet


def import_file_path(run: ImportRun, filename: str) -> str:
    """Where an uploaded file is kept: below MEDIA, under a name of ours and not the visitor's."""
    suffix = filename.rpartition(".")[2].lower()
    return f"imports/{run.digest[:2]}/{run.digest[:40]}.{suffix[:8] or 'bin'}"


class ImportRunQuerySet(ScopedQuerySet):
    """Imports."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever may import sees every import of the desk, nobody else any."""
        return self if actor.can("customers.import_contacts") else self.none()


class ImportRun(models.Model):
    """One uploaded file on its way into the desk.

    ``uploaded`` → (``checking`` →) ``matched`` → ``running`` → ``done`` or ``failed``.
    ``processed_rows`` is saved in the same transaction as the batch it counts, so a run that was
    cut off goes on where it stopped, and no row is taken twice.
    """

    class Kind(models.TextChoices):
        CONTACTS = "contacts", "Contacts"  # never shown; screens say it in the desk's own words

    class Mode(models.TextChoices):
        ADD = "add", _("Add new records")

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be matched")
        CHECKING = "checking", _("Being checked")
        MATCHED = "matched", _("Ready to import")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CONTACTS)
    mode = models.CharField(max_length=20, choices=Mode.choices, default=Mode.ADD)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UPLOADED)

    file = models.FileField(upload_to=import_file_path, max_length=200)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    layout = models.JSONField(default=dict, blank=True)
    """How to read the file: format, encoding, delimiter, sheet."""
    columns = models.JSONField(default=list, blank=True)
    """One entry a column: header, sample values."""
    mapping = models.JSONField(default=list, blank=True)
    """One target code a column, in the order of the columns; "" leaves the column out."""
    preview = models.JSONField(default=dict, blank=True)
    """What the dry run found: counts, first rows, problems."""

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

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="import_runs"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)
    """When the last batch was saved: a run that says it is busy and has been still for long was cut off."""
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                name="customers_importrun_status_known",
                condition=Q(status__in=["uploaded", "checking", "matched", "running", "done", "failed"]),
                violation_error_message=gettext_noop("This is not a state an import can be in."),
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
    def is_busy(self) -> bool:
        """Whether a worker has it at the moment, so that a page should look again."""
        return self.status in (self.Status.CHECKING, self.Status.RUNNING)

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED)


class RejectedRow(models.Model):
    """A row of the file that was left out, with its cells as they were and a code for the reason."""

    class Outcome(models.TextChoices):
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejected_rows")
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


class ImportedContact(models.Model):
    """A contact that a row of the file brought in. The undo of an import starts from these."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="imported_contacts")
    number = models.PositiveIntegerField()
    contact = models.ForeignKey("customers.Contact", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("imported record")
        verbose_name_plural = _("imported records")
        ordering = ["run", "number"]
        constraints = [
            UniqueConstraint(fields=["run", "number"], name="customers_importedcontact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"
