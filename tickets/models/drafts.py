"""What somebody is writing and has not sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models import Contact
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from tickets.models.tickets import Ticket
from tickets.querysets import DraftQuerySet


class Draft(models.Model):
    """A text in the making: whose it is, what it is to become, and on which ticket or for which contact.

    One row for each place of a person: a ticket's composer (reply or note), a new ticket for a contact (or for somebody
    who is not chosen yet), and the same two in the help center. Nobody but its author ever reads it.
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("Public reply")
        NOTE = "note", _("Internal note")
        TICKET = "ticket", _("Opening message")
        CUSTOMER_REPLY = "customer_reply", _("Reply in the help center")
        CUSTOMER_TICKET = "customer_ticket", _("Opening message in the help center")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    kind = models.CharField(max_length=15, choices=Kind.choices)
    ticket = models.ForeignKey(Ticket, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    is_open = models.BooleanField(default=False)
    """Begun on the page of a new ticket that named no contact: it comes back there, with the contact chosen since."""
    fields = models.JSONField(default=dict)
    key = models.CharField(max_length=200, blank=True)
    """Of the form that wrote it: when that form is sent, the draft goes."""
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-updated_at", "-id"]
        constraints = [
            CheckConstraint(
                name="tickets_draft_kind_and_place",
                condition=Q(kind__in=["reply", "note", "customer_reply"], ticket__isnull=False, contact=None)
                | Q(kind="ticket", ticket=None)
                | Q(kind="customer_ticket", ticket=None, contact=None),
                violation_error_message=gettext_noop("A draft belongs to one place."),
            ),
            UniqueConstraint(
                fields=["user", "ticket"],
                condition=Q(kind__in=["reply", "note"]),
                name="tickets_draft_composer_once",
            ),
            UniqueConstraint(
                fields=["user", "ticket"],
                condition=Q(kind="customer_reply"),
                name="tickets_draft_customer_reply_once",
            ),
            UniqueConstraint(
                fields=["user", "contact"],
                condition=Q(kind="ticket", contact__isnull=False),
                name="tickets_draft_contact_once",
            ),
            UniqueConstraint(
                fields=["user"],
                condition=Q(kind="ticket", contact__isnull=True),
                name="tickets_draft_ticket_once",
            ),
            UniqueConstraint(
                fields=["user"],
                condition=Q(kind="customer_ticket"),
                name="tickets_draft_customer_ticket_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def body(self) -> str:
        return str(self.fields.get("body", ""))
