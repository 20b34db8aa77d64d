"""Timelines: the entries about one record."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from helpdesk.events.declaring import hidden_codes
from helpdesk.events.models import AuditEntry


def timeline(thing: models.Model, former_ids: Iterable[int] = ()) -> models.QuerySet[AuditEntry]:
    """Everything recorded about a record, or about others in relation to it; newest first.

    `former_ids`: those of records that became part of it.
    """
    label, ids = thing._meta.label_lower, {thing.pk, *former_ids}
    return (
        AuditEntry.objects.filter(
            Q(subject_type=label, subject_id__in=ids) | Q(related_type=label, related_id__in=ids)
        )
        .exclude(code__in=hidden_codes())
        .select_related("actor_user")
        .order_by("-id")
    )
