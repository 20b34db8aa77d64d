"""What every admin of ours shares: counting that stays cheap, and no way round the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from helpdesk.core.actors import Actor
from helpdesk.core.errors import AgreementNeeded, DomainError
from helpdesk.core.web.requests import actor_of

COUNT_LIMIT = 10_001


class CappedPaginator(Paginator):
    """Counts up to a limit, so that a list of a million rows opens as fast as one of a thousand."""

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNT_LIMIT].count()


class ServiceAdmin(admin.ModelAdmin):
    """A model admin whose changes are made by services: subclasses implement `create`, `change` and `remove`.

    What a service refuses is said in the form, which keeps what was typed; elsewhere, in a message. What it asks first
    (`AgreementNeeded`), the form asks; the answer comes as `agreed`.
    """

    change_form_template = "admin/service_form.html"

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    class Media:
        css = {"all": ["css/admin/records.css"]}

    def create(self, fields: dict[str, Any], *, actor: Actor, agreed: str) -> Any:
        """Make a new row by a service."""
        raise NotImplementedError

    def change(self, instance: Any, fields: dict[str, Any], *, actor: Actor, agreed: str) -> Any:
        """Change a row by a service."""
        raise NotImplementedError

    def remove(self, instances: list[Any], *, actor: Actor) -> None:
        """Delete rows by a service."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor, agreed = actor_of(request), request.POST.get("agreed", "")
        if change:
            self.change(obj, self.changed_fields(form), actor=actor, agreed=agreed)
        else:
            now_there(obj, self.create({**form.cleaned_data}, actor=actor, agreed=agreed))
            return
        obj.refresh_from_db()

    def changed_fields(self, form: Any) -> dict[str, Any]:
        """What was changed in a form."""
        return {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove([obj], actor=actor_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.remove(list(queryset), actor=actor_of(request))

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        refusal: DomainError | None = getattr(request, "refusal", None)
        return _refused(form, refusal) if refusal else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:  # everything is rolled back; the form comes once more, with the reason
            request.refusal = error  # type: ignore[attr-defined]
            told = {**(extra_context or {}), "refusal": error}
            if isinstance(error, AgreementNeeded):
                told["errors"] = []  # to be asked is no error
            return super().changeform_view(request, object_id, form_url, told)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_message(request, super().delete_view, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_message(request, super().changelist_view, *args, **kwargs)

    def _or_message(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
    ) -> Any:
        """Run a view; when a service says no, say so and show the same page again."""
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            request.method = "GET"
            return view(request, *args, **kwargs)


def now_there(instance: models.Model, created: models.Model) -> None:
    """The instance of a form stands for the row that a service made of it."""
    instance.pk = created.pk
    instance._state.adding = False
    instance.refresh_from_db()


def _refused(form: type[BaseModelForm], refusal: DomainError) -> type[BaseModelForm]:
    """The same form, never valid: its error is what the service said, unless that is a question."""

    class Refused(form):  # type: ignore[misc, valid-type]
        def clean(self) -> Any:
            cleaned = super().clean()
            field = refusal.field if refusal.field in self.fields else None
            self.add_error(field, refusal.message)
            return cleaned

    return Refused


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that are looked at and never touched."""

    paginator = CappedPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
