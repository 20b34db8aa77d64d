"""What the home page can be narrowed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from customers.lists.filters import KnownRowFilter, LenientFilterSet
from customers.models import Account
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import term
from portal.listing import Stage, in_stages
from tickets.models import Ticket
from tickets.services.finding import find_as_contact, found_by

if TYPE_CHECKING:
    from portal.listing import StagedTicket

STATUS = {
    "current": (_("Current"), [Stage.WAITING, Stage.WITH_US, Stage.SOLVED]),
    "waiting": (_("Waiting for you"), [Stage.WAITING]),
    "with_us": (_("With us"), [Stage.WITH_US]),
    "solved": (_("Solved"), [Stage.SOLVED, Stage.EARLIER]),
    "older": (_("Solved earlier"), [Stage.EARLIER]),
}
_term = lazy(term, str)
MINE, EVERYONE = "mine", "everyone"
CURRENT = "current"


def _my_accounts(request: DeskRequest | None) -> QuerySet[Account]:
    return Account.objects.visible_to(request.actor) if request else Account.objects.none()


class TicketFilter(LenientFilterSet):
    """Over a `staged` queryset of visible tickets. A value that makes no sense, or is not the reader's, is left out."""

    account = KnownRowFilter(queryset=_my_accounts, label=_term("account", capital=True))
    who = django_filters.ChoiceFilter(
        choices=[(MINE, _("Mine")), (EVERYONE, _("Everyone’s"))],
        method="filter_who",
        empty_label=None,
        label=_("Whose"),
    )
    status = django_filters.ChoiceFilter(
        choices=[(key, label) for key, (label, _stages) in STATUS.items()],
        method="filter_status",
        empty_label=None,
        label=_("Status"),
    )
    q = django_filters.CharFilter(method="filter_said")

    is_capped = False
    """Whether the words were looked for in the newest tickets only; known once the list was asked for."""

    class Meta:
        model = Ticket
        fields: list[str] = []

    def filter_who(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        return tickets.filter(contact=self.request.actor.contact) if value == MINE else tickets

    def filter_status(self, tickets: QuerySet[StagedTicket], name: str, value: str) -> QuerySet[StagedTicket]:
        everywhere = value == CURRENT and self.chosen(
            "q"
        )  # who looks for something wants it found, however old
        return tickets if everywhere else tickets.filter(in_stages(STATUS[value][1]))

    def filter_said(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        self.is_capped = find_as_contact(self.request.actor, value).is_capped
        return tickets.filter(found_by(self.request.actor, value))

    def filter_queryset(self, queryset: QuerySet[StagedTicket]) -> QuerySet[StagedTicket]:
        if not self.chosen("status"):
            queryset = self.filter_status(queryset, "status", CURRENT)
        return super().filter_queryset(queryset)

    def chosen(self, name: str) -> Any:
        """The cleaned value of a filter, or nothing."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name)
