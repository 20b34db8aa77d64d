"""The audit feed: entries, their deliveries to consumers, and the versions of records whose forms people have open."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.actors import Actor
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.text.model_fields import LineField

EVENT_PERMISSION = "core.use_admin"


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
                condition=Q(actor_kind__in=["agent", "contact", "rule", "channel", "system"]),
                name="audit_actor_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_subject"),
            models.Index(
                fields=["related_type", "related_id", "-id"],
                name="audit_related",
                condition=Q(related_id__isnull=False),
            ),
            # A consumer reads the entries of a batch in slices.
            models.Index(fields=["batch", "id"], name="audit_batch", condition=Q(batch__isnull=False)),
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


class EventDeliveryQuerySet(ScopedQuerySet):
    """Deliveries of entries to consumers."""

    def visible_to(self, actor: Actor) -> Self:
        """Administrators: all."""
        return self.all() if actor.can(EVENT_PERMISSION) else self.none()

    def dead(self) -> Self:
        """Those that failed for good."""
        return self.filter(state="dead")


class EventDelivery(models.Model):
    """An entry that a consumer has not handled yet: the row goes in the transaction that holds what the consumer did.

    For a job, the entry is the one that ends it, and the consumer handles the entries of `batch` after `position`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DEAD = "dead", _("Failed")

    consumer = models.CharField(_("consumer"), max_length=80)
    entry = models.ForeignKey(
        AuditEntry, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False
    )
    batch = models.BigIntegerField(null=True, blank=True)
    position = models.BigIntegerField(default=0)
    stage = models.PositiveSmallIntegerField()
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    losses = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How many workers have claimed it since it was handled last."""
    failure = models.CharField(max_length=500, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    died_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=64, blank=True, default="", db_default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    """Until then it belongs to `worker` alone, unless that worker is dead."""

    objects = EventDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of an event")
        verbose_name_plural = _("deliveries of events")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", died_at__isnull=True) | Q(state="dead", died_at__isnull=False),
                name="event_delivery_state_known",
            ),
            models.CheckConstraint(condition=Q(stage__range=(1, 3)), name="event_delivery_stage_known"),
            models.UniqueConstraint(
                fields=["consumer", "entry"],
                name="event_delivered_once",
                condition=Q(batch__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["consumer", "entry"],
                name="event_batch_delivered_once",
                condition=Q(batch__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="event_delivery_free", condition=Q(state="waiting", worker="")),
            models.Index(
                fields=["consumer", "subject_type", "subject_id", "id"],
                name="event_delivery_order",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["-died_at", "-id"], name="event_delivery_dead", condition=Q(state="dead")),
            # Pruning keeps the entries of batches that somebody has not read to the end.
            models.Index(fields=["batch"], name="event_delivery_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.entry_id}"
