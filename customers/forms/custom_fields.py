"""The inputs of the fields that a desk adds itself, in the forms of contacts and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import CustomField
from customers.services.custom_fields import PREFIX, fields_of, text_of
from helpdesk.core.text.form_fields import ProseField

LONG_TEXT = 120
Kind = CustomField.Kind


class CustomFieldsMixin(forms.Form):
    """Adds one input for each field of `custom_module`; `initial["custom_fields"]` holds the stored values.

    The inputs only carry text: what fits a field is the services' to say, beside the input it is about.
    """

    custom_module: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.initial.get("custom_fields") or {}
        self.custom = fields_of(self.custom_module)
        for definition in self.custom:
            name = PREFIX + definition.key
            text = self.data.get(name, "") if self.is_bound else _initial(definition, stored)
            self.initial[name] = text
            self.fields[name] = ProseField(
                label=definition.label, required=False, widget=_widget(definition, text)
            )

    @property
    def custom_inputs(self) -> list[Any]:
        """The bound fields, in their order."""
        return [self[PREFIX + definition.key] for definition in self.custom]

    def custom_values(self) -> dict[str, str]:
        """What was entered, by key, for the services. A field that did not come with the form stays as it is."""
        sent = [definition.key for definition in self.custom if PREFIX + definition.key in self.data]
        return {key: self.cleaned_data[PREFIX + key] for key in sent}


def _initial(definition: CustomField, stored: Mapping[str, Any]) -> str:
    value = stored.get(definition.key)
    if definition.kind == Kind.BOOLEAN and isinstance(value, bool):
        return "yes" if value else "no"
    return text_of(definition, value)


def _widget(definition: CustomField, text: str) -> forms.Widget:
    if definition.kind == Kind.CHOICE:
        return forms.Select(choices=_offered([(choice, choice) for choice in definition.choices], text))
    if definition.kind == Kind.BOOLEAN:
        return forms.Select(choices=_offered([("yes", _("Yes")), ("no", _("No"))], text))
    if definition.kind == Kind.DATE:
        return forms.DateInput(attrs={"type": "date"})
    if definition.kind == Kind.NUMBER:
        return forms.TextInput(attrs={"inputmode": "decimal"})
    if len(text) > LONG_TEXT or "\n" in text:
        return forms.Textarea(attrs={"rows": 3})
    return forms.TextInput()


def _offered(choices: list[tuple[str, Any]], text: str) -> list[tuple[str, Any]]:
    """With nothing first, and with what is stored but no longer offered, so that saving does not change it."""
    known = {value for value, _label in choices}
    kept = [(text, text)] if text and text not in known else []
    return [("", "–"), *choices, *kept]
