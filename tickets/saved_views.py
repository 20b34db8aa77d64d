"""The saved views under Tickets: each is a set of filters that the address may override."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.core.words import phrase_lazy
from tickets.models import OPEN_STATUSES

ME, NOBODY = "me", "none"


@dataclass(frozen=True)
class SavedView:
    """`filters` as in the address: ``{"status": ["open"], "assignee": ["me"]}``."""

    code: str
    name: str | Promise
    filters: Mapping[str, list[str]] = field(default_factory=dict)
    in_navigation: bool = True

    def data(self, given: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """The view's filters, replaced by those that are given; a given empty one means: any."""
        merged: dict[str, Any] = {**self.filters, **given}
        return {name: [value for value in values if value] for name, values in merged.items()}


_open = list(OPEN_STATUSES)
SAVED_VIEWS = {
    view.code: view
    for view in (
        SavedView("mine", _("My open"), {"status": _open, "assignee": [ME]}),
        SavedView("unassigned", _("Unassigned"), {"status": _open, "assignee": [NOBODY]}),
        SavedView("open", _("All open"), {"status": _open}),
        SavedView("waiting", _("Waiting on customer"), {"status": ["pending"]}),
        SavedView("solved", _("Recently solved"), {"status": ["solved"]}),
        SavedView("all", phrase_lazy("All %(term_tickets)s"), in_navigation=False),
    )
}
DEFAULT_VIEW = "open"


def saved_view(code: str) -> SavedView:
    """The view of that name, else the usual one."""
    return SAVED_VIEWS.get(code, SAVED_VIEWS[DEFAULT_VIEW])
