"""How often a sign-in may be tried, and how many letters an address may be sent.

Limits fall on the visitor who tries, not on the person whose address is tried: a few wrong passwords from elsewhere
close nothing. A browser in which somebody has signed in before carries a signed cookie that says so (OWASP's *device
cookie*); it is counted by itself, and stays open while guesses from everywhere else at the same address are slowed.

Known and unknown addresses are counted alike: what is counted is the address as it was typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.signals import password_reset
from allauth.core import context, ratelimit
from django import forms
from django.conf import settings
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import get_random_string, salted_hmac

from helpdesk.core.database.tallies import Limit, Try, count, give_back, is_within
from helpdesk.core.models import User
from helpdesk.core.web.visitors import address_of, network_of
from helpdesk.sign_in.identity import addresses_of

MINUTE, HOUR, DAY = 60, 3600, 86400

# Passwords, in the order in which they are counted: whoever passes the first is not counted against the person.
GUESSES_OF_VISITOR_AT_ADDRESS = Limit("password.visitor-address", 5, 5 * MINUTE)
GUESSES_OF_VISITOR_AT_ADDRESS_AN_HOUR = Limit("password.visitor-address-hour", 15, HOUR)
GUESSES_OF_VISITOR = Limit("password.visitor", 10, MINUTE)
GUESSES_AT_ADDRESS = Limit("password.address", 50, HOUR)
GUESSES_OF_BROWSER = Limit("password.browser", 10, 5 * MINUTE)
POSTS_OF_VISITOR = Limit("sign-in.visitor", 30, MINUTE)

# Letters with a code or a link.
LETTERS_OF_VISITOR_TO_ADDRESS = Limit("letter.visitor-address", 3, MINUTE)
LETTERS_OF_VISITOR_TO_ADDRESS_AN_HOUR = Limit("letter.visitor-address-hour", 6, HOUR)
LETTERS_OF_VISITOR = Limit("letter.visitor", 20, MINUTE)
LETTERS_TO_ADDRESS = Limit("letter.address", 20, HOUR)
LETTERS_TO_ADDRESS_A_DAY = Limit("letter.address-day", 40, DAY)
LETTERS_OF_BROWSER = Limit("letter.browser", 3, MINUTE)
LETTERS_OF_BROWSER_AN_HOUR = Limit("letter.browser-hour", 8, HOUR)

COOKIE = "known_browser"
COOKIE_DAYS = 180
ADDRESSES_IN_COOKIE = 10


def address_key(email: str) -> str:
    """Typed addresses that may mean one person count as one: folded more than where the person is looked up."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


# --- Passwords ---------------------------------------------------------------------
def tries_at_password(request: HttpRequest, email: str) -> list[Try]:
    """What a try at the password of `email` counts against."""
    visitor, key = network_of(request), address_key(email)
    if browser := _known_as(request, email):
        return [Try(GUESSES_OF_BROWSER, f"{browser} {key}")]
    return [
        Try(GUESSES_OF_VISITOR_AT_ADDRESS, f"{visitor} {key}"),
        Try(GUESSES_OF_VISITOR_AT_ADDRESS_AN_HOUR, f"{visitor} {key}"),
        Try(GUESSES_OF_VISITOR, visitor),
        Try(GUESSES_AT_ADDRESS, key),
    ]


class LimitedAdapter:
    """Puts our limits in the place of allauth's, which count per process and close the sign-in of who is tried.

    For the account adapter, before allauth's own class. A try is counted before the password is looked at, so that
    parallel ones are all counted, and given back when the password was right.
    """

    _tries: list[Try]
    validation_error: Callable[[str], Exception]

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._tries = tries_at_password(request, str(credentials.get("email") or ""))
        if not is_within(self._tries):
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        give_back(self._tries)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever sets a new password by a link is known by `remember_reset` instead."""

    def post_login(
        self, request: HttpRequest, user: Any, *, redirect_url: str | None, **login: Any
    ) -> HttpResponse:
        """Signed in, with the second factor if there is one: the browser is known from now on."""
        response: HttpResponse = super().post_login(request, user, redirect_url=redirect_url, **login)  # type: ignore[misc]
        remember_browser(request, response, [login.get("email") or "", *addresses_of(user)])
        return response


# --- Pages -------------------------------------------------------------------------
def limited_by_visitor(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The sign-in page answers a visitor who posts without end with 429, except a browser that the person has used."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        counts = request.method == "POST" and not _known_as(request, request.POST.get("login", ""))
        if counts and not is_within([Try(POSTS_OF_VISITOR, network_of(request))]):
            refusal: HttpResponse = ratelimit.respond_429(request)
            return refusal
        return view(request, *args, **kwargs)

    return limited


# --- Letters -----------------------------------------------------------------------
def may_send_letter(request: HttpRequest, email: str) -> bool:
    """Count a letter with a code or a link that `email` is asked for; False when it has been enough.

    One visitor cannot use up what an address may be sent, and a known browser is counted by itself.
    """
    visitor, key = network_of(request), address_key(email)
    if browser := _known_as(request, email):
        limits = (LETTERS_OF_BROWSER, LETTERS_OF_BROWSER_AN_HOUR)
        return is_within(Try(limit, f"{browser} {key}") for limit in limits)
    return is_within(
        [
            Try(LETTERS_OF_VISITOR_TO_ADDRESS, f"{visitor} {key}"),
            Try(LETTERS_OF_VISITOR_TO_ADDRESS_AN_HOUR, f"{visitor} {key}"),
            Try(LETTERS_OF_VISITOR, visitor),
            Try(LETTERS_TO_ADDRESS, key),
            Try(LETTERS_TO_ADDRESS_A_DAY, key),
        ]
    )


# --- Codes -------------------------------------------------------------------------
class CountedCodeForm(forms.Form):
    """A form that asks for the e-mailed code: only the first tries are looked at, however many come at once.

    For a form of allauth's. allauth counts in the session, which every parallel request reads before one writes it.
    """

    def clean_code(self) -> str:
        stage = context.request._login_stage
        tries = count(_try_at_code(context.request))
        stage.state["failed_attempts"] = max(stage.state.get("failed_attempts", 0), tries - 1)
        if tries > settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS:
            self.expected_code = ""
        code: str = super().clean_code()  # type: ignore[misc]
        return code


def _try_at_code(request: HttpRequest) -> Try:
    """The one code that this session waits for. A code that was never sent, to a stranger, counts like any other."""
    seconds = int(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    begun = request.session.get(LOGIN_SESSION_KEY, {}).get("initiated_at", "")
    return Try(Limit("code", 0, seconds), f"{request.session.session_key} {begun}")


# --- Known browsers ----------------------------------------------------------------
def remember_browser(request: HttpRequest, response: HttpResponseBase, emails: list[str]) -> None:
    """Put into the response's cookie that whoever owns these addresses has signed in with this browser."""
    name, marks = _read(request) or (get_random_string(32), [])
    new = [_mark(name, email) for email in dict.fromkeys(emails) if email]
    marks = [*new, *(mark for mark in marks if mark not in new)][:ADDRESSES_IN_COOKIE]
    response.set_cookie(
        COOKIE,
        signing.dumps([name, marks], salt=COOKIE),
        max_age=COOKIE_DAYS * DAY,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _known_as(request: HttpRequest, email: str) -> str:
    """The name of the browser, when the owner of the address has signed in with it; else an empty string."""
    if not request.COOKIES.get(COOKIE) or not email:
        return ""
    name, marks = _read(request) or ("", [])
    return name if name and _mark(name, email) in marks else ""


def _read(request: HttpRequest) -> tuple[str, list[str]] | None:
    try:
        name, marks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_DAYS * DAY)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return name, marks


def _mark(name: str, email: str) -> str:
    """Tells whoever reads the cookie nothing about the address."""
    return salted_hmac("known_browser", f"{name} {address_key(email)}", algorithm="sha256").hexdigest()[:32]


@receiver(password_reset, dispatch_uid="known_browser_after_reset")
def _note_reset(*, request: HttpRequest, user: User, **_: Any) -> None:
    request.proved_addresses = addresses_of(user)  # type: ignore[attr-defined]


def remembers_reset(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Whoever has set a new password by a link has proved the address: the way in when others try without end."""

    @wraps(view)
    def remembering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if proved := getattr(request, "proved_addresses", []):
            remember_browser(request, response, proved)
        return response

    return remembering
