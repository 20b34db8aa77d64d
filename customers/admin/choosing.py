"""The page between an action on selected rows and its doing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def confirm(
    request: HttpRequest, model_admin: admin.ModelAdmin, title: str, form: Any, queryset: QuerySet
) -> HttpResponse:
    """The page that asks for the other side of an action; then, with what was chosen, what is to be agreed to."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "form": form,
        "asked": form.asked,
        "action": request.POST.get("action", ""),
        "selected": list(queryset[:1000]),
        "opts": model_admin.model._meta,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/choose.html", context)
