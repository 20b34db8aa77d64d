"""How the product shows itself to a person: their language, time zone, appearance and keyboard shortcuts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.core.time_zones import known_time_zones
from helpdesk.core.validation import InvalidFields, assign
from helpdesk.core.words import phrase
from helpdesk.events.recording import record


def set_preferences(
    user: User,
    *,
    actor: Actor,
    language: str | None = None,
    time_zone: str | None = None,
    theme: str | None = None,
    shortcuts: bool | None = None,
) -> User:
    """Change a person's preferences; None leaves one as it is, empty is "as the browser", the desk, the system.

    Raises `InvalidFields` for what is not on offer, `PermissionDenied` for somebody else's without the right.
    """
    _authorise(user, actor)
    wanted = {"language": language, "time_zone": time_zone, "theme": theme, "shortcuts": shortcuts}
    given = {name: value for name, value in wanted.items() if value is not None}
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _refuse_unknown(given)
        changed = assign(user, given, allowed=wanted)
        if changed:
            user.save(update_fields=list(changed))
            record(
                "user.preferences_changed",
                subject=user,
                actor=actor,
                email=user.email or str(user),
                changes=changed,
            )
    return user


def _authorise(user: User, actor: Actor) -> None:
    own = actor.user is not None and actor.user.pk == user.pk
    if not own and not actor.can("core.change_user"):
        raise PermissionDenied("core.change_user")


def _refuse_unknown(given: dict[str, Any]) -> None:
    offered: dict[str, set[Any]] = {
        "language": {"", *dict(settings.LANGUAGES)},
        "time_zone": {"", *known_time_zones()},
        "theme": set(User.Theme.values),
        "shortcuts": {True, False},
    }
    unknown = [name for name, value in given.items() if value not in offered[name]]
    if unknown:
        raise InvalidFields({name: [phrase("Choose one of the list.")] for name in unknown})
