"""The audit feed in the Django admin."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from helpdesk.core.admin.base import ReadOnlyAdmin
from helpdesk.events.models import AuditEntry
from helpdesk.events.wording import actor_name, sentence


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = ("created_at", "who", "what", "code", "subject_type", "subject_id")
    list_filter = ("actor_kind", "subject_type")
    list_select_related = ("actor_user",)
    ordering = ("-id",)

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> str:
        return actor_name(entry)

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        return sentence(entry)
