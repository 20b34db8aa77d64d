"""The Django admin of small tables that an administrator defines: each change is recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from helpdesk.core.web.requests import actor_of
from helpdesk.events.recording import record


class DefinitionAdmin(admin.ModelAdmin):
    """Small tables that an administrator defines."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record("definition.changed", subject=obj, actor=actor_of(request), name=str(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record("definition.deleted", subject=obj, actor=actor_of(request), name=str(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for row in queryset:
            self.delete_model(request, row)
