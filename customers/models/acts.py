"""What the desk has to remember of acts that the audit feed tells too, because something depends on it: looks at a help
center, wrong PINs, confirmed identities, sent invitations, contacts that joined by domain. The feed may be pruned."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.accounts import Account
from customers.models.contacts import Contact
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy


class HelpCenterLook(models.Model):
    """One look at the help center as a contact sees it. `customers.services.contacts.looking` says for how long."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("look at a help center")
        verbose_name_plural = _("looks at help centers")

    def __str__(self) -> str:
        return f"{self.contact_id} by {self.user_id}"


class WrongPin(models.Model):
    """A support PIN that somebody of the desk entered and that was wrong. Older ones than an hour are forgotten."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wrong PIN")
        verbose_name_plural = _("wrong PINs")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "at"], name="wrong_pin_of_user")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at}"


class IdentityConfirmation(models.Model):
    """A contact proved by PIN who they are, while somebody worked on a record such as a ticket."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    label = LineField(max_length=200, blank=True)
    """The name of the one who confirmed it, at that time."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("confirmation of an identity")
        verbose_name_plural = _("confirmations of identities")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="identity_confirmed_on")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} at {self.subject_type}:{self.subject_id}"

    @property
    def by(self) -> str:
        """Who confirmed it: the person's present name, else the name at the time."""
        return self.user.get_full_name() if self.user else self.label


class SentInvitation(models.Model):
    """An invitation that left. The limits of a day count these; older ones are forgotten."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("sent invitation")
        verbose_name_plural = _("sent invitations")

    def __str__(self) -> str:
        return f"{self.account_id} {self.at}"


class DomainJoining(models.Model):
    """One go in which contacts without an account joined that of their address's domain."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    people = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("joining by domain")
        verbose_name_plural = _("joinings by domain")

    def __str__(self) -> str:
        return f"{self.people} at {self.at}"

    @property
    def by(self) -> str:
        return self.user.get_full_name() if self.user else ""


class JoinedByDomain(models.Model):
    """A contact that one go gave an account."""

    joining = models.ForeignKey(DomainJoining, on_delete=models.CASCADE, related_name="rows")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = phrase_lazy("%(term_contact)s who joined by domain")
        verbose_name_plural = phrase_lazy("%(term_contacts)s who joined by domain")

    def __str__(self) -> str:
        return f"{self.contact_id} at {self.account_id}"
