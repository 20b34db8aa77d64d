"""Pages about one's own sign-in that allauth does not have: open sign-ins, another app, kept recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import IndexView
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from helpdesk.core.web.requests import DeskRequest, actor_of
from helpdesk.core.words import phrase, phrase_n
from helpdesk.sign_in import second_factor
from helpdesk.sign_in.sessions import end_other_sign_ins, end_sessions, end_sign_in, open_sign_ins

TOTP = ["totp"]


# --- Open sign-ins ---------------------------------------------------------------------
@require_GET
def sign_in_list(request: DeskRequest) -> HttpResponse:
    """Where the person is signed in."""
    found = open_sign_ins(request.user, current=request.session.session_key)
    others = [sign_in for sign_in in found if not sign_in.is_current]
    return render(request, "account/sign_ins.html", {"sign_ins": found, "others": others})


@require_POST
def sign_in_end(request: DeskRequest, pk: int) -> HttpResponse:
    """End one of one's own; this one too, which leads to the sign-in page."""
    if not end_sign_in(request.user, pk, actor=request.actor):
        raise Http404
    return _after_ending(request, phrase("Signed out there"))


@require_POST
def sign_in_end_others(request: DeskRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    number = end_other_sign_ins(request.user, current=request.session.session_key, actor=request.actor)
    return _after_ending(request, phrase_n("%(n)s sign-in ended", "%(n)s sign-ins ended", number))


@require_POST
def sign_in_end_all(request: DeskRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    end_sessions(request.user, actor=request.actor)
    return _after_ending(request, "")


def _after_ending(request: DeskRequest, done: str) -> HttpResponse:
    """Back to the list, or to the sign-in page when this sign-in is among those that are over."""
    if not request.session.exists(request.session.session_key or ""):
        request.session.flush()
        return redirect("account_login")
    messages.success(request, done)
    return redirect("sign_in:sign_in_list")


# --- The second factor -------------------------------------------------------------------
class SecondFactorView(IndexView):
    """What is set up, whether the role needs it, and how many recovery codes are left."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        told = {"standing": second_factor.standing_of(user), "codes": second_factor.codes_of(user)}
        context: dict[str, Any] = super().get_context_data(**kwargs, **told)
        return context


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class ReplaceAppView(ActivateTOTPView):
    """Set up another authenticator app, such as on a new phone; the old one counts until the new one has."""

    extra_context = {"replaces": True}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_mfa_enabled(request.user, TOTP):
            return redirect("mfa_activate_totp")
        # Past the dispatch of the set-up, which sends away whoever has an app already.
        response: HttpResponseBase = super(ActivateTOTPView, self).dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        actor = actor_of(self.request)
        second_factor.replace_app(self.request.user, form.secret, actor=actor)
        clear_totp_secret(self.request)
        messages.success(self.request, phrase("The new app counts from now on"))
        return redirect("mfa_index")


@require_POST
def recovery_codes_keep(request: DeskRequest) -> HttpResponse:
    """The owner has written the recovery codes down; the rest of the desk opens again."""
    second_factor.keep_codes(request.user, actor=request.actor)
    request.session.pop(second_factor.UNREAD_CODES, None)
    return HttpResponseRedirect(reverse("mfa_index"))
