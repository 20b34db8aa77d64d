"""Form fields that make text canonical before it is measured and compared: a name in decomposed Hangul is three times
as long as the one that is stored."""

from __future__ import annotations

from typing import Any

from django import forms

from helpdesk.core.text.canonical import line, prose


class LineField(forms.CharField):
    """One line of text."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (line(text) if text else text) or self.empty_value


class ProseField(forms.CharField):
    """Any number of lines; a textarea unless told otherwise."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (prose(text).strip() if text else text) or self.empty_value
