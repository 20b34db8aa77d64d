"""Tickets and their statuses in the Django admin. Every change goes through the services and into the audit feed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.exports.admin import ExportAdmin
from helpdesk.core.actors import Actor
from helpdesk.core.admin.base import ServiceAdmin
from helpdesk.core.text.form_fields import ProseField
from helpdesk.core.web.requests import actor_of
from helpdesk.core.words import phrase_n
from helpdesk.desk.definitions import DefinitionAdmin
from tickets.models import Ticket, TicketStatus, TicketStatusName
from tickets.querysets import TicketQuerySet
from tickets.resources import TicketResource
from tickets.services import lifecycle
from tickets.status_kinds import StatusKind


class NewTicketForm(forms.ModelForm):
    """A ticket begins with a message."""

    body = ProseField(label=_("Message"), widget=forms.Textarea)


@admin.register(Ticket)
class TicketAdmin(ExportAdmin, ServiceAdmin):
    """Tickets; what is said on them is written and read in the workspace."""

    list_display = ("id", "subject", "contact", "account", "status", "priority", "assignee", "updated_at")
    list_display_links = ("id", "subject")
    list_filter = ("status", "priority", "department", "channel", "is_private")
    list_select_related = ("contact", "account", "assignee", "status")
    search_fields = ("search",)
    autocomplete_fields = ("contact", "account", "assignee")
    readonly_fields = ("created_at", "updated_at", "solved_at", "created_by")
    ordering = ("-updated_at", "-id")
    actions = ("solve", "unassign")
    resource_classes = (TicketResource,)
    export_kind = "tickets"
    add_fields = (
        "subject",
        "body",
        "contact",
        "account",
        "department",
        "priority",
        "assignee",
        "channel",
        "is_private",
    )
    change_fields = (
        "subject",
        "contact",
        "account",
        "department",
        "status",
        "priority",
        "assignee",
        "is_private",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.change_fields, *self.readonly_fields) if obj else self.add_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewTicketForm
        return super().get_form(request, obj, change, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return cast(TicketQuerySet, super().get_queryset(request)).visible_to(actor_of(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return (cast(TicketQuerySet, queryset).search(search_term) if search_term else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, fields: dict[str, Any], *, actor: Actor, agreed: str) -> Ticket:
        body = fields.pop("body")
        if fields.get("account") is None:
            fields.pop("account", None)
        return lifecycle.create_ticket(fields, actor=actor, body=body)

    def change(self, instance: Ticket, fields: dict[str, Any], *, actor: Actor, agreed: str) -> None:
        if "contact" in fields:
            chosen = fields.pop("account", None)
            lifecycle.change_contact(instance, fields.pop("contact"), actor=actor, account=chosen)
        verbs: dict[str, Any] = {
            "account": lifecycle.change_account,
            "subject": lifecycle.change_subject,
            "department": lifecycle.change_department,
            "status": lifecycle.change_status,
            "priority": lifecycle.change_priority,
            "assignee": lifecycle.assign,
            "is_private": lifecycle.set_private,
        }
        for name, value in fields.items():
            verbs[name](instance, value.code if name == "status" else value, actor=actor)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """Nothing hangs on the form."""

    @admin.action(description=_("Set to solved"), permissions=["change"])
    def solve(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._say(request, lifecycle.change_status(queryset, StatusKind.SOLVED, actor=actor_of(request)))

    @admin.action(description=_("Take the assignee away"), permissions=["change"])
    def unassign(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._say(request, lifecycle.assign(queryset, None, actor=actor_of(request)))

    def _say(self, request: HttpRequest, changed: list[Ticket]) -> None:
        number = len(changed)
        words = phrase_n("%(n)s %(term_ticket)s changed", "%(n)s %(term_tickets)s changed", number)
        self.message_user(request, words, messages.SUCCESS)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        obj.refresh_from_db()
        return super().response_add(request, obj, post_url_continue)


class TicketStatusNames(admin.TabularInline):
    """What a status is called, a row for each language."""

    model = TicketStatusName
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The languages are chosen, not typed: a name in a language that nobody reads in would never be seen."""
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A default has the product's words where nobody gave it others."""
        return 0 if obj is not None and obj.is_default else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        named = obj is not None and obj.is_default
        return super().get_formset(request, obj, validate_min=not named, **kwargs)


@admin.register(TicketStatus)
class TicketStatusAdmin(DefinitionAdmin):
    """The statuses of tickets: renamed, ordered, taken out of use, and more of them within a kind."""

    list_display = ("__str__", "code", "kind", "position", "in_use")
    list_filter = ("kind", "in_use")
    search_fields = ("code", "names__name")
    fields = ("code", "kind", "position", "in_use")
    inlines = (TicketStatusNames,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        return ("code", "kind", "in_use") if obj.is_default else ("code", "kind")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A page of its own asks first; the defaults stay."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_default)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing deletes several at once: a default may be among them."""
        return {}
