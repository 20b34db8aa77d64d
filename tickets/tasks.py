"""What tickets have done in the background, by `manage.py worker`."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.core.background.clock import duty
from tickets.services import drafts, search_keys


@duty("search_keys.catch_up", every=timedelta(seconds=10))
def catch_up_with_search_keys() -> None:
    """Where many tickets moved at once, their messages become found by those who see them now."""
    search_keys.catch_up()


@duty("drafts.prune", every=timedelta(days=1))
def prune_drafts() -> None:
    """Forget drafts that were left alone for 90 days, or as long as the setting says."""
    drafts.prune_drafts()
