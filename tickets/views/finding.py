"""How every view gets at its ticket: through what the actor may see."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from helpdesk.core.requests import DeskRequest
from tickets.models import Ticket


def find_ticket(request: DeskRequest, pk: int) -> Ticket:
    """The ticket, when the person may see it; else 404."""
    return get_object_or_404(Ticket.objects.visible_to(request.actor).with_people(), pk=pk)
