"""The definitions of custom fields in the Django admin, and their values on the admin's pages of records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Contact, CustomField
from customers.services import custom_fields
from helpdesk.core.actors import Actor
from helpdesk.core.admin.base import ServiceAdmin
from helpdesk.core.text.form_fields import ProseField


class CustomFieldForm(forms.ModelForm):
    """A definition, its choices one per line."""

    choices = ProseField(
        label=_("Choices"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only for a choice: one per line."),
    )

    class Meta:
        model = CustomField
        fields = ("module", "label", "kind", "choices", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(self.instance.choices)

    def clean_choices(self) -> list[str]:
        return [line for line in self.cleaned_data["choices"].splitlines() if line.strip()]


@admin.register(CustomField)
class CustomFieldAdmin(ServiceAdmin):
    """What a field holds is fixed once there are values; how it is called and where it stands is not."""

    form = CustomFieldForm
    list_display = ("label", "module", "kind", "position")
    list_filter = ("module", "kind")
    search_fields = ("label",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        own = ("module", "label", "kind", "choices")
        return (*own, "position") if obj else own

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("module", "kind") if obj else ()

    def create(self, fields: dict[str, Any], *, actor: Actor, agreed: str) -> CustomField:
        return custom_fields.create_custom_field(
            fields["module"], fields["label"], actor=actor, kind=fields["kind"], choices=fields["choices"]
        )

    def change(
        self, instance: CustomField, fields: dict[str, Any], *, actor: Actor, agreed: str
    ) -> CustomField:
        return custom_fields.change_custom_field(instance, fields, actor=actor)

    def remove(self, instances: list[CustomField], *, actor: Actor) -> None:
        for definition in instances:
            custom_fields.delete_custom_field(definition, actor=actor)


def whole_custom_fields(owner: Contact | Account, fields: dict[str, Any]) -> dict[str, Any]:
    """The admin shows all values as one: a key that was taken out there is a value taken away."""
    if "custom_fields" not in fields:
        return fields
    stored = type(owner)._default_manager.values_list("custom_fields", flat=True).get(pk=owner.pk)
    return fields | {"custom_fields": dict.fromkeys(stored) | (fields["custom_fields"] or {})}
