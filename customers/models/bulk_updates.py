"""One change to many contacts at once: the run itself, what it changed, and whom it left out.

Everything is stored as codes and data; sentences are made when somebody reads them.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.core.actors import Actor
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.words import phrase_lazy
from helpdesk.jobs.models import Job, Noted


class BulkUpdateQuerySet(ScopedQuerySet):
    """Bulk updates."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever may change contacts sees what was done to many of them, by whomever."""
        return self if actor.can("customers.change_contact") else self.none()


class BulkUpdate(Job):
    """One wanted change, and the contacts it was confirmed for."""

    KIND = "bulk_update"
    HEAVY = ("selection",)

    wanted = models.JSONField(default=dict)
    """What every contact is to have afterwards (`customers.bulk.wanted`)."""
    selection = models.BinaryField(default=bytes)
    """The ids of the contacts as they were when it was confirmed, in their order, compressed."""

    objects: ClassVar[Any] = BulkUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk update")
        verbose_name_plural = _("bulk updates")
        ordering = ["-pk"]

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
