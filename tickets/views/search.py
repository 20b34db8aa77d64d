"""Search over everything an agent works with."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from customers.models import Account, Contact
from customers.services.pins import may_be_pin
from helpdesk.core.htmx import FragmentMixin
from helpdesk.core.lookups import one_of
from helpdesk.core.scoping import StaffRequiredMixin
from tickets.models import Ticket

NEWEST = 50


class SearchView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """Contacts, accounts and tickets by name, address or reference, and the tickets of whom and what was found: at most
    50 of each, never a count."""

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
        people = Contact.objects.visible_to(actor).matching(text).with_accounts().with_methods()
        places = Account.objects.visible_to(actor).matching(text).select_related("parent")
        contacts, accounts = list(people.order_by("-id")[:NEWEST]), list(places.order_by("-id")[:NEWEST])
        return {
            "contacts": contacts,
            "accounts": accounts,
            "tickets": self._tickets(text, contacts, accounts),
        }

    def _tickets(self, text: str, contacts: list[Contact], accounts: list[Account]) -> list[Ticket]:
        """First those called so, then those of the people and accounts that were found; the newest first in each."""
        tickets = Ticket.objects.visible_to(self.request.actor)
        called = list(tickets.search(text).with_people().order_by("-id")[:NEWEST])
        theirs = one_of("contact_id", [contact.pk for contact in contacts])
        of_accounts = one_of("account_id", [account.pk for account in accounts])
        room = NEWEST - len(called)
        if not room or not (contacts or accounts):
            return called
        others = tickets.filter(theirs | of_accounts).exclude(pk__in=[ticket.pk for ticket in called])
        return called + list(others.with_people().order_by("-updated_at", "-id")[:room])
