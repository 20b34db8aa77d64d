"""Taking a bulk update back: contacts get their old values, unless they were edited since."""

from __future__ import annotations

from customers.models import BulkUpdate, BulkUpdatedContact
from customers.snapshots.restoring import contacts_back
from helpdesk.jobs import undoing
from helpdesk.jobs.undoing import UndoStep


def take_back(run_id: int) -> None:
    """Undo a bulk update to the end, from wherever that stands. Safe to call twice, or after a crash."""
    run = BulkUpdate.objects.select_related("created_by").defer(*BulkUpdate.HEAVY).get(pk=run_id)
    undoing.take_back(run, [UndoStep(BulkUpdatedContact.objects.filter(run=run), contacts_back)])
