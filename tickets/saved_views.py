"""The saved views under Tickets: each is a set of filters that the address may override."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.core.words import phrase_lazy
from tickets.status_kinds import OPEN_KINDS, WAITING_FOR_CUSTOMER, StatusKind
from tickets.statuses import codes_of

ME, NOBODY = "me", "none"


@dataclass(frozen=True)
class SavedView:
    """`kinds` of status that it holds (none: any), and `filters` as in the address: ``{"assignee": ["me"]}``."""

    code: str
    name: str | Promise
    kinds: Sequence[str] = ()
    filters: Mapping[str, list[str]] = field(default_factory=dict)
    in_navigation: bool = True

    def data(self, given: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """The view's filters, replaced by those that are given; a given empty one means: any."""
        of_kinds = {"status": codes_of(self.kinds)} if self.kinds else {}
        merged: dict[str, Any] = {**of_kinds, **self.filters, **given}
        return {name: [value for value in values if value] for name, values in merged.items()}


SAVED_VIEWS = {
    view.code: view
    for view in (
        SavedView("mine", _("My open"), OPEN_KINDS, {"assignee": [ME]}),
        SavedView("unassigned", _("Unassigned"), OPEN_KINDS, {"assignee": [NOBODY]}),
        SavedView("open", _("All open"), OPEN_KINDS),
        SavedView("waiting", _("Waiting on customer"), [WAITING_FOR_CUSTOMER]),
        SavedView("solved", _("Recently solved"), [StatusKind.SOLVED]),
        SavedView("all", phrase_lazy("All %(term_tickets)s"), in_navigation=False),
    )
}
DEFAULT_VIEW = "open"


def saved_view(code: str) -> SavedView:
    """The view of that name, else the usual one."""
    return SAVED_VIEWS.get(code, SAVED_VIEWS[DEFAULT_VIEW])
