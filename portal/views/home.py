"""The home of the help center: the tickets of my accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.generic import TemplateView

from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.pagination import ALL_KEYS, paginate
from helpdesk.core.web.requests import DeskRequest
from portal.accounts import MyAccount, my_accounts
from portal.filters import CURRENT, EVERYONE, STATUS, TicketFilter
from portal.listing import ORDER, PAGE_SIZE, Counts, Listing, Stage, order_of, staged
from portal.views.base import HelpCenterMixin
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet, ways_of_seeing

SWITCHER_HOLDS = 4


def _no_help_center(request: DeskRequest) -> HttpResponse:
    """Signed in, but neither an agent nor a contact that is active."""
    return render(request, "portal/no_access.html", {"contact": request.actor.contact}, status=403)


class HomeView(HelpCenterMixin, FragmentMixin, TemplateView):
    """The list, narrowed by account, whose, status and words; htmx gets the list alone."""

    template_name = "portal/home.html"
    fragment_template_name = "portal/_tickets.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.request.actor.is_staff and self.request.actor.contact is None:
            return redirect("tickets:ticket_list")
        contact = self.request.actor.contact
        if contact is None or not contact.is_active:
            return _no_help_center(self.request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.request.actor
        visible = Ticket.objects.visible_to(actor)
        shown = TicketFilter(self.request.GET, staged(visible), request=self.request)
        accounts, account = my_accounts(actor), shown.chosen("account")
        status = shown.chosen("status") or CURRENT
        tickets = self._with_rows(shown.qs)
        stages = STATUS[status][1]
        searched = shown.chosen("q") or ""
        page = paginate(
            tickets,
            self.request,
            order=ORDER if searched else order_of(stages),
            size=PAGE_SIZE,
            keys_of=ALL_KEYS
            if searched or Stage.EARLIER not in stages
            else ways_of_seeing(actor) or ALL_KEYS,
        )
        whole = status == CURRENT and not page.has_next and not searched
        return super().get_context_data(
            **kwargs,
            filter=shown,
            lost_filters=shown.lost_filters,
            whose=shown.chosen("who") or EVERYONE,
            status=status,
            listing=Listing(shown.qs, page, actor, accounts, searched=searched),
            is_capped=shown.is_capped,
            has_older=whole and self._older(visible).exists(),
            **self._switcher(Counts.of(visible, actor), accounts, account),
        )

    def _older(self, visible: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """What the same choice holds beyond the current ones."""
        asked = {**self.request.GET.dict(), "status": "older"}
        return TicketFilter(asked, staged(visible), request=self.request).qs

    def _with_rows(self, tickets: TicketQuerySet) -> TicketQuerySet:
        return tickets.select_related("contact", "account").with_following(self.request.actor)

    def _switcher(self, counts: Counts, accounts: list[MyAccount], account: Any) -> dict[str, Any]:
        for each in accounts:
            each.waiting = counts.everyone(each.account.pk)
        account_id = account.pk if account else None
        return {
            "accounts": accounts,
            "account": next((each for each in accounts if each.account.pk == account_id), None),
            "has_few_accounts": len(accounts) < SWITCHER_HOLDS,
            "everyone_count": counts.everyone(),
            "shown_everyone_count": counts.everyone(account_id),
            "shown_mine_count": counts.mine(account_id),
        }
