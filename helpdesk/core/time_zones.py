"""Time zones to choose from. The names are read from disk once, and drawn once: there are more than four hundred."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_NOT_OFFERED = ("Etc/", "posix/", "right/", "SystemV/", "US/")


@cache
def known_time_zones() -> frozenset[str]:
    """Every name that may be stored, old ones too."""
    return frozenset(zoneinfo.available_timezones())


@cache
def time_zone_choices() -> tuple[tuple[str, str], ...]:
    """The common names, such as ``("America/New_York", "America/New York")``."""
    names = sorted(name for name in known_time_zones() if "/" in name and not name.startswith(_NOT_OFFERED))
    return tuple((name, name.replace("_", " ")) for name in names)


class TimeZoneSelect(forms.Select):
    """A select of time zones, whose options are one string. A stored name that is not offered stands first."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen, offered = str(value or ""), dict(self.choices)
        none = offered.get("", "")
        own = (
            format_html('<option value="{0}" selected>{0}</option>', chosen) if chosen not in offered else ""
        )
        attributes = flatatt(self.build_attrs(self.attrs, (attrs or {}) | {"name": name}))
        options = _options()
        if chosen:
            marked = format_html('<option value="{}"', chosen)
            options = mark_safe(options.replace(marked, f"{marked} selected", 1))  # noqa: S308 - escaped above
        first = format_html('<option value=""{}>{}</option>', "" if chosen else mark_safe(" selected"), none)
        return format_html("<select{}>{}{}{}</select>", attributes, first, own, options)


class TimeZoneField(forms.ChoiceField):
    """One of the common names, another that was stored, or nothing; `nothing()` says in words what that means."""

    widget = TimeZoneSelect

    def __init__(self, *, nothing: Callable[[], str | Promise], **given: Any) -> None:
        super().__init__(required=False, choices=lambda: [("", nothing()), *time_zone_choices()], **given)

    def valid_value(self, value: Any) -> bool:
        return value == "" or value in known_time_zones()


@cache
def _options() -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', time_zone_choices())
