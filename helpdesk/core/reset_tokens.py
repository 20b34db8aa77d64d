"""Links for a forgotten password."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from helpdesk.core import identity
from helpdesk.core.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens that die with any change of the addresses by which somebody signs in."""

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        addresses = ",".join(identity.addresses_of(user)) if isinstance(user, User) else ""
        return f"{super()._make_hash_value(user, timestamp)}{addresses}"
