"""The audit feed in templates."""

from django import template

from helpdesk.core import audit_words
from helpdesk.core.models import AuditEntry

register = template.Library()


@register.simple_tag
def audit_sentence(entry: AuditEntry) -> str:
    """What happened, in the reader's words."""
    return audit_words.sentence(entry)


@register.simple_tag
def audit_actor(entry: AuditEntry) -> str:
    """Who did it."""
    return audit_words.actor_name(entry)
