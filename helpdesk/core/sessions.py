"""Sessions of people who are signed in."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from helpdesk.core.models import User

ADDRESS_KEY = "sign_in_address_key"
"""Where a session keeps the key of the address that it was opened with."""


def end_sessions(user: User, *, address_key: str | None = None) -> int:
    """End the sessions of a user, or those opened through one address; says how many."""
    ended = 0
    for session in Session.objects.all():
        held = session.get_decoded()
        own = held.get("_auth_user_id") == str(user.pk)
        if own and address_key in (None, held.get(ADDRESS_KEY)):
            session.delete()
            ended += 1
    return ended
