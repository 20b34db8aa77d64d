"""Export jobs: a list on its way into a file, with what was asked for, and the file once it is whole."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.actors import Actor
from helpdesk.core.database.constraints import CheckConstraint
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.exports.listed import Listed
from helpdesk.exports.sources import source_of, sources
from helpdesk.jobs.models import Job

ADMINISTER = "core.use_admin"


def export_file_path(job: ExportJob, filename: str) -> str:
    """Where the file of an export is kept: below MEDIA, under a name that nobody can guess."""
    name = secrets.token_hex(20)
    return f"exports/{name[:2]}/{name}.{job.format}"


class ExportJobQuerySet(ScopedQuerySet):
    """Export jobs."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own; administrators see everybody's."""
        if actor.can(ADMINISTER):
            return self.all()
        return self.filter(created_by=actor.user) if actor.is_staff and actor.user else self.none()


class ExportJob(Job):
    """One list that somebody wanted as a file, and that file."""

    KIND = "export"
    HEAVY = ("criteria",)
    STATUS_WORDS: ClassVar[dict[str, Any]] = {
        Job.Status.RUNNING: _("Being written"),
        Job.Status.CANCELLED: _("Stopped"),
    }

    list_kind = models.CharField(max_length=40)
    """Code of the `sources.ExportSource`."""
    columns = models.JSONField(default=list)
    """Codes of the chosen columns."""
    format = models.CharField(max_length=10)
    criteria = models.JSONField(default=dict)
    """Which rows (`listed.Listed.to_json`)."""
    lost_filters = models.PositiveSmallIntegerField(default=0)
    """How many filters of the list named what was not there when it was asked for, which the page said."""
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64)
    """The reader's, in which the file is written."""
    attempt = models.PositiveIntegerField(default=0)
    """Counts the beginnings: whoever writes for an earlier one stops, since the file was begun anew."""
    file = models.FileField(upload_to=export_file_path, max_length=200, blank=True)
    """The whole file; empty until it is, and after the erasure of a person."""
    size = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[Any] = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        constraints = [
            CheckConstraint(name="exports_exportjob_format_known", condition=Q(format__in=["csv", "xlsx"])),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def title(self) -> str:
        """What the exported records are called."""
        return str(source_of(self.list_kind).title) if self.list_kind in sources() else self.list_kind

    @property
    def listed(self) -> Listed:
        """Which rows are wanted."""
        return Listed.stored(self.criteria)

    @property
    def rows(self) -> int:
        """How many rows were written."""
        return self.unchanged

    @property
    def kept_until(self) -> datetime | None:
        """When the job and its file are forgotten."""
        kept = timedelta(days=settings.HELPDESK_EXPORTS_KEPT_DAYS)
        return self.finished_at + kept if self.finished_at else None

    @property
    def has_file(self) -> bool:
        """Whether there is a file to be downloaded, and still time to."""
        until = self.kept_until
        return bool(self.status == self.Status.DONE and self.file and until and timezone.now() < until)

    @property
    def is_without_file(self) -> bool:
        """Whether the file was written and is gone."""
        return self.status == self.Status.DONE and not self.has_file

    @property
    def has_something_to_undo(self) -> bool:
        return False

    @property
    def can_be_resumed(self) -> bool:
        """Half a file is not kept: whoever wants it after all exports the list again."""
        return False
