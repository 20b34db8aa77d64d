"""Tickets and departments in the Django admin. Every change goes through the services and into the audit feed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.exports.admin import ExportAdmin
from helpdesk.core.actors import Actor
from helpdesk.core.admin_base import ServiceAdmin
from helpdesk.core.requests import actor_of
from helpdesk.core.text.form_fields import ProseField
from helpdesk.core.words import phrase_n
from helpdesk.desk.definitions import DefinitionAdmin
from tickets.models import Department, Ticket
from tickets.querysets import TicketQuerySet
from tickets.resources import TicketResource
from tickets.services import lifecycle


class NewTicketForm(forms.ModelForm):
    """A ticket begins with a message."""

    body = ProseField(label=_("Message"), widget=forms.Textarea)


@admin.register(Ticket)
class TicketAdmin(ExportAdmin, ServiceAdmin):
    """Tickets; what is said on them is written and read in the workspace."""

    list_display = ("id", "subject", "contact", "account", "status", "priority", "assignee", "updated_at")
    list_display_links = ("id", "subject")
    list_filter = ("status", "priority", "department", "channel", "is_private")
    list_select_related = ("contact", "account", "assignee")
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
            verbs[name](instance, value, actor=actor)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """Nothing hangs on the form."""

    @admin.action(description=_("Set to solved"), permissions=["change"])
    def solve(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._say(request, lifecycle.change_status(queryset, Ticket.Status.SOLVED, actor=actor_of(request)))

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


@admin.register(Department)
class DepartmentAdmin(DefinitionAdmin):
    """The teams that tickets land with."""

    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
