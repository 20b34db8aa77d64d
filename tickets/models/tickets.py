"""The ticket itself: what is asked, by whom, for which account, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models import Account, Contact, ContactMethod
from helpdesk.core.database.constraints import CheckConstraint
from helpdesk.core.models import Department
from helpdesk.core.search import TrigramIndex, search_column
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy
from tickets.models.statuses import TicketStatus
from tickets.querysets import TicketQuerySet
from tickets.search_keys import ticket_keys
from tickets.status_kinds import (
    DONE_KINDS,
    KINDS,
    OPEN_KINDS,
    StatusKind,
    customer_may_move,
    is_final,
    is_open,
)

_NEWEST = ("-updated_at", "-id")
_IS_OPEN = Q(status_kind__in=OPEN_KINDS)


class Ticket(models.Model):
    """A request of a contact. Its stored `account` decides who else may see it; the services change it."""

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("in the help center")
        EMAIL = "email", _("by email")
        PHONE = "phone", _("by phone")
        WEB = "web", _("on the web site")
        API = "api", _("through the API")

    subject = LineField(_("subject"), max_length=250)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets", db_index=False
    )
    status = models.ForeignKey(
        TicketStatus,
        to_field="code",
        on_delete=models.PROTECT,
        default=StatusKind.NEW.value,
        related_name="tickets",
        verbose_name=_("status"),
        db_index=False,
    )
    status_kind = models.CharField(
        _("kind of status"),
        max_length=10,
        choices=StatusKind.choices,
        default=StatusKind.NEW,
        editable=False,
    )
    """The kind of `status`, written with it (`apply_status`): what indexes, rules and the help center go by."""
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
        db_index=False,
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    contact_method = models.ForeignKey(
        ContactMethod, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    """The way of reaching the contact that the ticket came by, and that keeps its place while the ticket uses it."""
    is_private = models.BooleanField(_("private to the requester"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)
    last_reply_at = models.DateTimeField(null=True, blank=True, editable=False)
    solved_at = models.DateTimeField(null=True, blank=True, editable=False)
    heard_at = models.GeneratedField(
        expression=Coalesce("last_reply_at", "created_at"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    """The last public word. `updated_at` would betray to customers when the desk wrote a note."""
    search = search_column("subject")
    search_keys = ticket_keys()

    mail_trouble: str = ""
    """Set by `mark_mail_trouble` for lists: why no letter reaches the requester."""
    matched_words: Sequence[str] = ()
    """Set by `similar_tickets` on what it finds: the words in common, in search form."""

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = phrase_lazy("%(term_ticket)s")
        verbose_name_plural = phrase_lazy("%(term_tickets)s")
        ordering = _NEWEST
        constraints = [
            CheckConstraint(
                name="tickets_ticket_subject_given",
                condition=~Q(subject=""),
                violation_error_message=gettext_noop("Enter a subject."),
            ),
            CheckConstraint(
                name="tickets_ticket_status_kind_known",
                condition=Q(status_kind__in=list(KINDS)),
                violation_error_message=gettext_noop("Choose one of the statuses."),
            ),
            CheckConstraint(
                name="tickets_ticket_priority_known",
                condition=Q(priority__in=["low", "normal", "high", "urgent"]),
                violation_error_message=gettext_noop("Choose one of the priorities."),
            ),
            CheckConstraint(
                name="tickets_ticket_channel_known",
                condition=Q(channel__in=["portal", "email", "phone", "web", "api"]),
                violation_error_message=gettext_noop("Choose one of the channels."),
            ),
            CheckConstraint(
                name="tickets_ticket_solved_at_when_done",
                condition=Q(status_kind__in=list(DONE_KINDS), solved_at__isnull=False)
                | Q(status_kind__in=list(OPEN_KINDS), solved_at__isnull=True),
                violation_error_message=gettext_noop("Only what is solved has a time of solving."),
            ),
        ]
        indexes = [
            models.Index(fields=_NEWEST, name="tickets_ticket_newest"),
            models.Index(fields=["status_kind", *_NEWEST], name="tickets_ticket_status_kind"),
            models.Index(fields=["status", *_NEWEST], name="tickets_ticket_status"),
            models.Index(fields=["priority", *_NEWEST], name="tickets_ticket_priority"),
            models.Index(fields=["contact", *_NEWEST], name="tickets_ticket_contact"),
            models.Index(fields=["account", *_NEWEST], name="tickets_ticket_account"),
            models.Index(fields=["assignee", *_NEWEST], name="tickets_ticket_assignee"),
            models.Index(fields=["department", *_NEWEST], name="tickets_ticket_department"),
            models.Index(fields=_NEWEST, condition=_IS_OPEN, name="tickets_ticket_open"),
            models.Index(
                fields=["assignee", *_NEWEST], condition=_IS_OPEN, name="tickets_ticket_open_of_agent"
            ),
            models.Index(fields=["account"], condition=_IS_OPEN, name="tickets_ticket_open_of_account"),
            models.Index(
                fields=["account", "-heard_at", "-id"],
                condition=Q(solved_at__isnull=False),
                name="tickets_ticket_solved_heard",
            ),
            models.Index(
                fields=["solved_at"], condition=Q(solved_at__isnull=False), name="tickets_ticket_solved"
            ),
            models.Index(fields=["search", "id"], name="tickets_ticket_subject"),
            TrigramIndex("search", name="tickets_ticket_search_trgm", keys="search_keys"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("tickets:ticket_detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """The number that people quote."""
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        return is_open(self.status_kind)

    @property
    def can_be_closed(self) -> bool:
        """Whether its requester may still say that it is settled."""
        return customer_may_move(self.status_kind, StatusKind.SOLVED)

    @property
    def can_be_reopened(self) -> bool:
        """A closed ticket is final; a solved one is not."""
        return customer_may_move(self.status_kind, StatusKind.OPEN)

    @property
    def takes_replies(self) -> bool:
        return not is_final(self.status_kind)
