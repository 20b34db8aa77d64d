"""What customers' records have done by the clock, in `manage.py worker`."""

from __future__ import annotations

from datetime import timedelta

from customers.duplicates.search import search_on
from customers.imports.engine import files
from customers.services.relationships import links
from helpdesk.core.background.clock import duty


@duty("links.notice_passing_days", every=timedelta(minutes=15))
def notice_passing_days() -> None:
    """Tell the history of what began or ended with a date; sight itself does not wait for this."""
    links.notice_passing_days()


@duty("imports.drop_spools", every=timedelta(days=1))
def drop_old_spools() -> None:
    """Delete the spools of imports that have been over for some days."""
    files.drop_old_spools()


@duty("duplicates.search", every=timedelta(seconds=30))
def search_for_duplicates() -> None:
    """A slice of the search for people who stand here twice; the queue goes on in between."""
    search_on(seconds=10)
