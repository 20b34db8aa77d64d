"""Model fields whose text is canonical whichever way it is written: `save`, `update`, `bulk_create`, or our own bulk
inserts (`helpdesk.core.database.bulk`). To the migrations they are Django's own fields, as the database sees no
difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from helpdesk.core.text import form_fields
from helpdesk.core.text.canonical import line, prose


class CanonicalField(models.Field):
    """What both fields do to a text on its way in."""

    canonical: Callable[[str], str]
    form_class: type
    django_path = ""

    def _passed(self, value: Any) -> Any:
        return type(self).canonical(value) if type(value) is str else value

    def to_python(self, value: Any) -> Any:
        return self._passed(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return self._passed(super().get_prep_value(value))

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = self._passed(super().pre_save(instance, add))
        if type(value) is str:
            setattr(instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": self.form_class} | kwargs))

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, self.django_path, args, kwargs


class LineField(CanonicalField, models.CharField):
    """One line: names, subjects, numbers, labels."""

    canonical = staticmethod(line)
    form_class = form_fields.LineField
    django_path = "django.db.models.CharField"


class ProseField(CanonicalField, models.TextField):
    """Any number of lines: notes, addresses, messages."""

    canonical = staticmethod(prose)
    form_class = form_fields.ProseField
    django_path = "django.db.models.TextField"
