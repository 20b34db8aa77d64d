"""A delivery: one message to one recipient, from the moment it is wanted to the moment it has left or never will."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.actors import Actor
from helpdesk.core.scoping import ScopedQuerySet

PERMISSION = "core.use_admin"
#: How long a delivery is tried.
TRIED_FOR = timedelta(hours=48)


class DeliveryQuerySet(ScopedQuerySet):
    """Deliveries. Who reads them as such is an administrator; the page of a record asks with `about`."""

    def visible_to(self, actor: Actor) -> Self:
        """Administrators: all."""
        return self.all() if actor.can(PERMISSION) else self.none()

    def about(self, label: str, numbers: Any) -> Self:
        """Those about records of one model (``tickets.message``): ids, or a query of ids."""
        return self.filter(about_type=label, about_id__in=numbers)

    def addressed_to(self, label: str, numbers: Any) -> Self:
        """Those to these people (``customers.contact``)."""
        return self.filter(recipient_type=label, recipient_id__in=numbers)

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def failed(self) -> Self:
        """Those that never arrived, and will not by themselves."""
        return self.filter(state__in=FAILED)

    def due(self, now: datetime) -> Self:
        """What to send now, the most urgent first."""
        in_time = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.waiting().filter(in_time, next_at__lte=now).order_by("-is_urgent", "next_at", "id")


class Delivery(models.Model):
    """One message to one recipient. `params` holds ids; the text is made at the moment of sending."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("Email")
        WEBHOOK = "webhook", _("Webhook")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")
        GIVEN_UP = "given_up", _("Given up")
        CANCELLED = "cancelled", _("Cancelled")

    class Reason(models.TextChoices):
        """Why the desk itself ended it; what a server said stands in `answer`."""

        NONE = "", ""
        EXPIRED = "expired", _("The code or link in it has expired.")
        WITHDRAWN = "withdrawn", _("It no longer applies, or the recipient can no longer see it.")
        DISCARDED = "discarded", _("An administrator discarded it.")
        UNREADABLE = "unreadable", _("It was encrypted with another SECRET_KEY.")
        ADDRESS = "address", _("This is not a valid email address. Correct the address.")
        LOCAL_PART = (
            "local_part",
            _(
                "The mail server does not accept characters other than A–Z before the @. "
                "Use another address for this person."
            ),
        )
        NO_ADDRESS = "no_address", _("This person no longer has an email address. Add one, then try again.")
        BOUNCING = "bouncing", _("This address permanently refuses email. Correct it, then try again.")
        UNREACHABLE = "unreachable", _("The mail server could not be reached for 48 hours.")
        BROKEN = "broken", _("The email could not be created. The reason is in the log of the worker.")

    channel = models.CharField(max_length=7, choices=Channel.choices, default=Channel.MAIL)
    kind = models.CharField(_("kind"), max_length=80)
    """The code of a registered letter."""
    params = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)
    """What nobody may read who reads the database: encrypted, and emptied as soon as the delivery has ended."""
    address = models.CharField(_("address"), max_length=320)
    name = models.CharField(_("recipient"), max_length=250, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    recipient_type = models.CharField(max_length=60, blank=True)
    recipient_id = models.BigIntegerField(null=True, blank=True)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    message_id = models.CharField(max_length=200)
    """The same however often it is tried, so that a second copy is known for one."""
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True, default=Reason.NONE)
    answer = models.CharField(_("answer of the server"), max_length=500, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    is_urgent = models.BooleanField(default=False)
    """Somebody waits for it in front of a screen: before all others."""
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    give_up_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """When it was sent, refused, given up or cancelled."""
    worker = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    """Until then it belongs to `worker` alone, unless that worker is dead."""

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["mail", "webhook"]), name="delivery_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "refused", "given_up", "cancelled"]),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", leased_until__isnull=False)
                | (~Q(state="sending") & Q(leased_until__isnull=True)),
                name="delivery_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], ended_at__isnull=True)
                | Q(
                    state__in=["sent", "refused", "given_up", "cancelled"], ended_at__isnull=False, sealed=""
                ),
                name="delivery_keeps_no_secret_once_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_urgent", "next_at", "id"], name="delivery_due", condition=Q(state="waiting")
            ),
            models.Index(fields=["leased_until"], name="delivery_leased", condition=Q(state="sending")),
            models.Index(
                fields=["about_type", "about_id"],
                name="delivery_about",
                condition=Q(about_id__isnull=False),
            ),
            models.Index(
                fields=["recipient_type", "recipient_id"],
                name="delivery_recipient",
                condition=Q(recipient_id__isnull=False),
            ),
            models.Index(
                fields=["about_type", "about_id", "recipient_type", "recipient_id"],
                name="delivery_failed_about",
                condition=Q(state__in=["refused", "given_up"]),
            ),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
            models.Index(fields=["ended_at"], name="delivery_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def has_failed(self) -> bool:
        return self.state in FAILED

    @property
    def is_tried_again(self) -> bool:
        """Whether it waits because an attempt went wrong."""
        return self.state == self.State.WAITING and self.attempts > 0

    @property
    def why(self) -> str:
        """The reason in the reader's words, else what the server said."""
        return str(self.Reason(self.reason).label) if self.reason else self.answer

    @property
    def can_be_retried(self) -> bool:
        """What held a secret has lost it, and cannot be written a second time."""
        if self.state == self.State.WAITING:
            return self.next_at > timezone.now()
        return self.has_failed and self.expires_at is None

    @property
    def can_be_discarded(self) -> bool:
        return self.state == self.State.WAITING or self.has_failed


FAILED = (Delivery.State.REFUSED.value, Delivery.State.GIVEN_UP.value)
ENDED = (*FAILED, Delivery.State.SENT.value, Delivery.State.CANCELLED.value)


class ChannelPause(models.Model):
    """A channel whose server does not answer: nobody sends by it before `until`. Gone as soon as one has left."""

    channel = models.CharField(
        max_length=7, choices=Delivery.Channel.choices, default=Delivery.Channel.MAIL, unique=True
    )
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("pause of a channel")
        verbose_name_plural = _("pauses of channels")

    def __str__(self) -> str:
        return self.channel
