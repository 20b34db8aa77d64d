"""Small readings that the ticket templates need. No tag runs a query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tickets.models import Message

register = template.Library()

CHANNEL_ICONS = {
    "portal": "globe-alt",
    "web": "globe-alt",
    "email": "envelope",
    "phone": "phone",
    "api": "code-bracket",
}


@register.filter
def is_message(item: Any) -> bool:
    """Whether an item of a thread is a message (else it is a run of changes)."""
    return isinstance(item, Message)


@register.filter
def channel_icon(message: Message) -> str:
    """The icon of the way a message came in."""
    return CHANNEL_ICONS[message.channel]


@register.filter
def short_name(person: Any) -> str:
    """``Nadia O.`` for narrow columns; Korean names are short enough."""
    words = str(person).split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else str(person)


@register.filter
def values_of(query: QueryDict, name: str) -> list[str]:
    """Every value of a parameter of the address."""
    return query.getlist(name)


@register.simple_tag
def attachment_limit() -> int:
    """How many bytes a file may have."""
    return int(settings.HELPDESK_ATTACHMENT_MAX_BYTES)


@register.simple_tag
def moment(value: datetime, time_only: bool = False) -> SafeString:
    """A point in time of a conversation: day and time in the reader's zone, exact in the tooltip."""
    local = timezone.localtime(value)
    exact = f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
    clock = time_format(local, "H:i")
    words = clock if time_only or local.date() == timezone.localdate() else f"{_day(local)} {clock}"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


def _day(local: datetime) -> str:
    recent = (timezone.localdate() - local.date()).days < 7
    if recent:
        return date_format(local, "D")
    return date_format(local, "j M" if local.year == timezone.localdate().year else "j M Y")
