"""On the way into an account: who was invited, and who asks to join."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models.accounts import Account
from customers.models.contacts import Association, Contact
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.text.model_fields import LineField

VALID = timedelta(days=14)


class InvitationQuerySet(models.QuerySet):
    """Invitations that nobody has answered."""

    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(sent_at__gt=timezone.now() - VALID)

    def sent_to(self, contact: Contact) -> Self:
        """Those to any address of a contact that is known to be theirs."""
        own = contact.methods.filter(kind="email", unconfirmed_since=None)
        return self.filter(email_key__in=own.values("value_key"))


class Invitation(models.Model):
    """An address that was asked to join an account. It goes once it is answered or withdrawn; the history keeps it.

    It says nothing about whose address it is: nobody is made or looked up before its owner signs in.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    email = LineField(_("email"), max_length=254)
    email_key = models.CharField(max_length=254, editable=False)
    name = LineField(_("name"), max_length=200, blank=True)
    """As whoever invited wrote it; for somebody whom the desk does not know yet."""
    role = models.CharField(
        _("role"), max_length=13, choices=Association.Role.choices, default=Association.Role.CUSTOMER
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"))

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["account", "email_key"],
                name="invitation_once",
                violation_error_message=gettext_noop("This address is invited already."),
            ),
            CheckConstraint(condition=~Q(email_key=""), name="invitation_has_an_address"),
            CheckConstraint(
                condition=Q(role__in=["customer", "administrator"]), name="invitation_role_known"
            ),
        ]
        indexes = [models.Index(fields=["email_key"], name="invitation_by_address")]

    def __str__(self) -> str:
        return f"{self.email} – {self.account}"

    @property
    def valid_until(self) -> datetime:
        return self.sent_at + VALID

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return timezone.now() < self.valid_until


class JoinRequestQuerySet(models.QuerySet):
    """Who asks to join which account."""

    def waiting(self) -> Self:
        """Those to be decided; who got in on another way, or has gone, waits for nothing."""
        inside = Association.objects.filter(contact=OuterRef("contact"), account=OuterRef("account"))
        return self.filter(~Exists(inside), state=JoinRequest.State.WAITING, contact__is_active=True)


class JoinRequest(models.Model):
    """A new sender whose e-mail domain belongs to the account, on a desk where such do not join by themselves."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="join_requests", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="join_requests")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["id"]
        constraints = [
            UniqueConstraint(
                fields=["account", "contact"],
                name="join_request_once",
                violation_error_message=gettext_noop(
                    "This %(term_contact)s has asked to join this %(term_account)s already."
                ),
            ),
            CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | Q(state__in=["accepted", "declined"], decided_at__isnull=False),
                name="join_request_decided_or_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} – {self.account}"
