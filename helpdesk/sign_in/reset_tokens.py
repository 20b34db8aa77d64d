"""Links for a forgotten password."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from helpdesk.core.models import User
from helpdesk.sign_in import identity


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens that die with any change of the addresses by which somebody signs in."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{','.join(sorted(identity.addresses_of(user)))}"
