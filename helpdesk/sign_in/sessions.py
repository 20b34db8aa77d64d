"""Sign-ins that are open: where each came from, when it was last seen, and how it is ended.

A sign-in is a row of Django's sessions, which is what lets a request in, and a row of allauth's `UserSession`, which
says whose it is and where it came from. Ending one deletes both; the next request of that browser is a visitor's.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from helpdesk.core.actors import Actor
from helpdesk.core.background.clock import duty
from helpdesk.core.models import User
from helpdesk.core.web.visitors import UNKNOWN, address_of
from helpdesk.core.words import phrase
from helpdesk.events.recording import record

ADDRESS_KEY = "sign_in_address_key"
"""Where a session says through which address it was opened; whoever opens it sets this (`end_sessions` asks)."""
SIGNED_IN_AT = "signed_in_at"
SEEN_EVERY = timedelta(minutes=5)
REMEMBERED = 10_000


@dataclass(frozen=True)
class SignIn:
    """One open sign-in, as its owner reads of it."""

    pk: int
    device: str
    address: str
    since: datetime
    seen_at: datetime
    is_current: bool


# --- Seen ----------------------------------------------------------------------------
class _Memo:
    """Which sessions this process has lately written down as seen: most requests need no word to the database."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def is_fresh(self, key: str) -> bool:
        return self._until.get(key, 0.0) > time.monotonic()

    def keep(self, key: str) -> None:
        if len(self._until) >= REMEMBERED:
            self._until.clear()
        self._until[key] = time.monotonic() + SEEN_EVERY.total_seconds()


_seen = _Memo()


def note_seen(request: HttpRequest) -> None:
    """Write down that this sign-in is in use, and from where; at most once in five minutes."""
    key = request.session.session_key
    if not key or _seen.is_fresh(key):
        return
    _seen.keep(key)
    now = timezone.now()
    rows = UserSession.objects.filter(session_key=key, user_id=request.user.pk)
    stale = rows.filter(Q(last_seen_at__lt=now - SEEN_EVERY) | Q(ip=UNKNOWN))
    if not stale.update(last_seen_at=now, **_origin(request)) and not rows.exists():
        _write_down(request, request.user)


def _origin(request: HttpRequest) -> dict[str, str]:
    agent = request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")
    return {"ip": address_of(request), "user_agent": agent[:200]}


def _write_down(request: HttpRequest, user: Any) -> None:
    """A row for a session that has none yet; two requests at once write one."""
    row = UserSession(session_key=request.session.session_key, user_id=user.pk, **_origin(request))
    changing = ["user", "ip", "user_agent", "last_seen_at"]
    UserSession.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["session_key"], update_fields=changing
    )


@receiver(user_logged_in, dispatch_uid="sign_in_is_kept")
def _on_sign_in(*, request: HttpRequest, user: Any, **_: Any) -> None:
    request.session[SIGNED_IN_AT] = timezone.now().isoformat()
    if not request.session.session_key:
        request.session.create()
    _write_down(request, user)


# --- Listed --------------------------------------------------------------------------
def open_sign_ins(user: User, *, current: str | None) -> list[SignIn]:
    """The person's sign-ins that still let somebody in: the one that asks (its session key) first, then the latest."""
    rows = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    stored = _stored(rows)
    found = [
        _sign_in(row, stored[key], current) for key, row in rows.items() if _opens(stored.get(key), user)
    ]
    return sorted(found, key=lambda sign_in: (not sign_in.is_current, -sign_in.seen_at.timestamp()))


def _stored(keys: Any) -> dict[str, dict[str, Any]]:
    """What the sessions hold that have not run out, by session key."""
    sessions = Session.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now())
    return {session.session_key: session.get_decoded() for session in sessions}


def _opens(stored: dict[str, Any] | None, user: User) -> bool:
    """As Django judges it: a new password has closed those that were opened with the old one."""
    if not stored or str(stored.get(SESSION_KEY)) != str(user.pk):
        return False
    return constant_time_compare(stored.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _sign_in(row: UserSession, stored: dict[str, Any], current: str | None) -> SignIn:
    since = stored.get(SIGNED_IN_AT)
    return SignIn(
        pk=row.pk,
        device=device_in_words(row.user_agent),
        address="" if row.ip == UNKNOWN else row.ip,
        since=datetime.fromisoformat(since) if since else row.created_at,
        seen_at=row.last_seen_at,
        is_current=row.session_key == current,
    )


# The first that is found counts: Edge, Whale and others call themselves Chrome and Safari too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale/", "Whale"),
    ("KAKAOTALK", "KakaoTalk"),
    ("Vivaldi", "Vivaldi"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_in_words(user_agent: str) -> str:
    """``Chrome on Windows``; what is no browser that we know is called by the first word of its own name for itself."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return phrase("%(browser)s on %(system)s", browser=browser, system=system)
    own_name = re.match(r"[\w.-]{1,40}", user_agent)
    return browser or system or (own_name[0] if own_name else phrase("Unknown browser"))


# --- Ended ---------------------------------------------------------------------------
def end_sign_in(user: User, pk: int, *, actor: Actor) -> bool:
    """End one of the person's sign-ins; False when it is none of theirs, or over already."""
    _authorise(user, actor)
    return bool(_end(UserSession.objects.filter(user=user, pk=pk), user, actor))


def end_other_sign_ins(user: User, *, current: str | None, actor: Actor) -> int:
    """Sign the person out everywhere but in the session with the key `current`; says how many were open."""
    _authorise(user, actor)
    return _end(UserSession.objects.filter(user=user).exclude(session_key=current), user, actor)


def end_sessions(user: User, *, address_key: str | None = None, actor: Actor | None = None) -> int:
    """Sign the person out everywhere, or where they came in through that address alone; says how many were open.

    For services that have authorised already. The requests that come next are a visitor's, whatever process they reach.
    """
    rows = UserSession.objects.filter(user=user)
    if address_key is not None:
        keys = list(rows.values_list("session_key", flat=True))
        through = [key for key, held in _stored(keys).items() if held.get(ADDRESS_KEY) == address_key]
        rows = rows.filter(session_key__in=through)
    return _end(rows, user, actor or Actor.system("sign-in"))


def _authorise(user: User, actor: Actor) -> None:
    own = actor.user is not None and actor.user.pk == user.pk
    if not own and not actor.can("core.change_user"):
        raise PermissionDenied("core.change_user")


def _end(rows: Any, user: User, actor: Actor) -> int:
    with transaction.atomic():
        keys = list(rows.values_list("session_key", flat=True))
        ended, _kinds = Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
        if ended:
            record("user.signed_out", subject=user, actor=actor, email=user.email or str(user), number=ended)
    return ended


@receiver(pre_delete, sender=User, dispatch_uid="sign_ins_of_the_deleted")
def _on_delete(*, instance: User, **_: Any) -> None:
    """Sessions hold the address that somebody signed in with: they go with the person."""
    keys = UserSession.objects.filter(user=instance).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()


@duty("sign_ins.forget_ended", every=timedelta(days=1))
def forget_ended() -> None:
    """Delete the rows of sign-ins whose session is over."""
    there = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    UserSession.objects.exclude(session_key__in=there).delete()
