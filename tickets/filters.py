"""What the ticket list can be narrowed by. The same set serves the screens and the API."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext_lazy as _

from customers.lists.filters import KnownChoicesFilter, KnownRowsFilter, LenientFilterSet
from customers.models import Account, Contact
from helpdesk.core.models import Department, User
from helpdesk.core.web.keys import key_in, keys_in
from helpdesk.core.words import term
from tickets.models import Ticket
from tickets.saved_views import ME, NOBODY
from tickets.services.finding import find, found_by
from tickets.statuses import kinds_made_of, statuses

_term = lazy(term, str)


def _label(key: str) -> Any:
    return _term(key, capital=True)


def agents() -> QuerySet[User]:
    """Whom a ticket can be given to."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")


def assigned_to(chosen: Collection[str], *, user: User, people: Collection[int] = ()) -> Q:
    """Tickets of these people; ME and NOBODY among what is `chosen` stand for the user, and for none."""
    mine = [user.pk] if ME in chosen else []
    condition = Q(assignee__in=[*people, *mine]) if people or mine else Q()
    return condition | Q(assignee__isnull=True) if NOBODY in chosen else condition


def status_choices() -> list[tuple[str, str]]:
    """Every status, those that are out of use too: tickets may have them."""
    return [(status.code, status.label) for status in statuses()]


def of_statuses(codes: Collection[str]) -> Q:
    """Tickets with one of these statuses. Whole kinds are asked for by kind: the partial indexes go by it."""
    kinds = kinds_made_of(codes)
    return Q(status__in=list(codes)) if kinds is None else Q(status_kind__in=kinds)


class StatusFilter(KnownChoicesFilter):
    """Some of the statuses."""

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(of_statuses(value)) if value else queryset


class TicketFilter(LenientFilterSet):
    """Filters of the ticket list, all of them by name in the address, each able to take several values."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"))
    status = StatusFilter(choices=status_choices, label=_("Status"))
    priority = KnownChoicesFilter(choices=Ticket.Priority.choices, label=_("Priority"))
    department = KnownRowsFilter(queryset=Department.objects.all(), label=_label("department"))
    assignee = django_filters.CharFilter(method="by_assignee", label=_("Assignee"))
    account = KnownRowsFilter(queryset=Account.objects.none(), label=_label("account"))
    contact = KnownRowsFilter(queryset=Contact.objects.none(), label=_label("contact"))

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = self.request.actor
        self.filters["account"].queryset = Account.objects.visible_to(actor)
        self.filters["contact"].queryset = Contact.objects.visible_to(actor)

    is_capped = False
    """Whether there may be more with the words among the older tickets; known once the list was asked for."""

    def by_words(self, queryset: Any, name: str, value: str) -> Any:
        actor = self.request.actor
        self.is_capped = find(actor, value).is_capped
        return queryset.filter(found_by(actor, value))

    @cached_property
    def _assignees(self) -> tuple[list[str], set[int]]:
        """What the address says, and the people among it."""
        data: Any = self.data
        chosen = data.getlist("assignee") if hasattr(data, "getlist") else [data.get("assignee", "")]
        keys = User.objects.filter(pk__in=keys_in(chosen)).values_list("pk", flat=True)
        return [value for value in chosen if value], set(keys)

    def by_assignee(self, queryset: Any, name: str, value: str) -> Any:
        chosen, people = self._assignees
        return queryset.filter(assigned_to(chosen, user=self.request.user, people=people))

    def _is_lost(self, name: str) -> bool:
        if name != "assignee":
            return super()._is_lost(name)
        chosen, people = self._assignees
        return any(value not in (ME, NOBODY) and key_in(value) not in people for value in chosen)
