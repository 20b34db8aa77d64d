"""Who is linked with whom and who acts for whom, and the definitions of both, in the Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from customers.models import (
    AccountRelationship,
    AccountRelationshipType,
    ContactRelationship,
    Responsibility,
)
from customers.services import links
from helpdesk.core.actors import Actor
from helpdesk.core.admin_base import DefinitionAdmin, ServiceAdmin


@admin.register(AccountRelationship)
class AccountRelationshipAdmin(ServiceAdmin):
    list_display = ("from_account", "type", "to_account", "created_at")
    list_select_related = ("from_account", "type", "to_account")
    autocomplete_fields = ("from_account", "to_account")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, fields: dict[str, Any], *, actor: Actor) -> AccountRelationship:
        return links.link_accounts(fields["from_account"], fields["to_account"], fields["type"], actor=actor)

    def remove(self, instances: list[AccountRelationship], *, actor: Actor) -> None:
        for link in instances:
            links.unlink_accounts(link, actor=actor)


@admin.register(ContactRelationship)
class ContactRelationshipAdmin(ServiceAdmin):
    list_display = ("contact", "responsibility", "account", "is_eligible", "created_at")
    list_filter = ("is_eligible", "responsibility")
    list_select_related = ("contact", "responsibility", "account")
    autocomplete_fields = ("account", "contact")
    fields = ("account", "contact", "responsibility")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, fields: dict[str, Any], *, actor: Actor) -> ContactRelationship:
        return links.create_contact_relationship(
            fields["account"], fields["contact"], fields["responsibility"], actor=actor
        )

    def remove(self, instances: list[ContactRelationship], *, actor: Actor) -> None:
        links.delete_contact_relationships(instances, actor=actor)


@admin.register(AccountRelationshipType)
class AccountRelationshipTypeAdmin(DefinitionAdmin):
    list_display = ("name", "reverse_name")


@admin.register(Responsibility)
class ResponsibilityAdmin(DefinitionAdmin):
    list_display = ("name", "type", "role")
    list_filter = ("type", "role")
