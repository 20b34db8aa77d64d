"""Old addresses: who was merged into another is found there."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from customers import registry
from customers.merging.contacts import merged_away
from customers.models import Account, Contact, MergedRecord
from helpdesk.core.actors import Actor
from helpdesk.core.web.requests import DeskRequest, DeskView
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline


def whole_timeline(record: Contact | Account, actor: Actor) -> QuerySet[AuditEntry]:
    """The history of a record, and of what was merged into it, as `actor` may read it; entries are never rewritten."""
    former = MergedRecord.objects.now_in(record).values_list("former_id", flat=True)
    entries = timeline(record, former)
    for condition in (hidden(actor) for hidden in registry.hidden_entries):
        entries = entries.exclude(condition) if condition is not None else entries
    return entries


class FollowsMergesMixin(DeskView):
    """A record's page that is asked for by an id that was merged away leads to the same page of the survivor."""

    model: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            survivor, match = self._survivor(self.request, kwargs["pk"]), request.resolver_match
            if survivor is None or match is None:
                raise
            return redirect(match.view_name, **(kwargs | {"pk": survivor.pk}))

    def _survivor(self, request: DeskRequest, former_id: int) -> Any:
        """Only for reading, and only for who may see it."""
        if request.method not in ("GET", "HEAD") or not request.actor.is_staff:
            return None
        gone = merged_away(self.model, former_id)
        visible = self.model.objects.visible_to(request.actor)
        return visible.filter(pk=gone.merge.survivor.pk).first() if gone else None
