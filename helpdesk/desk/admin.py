"""The desk's words and departments in the Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest

from helpdesk.core.models import Department, DepartmentMember, Term
from helpdesk.core.web.requests import actor_of
from helpdesk.desk.definitions import DefinitionAdmin
from helpdesk.events.recording import record


@admin.register(Term)
class TermAdmin(admin.ModelAdmin):
    """The desk's own words for its modules."""

    list_display = ("key", "language", "singular", "plural")
    list_filter = ("language",)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The languages are chosen, not typed: a word in a language that nobody reads in would never be seen."""
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        words = {"key": obj.key, "language": obj.language, "singular": obj.singular, "plural": obj.plural}
        record("term.changed", subject=obj, actor=actor_of(request), **words)

    def delete_model(self, request: HttpRequest, obj: Term) -> None:
        record("term.deleted", subject=obj, actor=actor_of(request), key=obj.key, language=obj.language)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for term in queryset:
            self.delete_model(request, term)


class AgentsOfDepartment(admin.TabularInline):
    """The agents in a department."""

    model = DepartmentMember
    extra = 0
    autocomplete_fields = ("agent",)


@admin.register(Department)
class DepartmentAdmin(DefinitionAdmin):
    """The teams that tickets land with, and who is in them."""

    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    inlines = (AgentsOfDepartment,)
