"""Search over everything an agent works with."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from customers.models import Account, Contact
from customers.services.pins import may_be_pin
from helpdesk.core.htmx import FragmentMixin
from helpdesk.core.scoping import StaffRequiredMixin
from tickets.models import Ticket

NEWEST = 50


class SearchView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """Contacts, accounts and tickets by name, address or reference: the newest 50 of each, never a count."""

    http_method_names = ["get", "head", "options"]
    template_name = "tickets/search.html"
    fragment_template_name = "tickets/_search_results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:200]
        found = self._found(text) if text else {}
        return super().get_context_data(
            query=text,
            nothing=bool(text) and not any(found.values()),
            may_be_pin=may_be_pin(text),
            **found,
            **kwargs,
        )

    def _found(self, text: str) -> dict[str, Any]:
        actor = self.request.actor
        contacts = Contact.objects.visible_to(actor).matching(text).with_accounts().with_methods()
        accounts = Account.objects.visible_to(actor).matching(text).select_related("parent")
        tickets = Ticket.objects.visible_to(actor).search(text).with_people()
        return {
            "contacts": list(contacts.order_by("-id")[:NEWEST]),
            "accounts": list(accounts.order_by("-id")[:NEWEST]),
            "tickets": list(tickets.order_by("-id")[:NEWEST]),
        }
