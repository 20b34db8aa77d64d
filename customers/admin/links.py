"""Who is linked with whom and who acts for whom, and the definitions of both, in the Django admin."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.models import (
    AccountRelationship,
    AccountRelationshipType,
    ContactRelationship,
    Responsibility,
)
from customers.querysets import ContactRelationshipQuerySet
from customers.services.relationships import links
from helpdesk.core.actors import Actor
from helpdesk.core.admin.base import ServiceAdmin
from helpdesk.desk.definitions import DefinitionAdmin


def _period(fields: dict[str, Any]) -> links.Period:
    return links.Period(fields["starts_on"], fields["ends_on"])


@admin.register(AccountRelationship)
class AccountRelationshipAdmin(ServiceAdmin):
    list_display = ("from_account", "type", "to_account", "starts_on", "ends_on", "created_at")
    list_select_related = ("from_account", "type", "to_account")
    autocomplete_fields = ("from_account", "to_account")
    fields = ("from_account", "type", "to_account", "starts_on", "ends_on")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, fields: dict[str, Any], *, actor: Actor, agreed: str) -> AccountRelationship:
        ends = fields["from_account"], fields["to_account"]
        return links.link_accounts(*ends, fields["type"], actor=actor, period=_period(fields), agreed=agreed)

    def remove(self, instances: list[AccountRelationship], *, actor: Actor) -> None:
        links.unlink_accounts(instances, actor=actor)


@admin.register(ContactRelationship)
class ContactRelationshipAdmin(ServiceAdmin):
    list_display = ("contact", "responsibility", "account", "starts_on", "ends_on", "state", "created_at")
    list_filter = ("responsibility",)
    list_select_related = ("contact", "responsibility", "account")
    autocomplete_fields = ("account", "contact")
    fields = ("account", "contact", "responsibility", "starts_on", "ends_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactRelationship]:
        return cast(ContactRelationshipQuerySet, super().get_queryset(request)).with_state()

    @admin.display(description=_("state"))
    def state(self, row: ContactRelationship) -> str:
        return str(ContactRelationship.State(row.state).label)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, fields: dict[str, Any], *, actor: Actor, agreed: str) -> ContactRelationship:
        return links.create_contact_relationship(
            fields["account"],
            fields["contact"],
            fields["responsibility"],
            actor=actor,
            period=_period(fields),
            agreed=agreed,
        )

    def remove(self, instances: list[ContactRelationship], *, actor: Actor) -> None:
        links.delete_contact_relationships(instances, actor=actor)


@admin.register(AccountRelationshipType)
class AccountRelationshipTypeAdmin(DefinitionAdmin):
    list_display = ("name", "reverse_name")


@admin.register(Responsibility)
class ResponsibilityAdmin(DefinitionAdmin):
    list_display = ("name", "type", "role", "is_exclusive")
    list_filter = ("type", "role")
