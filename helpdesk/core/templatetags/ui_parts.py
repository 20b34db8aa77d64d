"""What the templates under `components/` need and pages do not: form fields and the alphabet index."""

import string
from collections.abc import Collection
from dataclasses import dataclass

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()

HANGUL_INITIALS = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
OTHER = "#"

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.simple_tag
def field_kind(field: BoundField) -> str:
    """How `_field.html` lays a field out: hidden, group, check, select, or input."""
    control = field.field.widget
    if control.is_hidden:
        return "hidden"
    if isinstance(control, GROUPS):
        return "group"
    if isinstance(control, forms.CheckboxInput):
        return "check"
    if isinstance(control, forms.Select) and not isinstance(control, forms.SelectMultiple):
        return "select"
    return "input"


@register.simple_tag
def widget(field: BoundField, hint: str = "") -> SafeString:
    """The field's control with our class and the ids of its hint or error."""
    control = field.field.widget
    own = control.attrs.get("class", "")
    part = _class_of(control)
    attributes: dict[str, str | bool] = {"class": f"{own} {part}".strip()} if own or part else {}
    if field.errors:
        attributes |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}-error"}
    elif hint or field.help_text:
        attributes["aria-describedby"] = f"{field.auto_id}-hint"
    return field.as_widget(attrs=attributes)


def _class_of(control: forms.Widget) -> str:
    if isinstance(control, forms.Textarea):
        return "textarea"
    if isinstance(control, forms.SelectMultiple):
        return "input input--multiple"
    if isinstance(control, forms.CheckboxInput | forms.Select):
        return ""
    if isinstance(control, forms.FileInput):
        return "filepick"
    return "input"


@dataclass(frozen=True)
class IndexEntry:
    value: str
    label: str
    has_rows: bool
    chosen: bool


@dataclass(frozen=True)
class IndexGroup:
    language: str
    entries: list[IndexEntry]


@register.simple_tag
def alphabet(letters: Collection[str] | None, letter: str | None, side: bool = False) -> list[IndexGroup]:
    """The two groups of the index: Latin with "#" and All, then Hangul initials.

    `letters` are those with somebody behind them; without it every letter is a link.
    """

    def entry(value: str) -> IndexEntry:
        return IndexEntry(value, value, not letters or value in letters or value == letter, value == letter)

    everyone = IndexEntry("", gettext("All"), True, not letter)
    latin = [entry(value) for value in (*string.ascii_uppercase, OTHER)]
    hangul = [entry(value) for value in HANGUL_INITIALS]
    first = [*latin, everyone] if side else [everyone, *latin]
    return [IndexGroup("", first), IndexGroup("ko", hangul)]
