"""The audit feed in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.events import wording
from helpdesk.events.models import AuditEntry

register = template.Library()


@register.simple_tag
def audit_line(entry: AuditEntry) -> SafeString:
    """Who did what, as one sentence of the reader's language, the name set off."""
    before, name, after = wording.told(entry).partition(wording.actor_name(entry))
    return format_html('{}<b class="medium">{}</b>{}', before, name, after)


@register.simple_tag
def audit_place(entry: AuditEntry) -> SafeString:
    """A link to what the entry is about, for the feed of something else; nothing when it has no page."""
    place = wording.place_of(entry)
    return format_html('<a class="id" href="{}">{}</a>', place.url, place.words) if place else SafeString("")
