"""The audit feed: entries, and the versions of records whose forms people have open."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text.model_fields import LineField


class AuditEntry(models.Model):
    """One thing that happened: a code and data, never a sentence. Rows are only ever added."""

    class ActorKind(models.TextChoices):
        AGENT = "agent", _("Agent")
        CONTACT = "contact", _("Contact")
        RULE = "rule", _("Rule")
        CHANNEL = "channel", _("Channel")
        SYSTEM = "system", _("System")

    code = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    related_type = models.CharField(max_length=60, blank=True)
    related_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_label = LineField(max_length=200, blank=True)
    # Without a constraint: the database would look up each entry's cause at the end of an import's every batch, and
    # an entry may be pruned before what it caused.
    cause = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="effects",
        db_constraint=False,
        db_index=False,
    )
    depth = models.PositiveSmallIntegerField(default=0)
    batch = models.BigIntegerField(null=True, blank=True)
    """The id of the job that did it: an import, a bulk update."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("activity entry")
        verbose_name_plural = _("activity entries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor_kind__in=["agent", "contact", "rule", "channel", "system"]),
                name="audit_actor_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_subject"),
            models.Index(
                fields=["related_type", "related_id", "-id"],
                name="audit_related",
                condition=models.Q(related_id__isnull=False),
            ),
            # A consumer reads the entries of a batch in slices.
            models.Index(fields=["batch", "id"], name="audit_batch", condition=models.Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject_type}:{self.subject_id}"


class FormVersion(models.Model):
    """How many changes of what a record's form shows were recorded; no row stands for none.

    A table of its own: the rows of contacts have many indexes, and this is written by imports and bulk updates.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="form_version_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} v{self.number}"
