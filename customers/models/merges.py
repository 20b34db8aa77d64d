"""Records that were merged into another one: what it takes to undo it, and where their old addresses lead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models.accounts import Account
from customers.models.contacts import Contact
from helpdesk.core.actors import Actor
from helpdesk.core.database.constraints import CheckConstraint
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy

#: How long after it a merge can be undone.
UNDO_DAYS = 30
#: How many records a merge makes one.
MOST_AT_ONCE = 10


class MergeQuerySet(ScopedQuerySet):
    """Merges."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever may merge records of a kind sees what was merged of it."""
        kinds = [kind for kind in Merge.Kind.values if actor.can(f"customers.merge_{kind}")]
        return self.filter(kind__in=kinds)

    def standing(self) -> Self:
        """Those that were not undone."""
        return self.filter(undone_at__isnull=True)

    def undoable(self) -> Self:
        """Those that stand, and that there is still time to undo."""
        return self.standing().filter(created_at__gt=timezone.now() - timedelta(days=UNDO_DAYS))


class Merge(models.Model):
    """One merge: the survivor, and the steps that undoing takes (`customers.merging.notes`).

    When the survivor is itself merged, the row moves on with everything else that points at it; `survivor_id` stays.
    """

    class Kind(models.TextChoices):
        CONTACT = "contact", phrase_lazy("%(term_contact)s")
        ACCOUNT = "account", phrase_lazy("%(term_account)s")

    kind = models.CharField(max_length=7, choices=Kind.choices)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="merges"
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="merges"
    )
    survivor_id = models.BigIntegerField()
    steps = models.JSONField(default=list)
    """What was done to the rows of the desk, in order."""
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    kept = models.JSONField(default=list, blank=True)
    """What the undo left, because it was edited since the merge."""

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                name="merge_of_one_kind",
                condition=Q(kind="contact", contact__isnull=False, account__isnull=True)
                | Q(kind="account", account__isnull=False, contact__isnull=True),
                violation_error_message=gettext_noop("A merge has one survivor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.survivor_id}"

    @property
    def survivor(self) -> Any:
        """The record that stands for the merged ones now."""
        return self.contact or self.account

    @property
    def names(self) -> str:
        """Who was merged in, by their names at the time. Prefetch `merged`."""
        return ", ".join(record.name for record in self.merged.all())

    @property
    def undo_until(self) -> datetime:
        return self.created_at + timedelta(days=UNDO_DAYS)

    @property
    def can_be_undone(self) -> bool:
        """Whether it still stands, and there is time to undo it."""
        return self.undone_at is None and timezone.now() < self.undo_until


class MergedRecordQuerySet(models.QuerySet):
    """What was merged away."""

    def standing(self, kind: str) -> Self:
        """Those of a kind whose merge was not undone."""
        return self.filter(merge__kind=kind, merge__undone_at__isnull=True)

    def now_in(self, survivor: Contact | Account) -> Self:
        """What became part of a record, by however many merges."""
        kind = str(survivor._meta.model_name)
        return self.standing(kind).filter(**{f"merge__{kind}": survivor.pk})


class MergedRecord(models.Model):
    """A record that was merged into another: its old address and its old number lead there."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="merged")
    former_id = models.BigIntegerField()
    name = LineField(max_length=201)
    reference = LineField(max_length=40, blank=True)

    objects = MergedRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("merged record")
        verbose_name_plural = _("merged records")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["former_id"], name="merged_record_former"),
            models.Index(fields=["reference"], name="merged_record_reference"),
        ]

    def __str__(self) -> str:
        return self.name
