"""The statuses that a ticket can have: rows that an administrator names and adds to."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy
from tickets.errors import StatusNotDeleted
from tickets.status_kinds import KINDS, StatusKind
from tickets.statuses import status_of


class TicketStatus(models.Model):
    """A status: its code for addresses, history and API, which never changes, and its kind, which decides what follows.

    The default of a kind has the kind as its code: there is one, it can be renamed, and it is neither deleted, taken
    out of use nor moved to another kind. Another status that tickets have is taken out of use, not deleted.
    """

    code = models.CharField(
        _("code"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Write lower-case letters, digits and underscores."))
        ],
        help_text=_("Names the status in addresses and the API. It cannot be changed later."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=StatusKind.choices,
        help_text=_(
            "Decides what the status means for lists, clocks and customers. It cannot be changed later."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    in_use = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("One that is not in use stays where it is, and cannot be chosen."),
    )

    class Meta:
        verbose_name = phrase_lazy("%(term_ticket)s status")
        verbose_name_plural = phrase_lazy("%(term_ticket)s statuses")
        ordering = ["position", "id"]
        constraints = [
            CheckConstraint(
                name="tickets_status_kind_known",
                condition=Q(kind__in=list(KINDS)),
                violation_error_message=gettext_noop("Choose one of the six kinds."),
            ),
            CheckConstraint(
                name="tickets_status_default_keeps_kind",
                condition=~Q(code__in=list(KINDS)) | Q(code=F("kind")),
                violation_error_message=gettext_noop("The first status of a kind stays of that kind."),
            ),
            CheckConstraint(
                name="tickets_status_default_in_use",
                condition=~Q(code=F("kind")) | Q(in_use=True),
                violation_error_message=gettext_noop("The first status of a kind stays in use."),
            ),
        ]

    def __str__(self) -> str:
        return status_of(self.code, self.kind).label

    @property
    def is_default(self) -> bool:
        """Whether it is the one of its kind that the product sets by itself."""
        return self.code == self.kind


@receiver(pre_delete, sender=TicketStatus, dispatch_uid="statuses.keep_defaults")
def _keep_defaults(instance: TicketStatus, **_kwargs: Any) -> None:
    """A default goes by no door: the product sets it by itself."""
    if instance.is_default:
        raise StatusNotDeleted


class TicketStatusName(models.Model):
    """What a status is called in one language, by the desk and (where they are to read another word) by customers."""

    status = models.ForeignKey(
        TicketStatus, on_delete=models.CASCADE, related_name="names", verbose_name=_("status"), db_index=False
    )
    language = models.CharField(_("language"), max_length=12)
    name = LineField(_("name"), max_length=60)
    customer_name = LineField(
        _("name for customers"),
        max_length=60,
        blank=True,
        help_text=_("Left empty, customers read the word of its kind."),
    )

    class Meta:
        verbose_name = _("name of a status")
        verbose_name_plural = _("names of a status")
        ordering = ["language"]
        constraints = [
            UniqueConstraint(
                fields=["status", "language"],
                name="tickets_status_name_per_language",
                violation_error_message=gettext_noop("It has a name in this language already."),
            ),
            UniqueConstraint(
                "language",
                Lower("name"),
                name="tickets_status_name_once",
                violation_error_message=gettext_noop("There is already one with this name."),
            ),
            CheckConstraint(
                name="tickets_status_named",
                condition=~Q(name=""),
                violation_error_message=gettext_noop("Enter a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
