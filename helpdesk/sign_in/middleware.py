"""What a request of somebody signed in passes through because of how they signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from helpdesk.core.web.htmx import client_redirect
from helpdesk.core.web.requests import DeskRequest, is_signed_in
from helpdesk.sign_in import second_factor
from helpdesk.sign_in.second_factor import UNREAD_CODES
from helpdesk.sign_in.sessions import note_seen

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PrivatePagesMiddleware:
    """Pages of somebody signed in are kept by no cache and no browser: after signing out, Back shows none of them.

    What says for itself how long it may be kept (files, downloads) stays as it is.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        signed_in = request.user.is_authenticated  # asked before: signing out is a page of theirs too
        response = self.get_response(request)
        if (signed_in or request.user.is_authenticated) and not isinstance(response, FileResponse):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class SeenMiddleware:
    """Writes down, now and then, that a sign-in is in use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            note_seen(request)
        return self.get_response(request)


#: What stays open to whoever still has to set up the second factor: the set-up, what it asks for, and the way out.
SET_UP = {
    *("mfa_index", "mfa_activate_totp", "mfa_reauthenticate", "mfa_generate_recovery_codes"),
    *("mfa_view_recovery_codes", "mfa_download_recovery_codes", "sign_in:recovery_codes_keep"),
    *("account_reauthenticate", "account_logout", "account_change_password", "account_set_password"),
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
    *("account_reset_password_from_key_done", "admin:logout"),
    *("sign_in:set_language", "sign_in:preferences", "core:healthz", "core:readyz"),
}


class SecondFactorMiddleware:
    """Leads whoever lacks a second factor that their role needs to its set-up; before the last day, says so on pages.

    Whoever has just been given recovery codes is led back to them until they say that the codes are kept.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not is_signed_in(request):
            return None
        standing = second_factor.standing_of(request.user)
        if standing.is_missing:
            second_factor.note_asked(request.user)
        request.second_factor = standing  # type: ignore[attr-defined]
        if request.resolver_match is None or request.resolver_match.view_name in SET_UP:
            return None
        if standing.is_overdue:
            return _lead(request, reverse("mfa_index"))
        if request.method == "GET" and UNREAD_CODES in request.session:
            return _lead(request, reverse("mfa_view_recovery_codes"))
        return None


def _lead(request: DeskRequest, address: str) -> HttpResponseBase:
    return client_redirect(address) if request.htmx else HttpResponseRedirect(address)
