"""The second step of a sign-in: of whom it is required, since when, and how it is set, replaced and reset.

An authenticator app is the second factor, recovery codes stand in for it; both are rows of allauth's `Authenticator`.
`HELPDESK_SECOND_FACTOR_ROLES` names the roles that need one. From the first page on which the requirement meets a
person they have `HELPDESK_SECOND_FACTOR_GRACE_DAYS` days; after that every page leads to the set-up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils import timezone

from helpdesk.core.actors import SYSTEM, Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.models import User
from helpdesk.core.roles import ADMINISTRATOR, AGENT
from helpdesk.core.words import phrase, phrase_lazy
from helpdesk.events.recording import record
from helpdesk.sign_in.sessions import end_sessions

USE_ADMIN = "core.use_admin"
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
CODES = Authenticator.Type.RECOVERY_CODES
UNREAD_CODES = "recovery_codes_unread"
"""The session's word that recovery codes were made and nobody has said yet that they are kept."""
FEW_CODES = 3
second_factor_was_reset = Signal()
"""`user` has no second factor any more, and did not take it away themselves."""


class OwnSecondFactor(DomainError):
    """An administrator cannot switch their own second factor off by resetting it."""

    def __init__(self) -> None:
        super().__init__(phrase("You cannot reset your own two-step sign-in. Ask another administrator."))


# --- Of whom -------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """What the desk asks of a person, and what they have. `last_day` is the last one without the second factor."""

    is_required: bool = False
    is_set: bool = False
    last_day: date | None = None

    @property
    def is_missing(self) -> bool:
        return self.is_required and not self.is_set

    @property
    def is_overdue(self) -> bool:
        """Whether nothing is open any more but the set-up."""
        return self.is_missing and (self.last_day is None or timezone.localdate() > self.last_day)


def standing_of(user: User) -> Standing:
    """How the requirement stands for a person. Nothing is asked of the database for people of whom none is required."""
    if not is_required_of(user):
        return Standing()
    return Standing(is_required=True, is_set=has_second_factor(user), last_day=_last_day(user))


def is_required_of(user: User) -> bool:
    """By role. Whoever can open the administration counts as an administrator, an agent without a role as an agent."""
    wanted = set(settings.HELPDESK_SECOND_FACTOR_ROLES)
    if not wanted or not user.is_staff:
        return False
    if ADMINISTRATOR in wanted and user.has_perm(USE_ADMIN):
        return True
    if wanted == {ADMINISTRATOR}:
        return False
    held = set(user.groups.values_list("name", flat=True))
    return bool(wanted & (held or {AGENT}))


def has_second_factor(user: User) -> bool:
    """Whether signing in takes a second step."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def _last_day(user: User) -> date | None:
    """None when there is no grace."""
    days = settings.HELPDESK_SECOND_FACTOR_GRACE_DAYS
    asked_at = user.second_factor_asked_at or timezone.now()
    return timezone.localdate(asked_at) + timedelta(days=days) if days else None


def note_asked(user: User) -> None:
    """Keep the moment at which the requirement first met the person: the days of grace begin."""
    if user.second_factor_asked_at is None:
        user.second_factor_asked_at = timezone.now()
        rows = User.objects.filter(pk=user.pk, second_factor_asked_at=None)
        rows.update(second_factor_asked_at=user.second_factor_asked_at)


class RequiredFactor:
    """For allauth's adapter: what a role needs cannot be switched off, only replaced."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": phrase_lazy(
            "Your role needs two-step sign-in, so it cannot be turned off. Set up another app instead."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_required_of(authenticator.user)


# --- Recovery codes ------------------------------------------------------------------
@dataclass(frozen=True)
class Codes:
    """How many recovery codes are left, and whether their owner has said that they are kept."""

    left: int
    are_kept: bool

    @property
    def are_few(self) -> bool:
        return self.left <= FEW_CODES


def codes_of(user: User) -> Codes | None:
    """None for whoever has no recovery codes."""
    row = Authenticator.objects.filter(user=user, type=CODES).first()
    return Codes(len(row.wrap().get_unused_codes()), "kept_at" in row.data) if row else None


def keep_codes(user: User, *, actor: Actor) -> None:
    """The owner says that the recovery codes are written down somewhere."""
    if actor.user is None or actor.user.pk != user.pk:
        raise PermissionDenied("recovery_codes")
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=CODES).first()
        if row and "kept_at" not in row.data:
            row.data["kept_at"] = time.time()
            row.save(update_fields=["data"])


# --- Set, replaced, reset --------------------------------------------------------------
def replace_app(user: User, secret: str, *, actor: Actor) -> None:
    """Let the codes of another authenticator app count from now on, instead of the one that was set up."""
    if actor.user is None or actor.user.pk != user.pk:
        raise PermissionDenied("second_factor")
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(user=user, type=Authenticator.Type.TOTP)
        row.data = {"secret": encrypt(secret)}
        row.save(update_fields=["data"])
        record("user.second_factor_changed", subject=user, actor=actor, email=user.email or str(user))


def reset_second_factor(user: User, *, actor: Actor) -> bool:
    """Take somebody's second factor and recovery codes away, end their sign-ins and tell them by letter.

    For people who have lost both. Their next sign-in takes the password alone, and leads to the set-up where their role
    needs it. False when there was nothing to take away. Raises `OwnSecondFactor`, `PermissionDenied`.
    """
    _authorise_reset(user, actor)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        number, _kinds = Authenticator.objects.filter(user=user).delete()
        if not number:
            return False
        end_sessions(user, actor=actor)
        record("user.second_factor_reset", subject=user, actor=actor, email=user.email or str(user))
        second_factor_was_reset.send(User, user=user)
    return True


def _authorise_reset(user: User, actor: Actor) -> None:
    if actor.kind == SYSTEM:
        return
    actor.require(USE_ADMIN)
    actor.require("core.change_user")
    assert actor.user is not None  # noqa: S101 - whoever holds a permission is a person
    if actor.user.pk == user.pk:
        raise OwnSecondFactor
    if user.is_superuser and not actor.user.is_superuser:
        raise PermissionDenied("core.change_user")


# --- What allauth's pages do, in the audit feed ------------------------------------------
@receiver(authenticator_added, dispatch_uid="second_factor_added")
@receiver(authenticator_reset, dispatch_uid="second_factor_codes")
def _on_set(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == CODES:
        request.session[UNREAD_CODES] = True
        code = "user.recovery_codes_made"
    else:
        code = "user.second_factor_set"
    record(code, subject=user, actor=Actor.for_user(user), email=user.email or str(user))


@receiver(authenticator_removed, dispatch_uid="second_factor_removed")
def _on_removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    request.session.pop(UNREAD_CODES, None)
    if authenticator.type != CODES:
        record(
            "user.second_factor_removed",
            subject=user,
            actor=Actor.for_user(user),
            email=user.email or str(user),
        )
