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

from helpdesk.core.templatetags.ui import mark_with_word
from tickets.models import Message, Ticket
from tickets.status_kinds import StatusKind
from tickets.statuses import Status, status_of

register = template.Library()

CHANNEL_ICONS = {
    "portal": "globe-alt",
    "web": "globe-alt",
    "email": "envelope",
    "phone": "phone",
    "api": "code-bracket",
}

_CIRCLE = '<circle cx="8" cy="8" r="5.5"/>'
_TICK = '<circle class="f" cx="8" cy="8" r="6.4"/><path class="k" d="m5.4 8.2 1.8 1.8 3.4-3.8"/>'
STATUS_MARKS: dict[str, tuple[str, str]] = {
    StatusKind.NEW: ("new", _CIRCLE),
    StatusKind.OPEN: ("open", _CIRCLE + '<path class="f" d="M8 4.25a3.75 3.75 0 0 1 0 7.5z"/>'),
    StatusKind.PENDING: ("pending", _CIRCLE + '<path d="M8 5.25V8l2 1.25"/>'),
    StatusKind.ON_HOLD: ("hold", _CIRCLE + '<path d="M6.6 6.25v3.5M9.4 6.25v3.5"/>'),
    StatusKind.SOLVED: ("solved", _TICK),
    StatusKind.CLOSED: ("closed", _TICK),
}


@register.simple_tag
def status_badge(ticket: Ticket, audience: str = "agent", word: bool = True) -> SafeString:
    """The shape that fills up, then the status; `word=False` keeps the word for assistive technology only."""
    status = status_of(ticket.status_id, ticket.status_kind)
    return _status(status.kind, status.customer_label if audience == "customer" else status.label, word)


@register.simple_tag
def status_mark(status: Status) -> SafeString:
    """The same badge for a status without a ticket: menus, filters."""
    return _status(status.kind, status.label, True)


def _status(kind: str, label: str, word: bool) -> SafeString:
    variant, shape = STATUS_MARKS[kind]
    drawing = SafeString(f'<svg viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>')
    shown = format_html('<span class="clip">{}</span>', label) if word else label
    return mark_with_word(f"status status--{variant}", drawing, shown, word)


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
