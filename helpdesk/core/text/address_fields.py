"""Model and form fields of e-mail addresses (`helpdesk.core.text.addresses`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from helpdesk.core.text.addresses import LONGEST, AddressRefused, read_address


def checked(text: str) -> str:
    """The address as it is kept. Raises `ValidationError`."""
    try:
        return read_address(text).shown
    except AddressRefused as error:
        raise ValidationError(error.message, code="invalid") from error


class AddressFormField(forms.CharField):
    """An address that somebody types; what comes out is kept."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": LONGEST} | kwargs))

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return checked(text) if text and text.strip() else self.empty_value


class AddressField(models.CharField):
    """An address as people read it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_length": LONGEST} | kwargs))

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return checked(text) if text else None

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = getattr(instance, self.attname)
        kept = read_address(value).shown if value else None
        setattr(instance, self.attname, kept)
        return kept

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": AddressFormField} | kwargs))


class AddressKeyField(models.CharField):
    """The key of the address in another field of the same row, written with it. Sorted and compared by its bytes."""

    def __init__(self, of: str, *args: Any, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **({"max_length": LONGEST} | kwargs))

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = getattr(instance, self.of)
        key = read_address(value).key if value else None
        setattr(instance, self.attname, key)
        return key

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.of, *args], kwargs
