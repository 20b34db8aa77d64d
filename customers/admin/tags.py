"""Tags in the Django admin: made, renamed and deleted for the whole desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from customers.models import Tag
from customers.services import tags
from helpdesk.core.actors import Actor
from helpdesk.core.admin.base import ServiceAdmin
from helpdesk.core.words import phrase_lazy


@admin.register(Tag)
class TagAdmin(ServiceAdmin):
    """Tags, with how many contacts have each."""

    list_display = ("name", "number_of_contacts")
    search_fields = ("search",)
    fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(number=Count("tagged"))

    @admin.display(description=phrase_lazy("%(Term_contacts)s"), ordering="number")
    def number_of_contacts(self, tag: Any) -> int:
        return int(tag.number)

    def create(self, fields: dict[str, Any], *, actor: Actor, agreed: str) -> Tag:
        return tags.create_tag(fields["name"], actor=actor)

    def change(self, instance: Tag, fields: dict[str, Any], *, actor: Actor, agreed: str) -> Tag:
        return tags.rename_tag(instance, fields.get("name", instance.name), actor=actor)

    def remove(self, instances: list[Tag], *, actor: Actor) -> None:
        tags.delete_tags(instances, actor=actor)
