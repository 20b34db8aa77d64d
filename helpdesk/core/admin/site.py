"""The Django admin's front door: administrators only, signed in on the desk's own page (its rate limits, its MFA)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

USE_ADMIN = "core.use_admin"
KEPT_BY_SERVICES = {"mfa", "usersessions"}


class HelpdeskAdminSite(AdminSite):
    """Django's admin with our door."""

    site_header = settings.HELPDESK_NAME
    site_title = settings.HELPDESK_NAME
    site_url = "/agent/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Second factors and sign-ins hold secrets and have services of their own: they have no page here."""
        models: Any = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        shown = [model for model in models if model._meta.app_label not in KEPT_BY_SERVICES]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff and request.user.has_perm(USE_ADMIN))

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied(USE_ADMIN)
        return redirect_to_login(request.GET.get("next", "/admin/"), settings.LOGIN_URL)
