"""An import of a file: the run itself, what it brought in, and the rows it left out.

Everything is stored as codes and data; sentences are made when somebody reads them.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.actors import Actor
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy
from helpdesk.jobs.models import Job, Noted


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


class ImportRun(Job):
    """One uploaded file on its way into the desk: a draft until its columns are matched, checked, then imported."""

    class Kind(models.TextChoices):
        CONTACTS = "contacts", phrase_lazy("%(term_contacts)s")
        ACCOUNTS = "accounts", phrase_lazy("%(term_accounts)s")

    class Mode(models.TextChoices):
        ADD = "add", _("Add new records")
        FILL = "fill", _("Update without overwriting")
        OVERWRITE = "overwrite", _("Update with overwriting")

    KIND = "import"
    STATUS_WORDS: ClassVar[dict[str, Any]] = {
        Job.Status.DRAFT: _("Columns to be matched"),
        Job.Status.READY: _("Ready to import"),
        Job.Status.RUNNING: _("Importing"),
    }

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CONTACTS)
    mode = models.CharField(max_length=20, choices=Mode.choices, default=Mode.ADD)
    also_add = models.BooleanField(default=False)
    """Whether a mode that updates also creates who is not here yet."""
    phone_region = models.CharField(max_length=2, blank=True)
    """Whose country code the phone numbers without one have; empty for the desk's own."""

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

    checked_rows = models.PositiveIntegerField(default=0)
    created_accounts = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            CheckConstraint(
                name="customers_importrun_mode_known", condition=Q(mode__in=["add", "fill", "overwrite"])
            ),
            CheckConstraint(
                name="customers_importrun_kind_known", condition=Q(kind__in=["contacts", "accounts"])
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def column_of(outcome: str) -> str:
        """The column that counts the rows with an outcome, as the engine and the pages call them."""
        return "changed" if outcome == "updated" else outcome

    @property
    def counts(self) -> dict[str, int]:
        """How many rows had each outcome."""
        outcomes = ("created", "updated", "unchanged", "skipped", "failed")
        return {outcome: getattr(self, self.column_of(outcome)) for outcome in outcomes}

    @property
    def has_something_to_undo(self) -> bool:
        return bool(self.touched or self.created_accounts)

    @property
    def can_be_resumed(self) -> bool:
        """The file may have gone with a person."""
        return super().can_be_resumed and bool(self.file)


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
