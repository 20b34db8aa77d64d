"""Language, appearance and keyboard shortcuts of whoever looks."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseRedirect
from django.views.decorators.http import require_POST

from helpdesk.core.models import User
from helpdesk.core.web.pages import page_behind, page_wanted
from helpdesk.core.web.requests import DeskRequest, actor_of
from helpdesk.sign_in import preferences


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the chosen language in a cookie, and with the person when signed in."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(page_wanted(request, page_behind(request)))
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
        if request.user.is_authenticated:
            preferences.set_preferences(request.user, actor=actor_of(request), language=language)
    return response


@require_POST
def set_preferences(request: DeskRequest) -> HttpResponseRedirect:
    """Appearance and keyboard shortcuts of the signed-in person."""
    theme, shortcuts = request.POST.get("theme"), request.POST.get("shortcuts")
    preferences.set_preferences(
        request.user,
        actor=request.actor,
        theme=theme if theme in User.Theme.values else None,
        shortcuts=shortcuts == "on" if shortcuts else None,
    )
    return HttpResponseRedirect(page_wanted(request, page_behind(request)))
