"""Addresses that take part in a ticket by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models import Contact
from helpdesk.core.database.constraints import UniqueConstraint
from helpdesk.core.text.address_fields import AddressField, AddressKeyField
from helpdesk.core.words import phrase_lazy
from tickets.models.tickets import Ticket


class Participant(models.Model):
    """An address that gets the public mails of a ticket and may answer by mail, since when, and by whom it came in.

    It never gives sight, also when it is a contact's: `contact` says only whose it is, and may be nobody's.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants", db_index=False)
    address = AddressField(_("address"))
    address_key = AddressKeyField("address", editable=False)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="participations"
    )
    added_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = phrase_lazy("participant of a %(term_ticket)s")
        verbose_name_plural = phrase_lazy("participants of a %(term_ticket)s")
        ordering = ["id"]
        constraints = [
            UniqueConstraint(
                fields=["ticket", "address_key"],
                name="tickets_participant_once",
                violation_error_message=gettext_noop("This address takes part already."),
            ),
        ]
        indexes = [models.Index(fields=["address_key"], name="tickets_participant_address")]

    def __str__(self) -> str:
        return self.address
