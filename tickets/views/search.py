"""Search over everything an agent works with."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from customers.models import Account, Contact, SavedView
from customers.services.contacts.pins import may_be_pin
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.search import asked, best_named, search_form
from helpdesk.core.web.htmx import FragmentMixin, fragment_of
from helpdesk.core.web.requests import DeskRequest
from tickets.saved_views import SAVED_VIEWS
from tickets.services.finding import found_number
from tickets.services.hits import find_hits, find_quickly

MOST_NAMES = 10
"""So many people, and so many accounts; the lists have the rest."""
SUGGESTED = {"views": 4, "people": 4, "accounts": 3, "tickets": 5}
"""How much of each kind is offered while somebody types."""


class SearchView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """Contacts and accounts by name, address or reference; tickets by number, subject, what was said, and the names of
    files and people: the best first, never a count."""

    http_method_names = ["get", "head", "options"]
    template_name = "tickets/search.html"
    fragment_template_name = "tickets/_search_results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:200]
        found = self._found(text) if text else {}
        return super().get_context_data(
            query=text,
            nothing=bool(text) and not any(found.get(name) for name in ("contacts", "accounts", "hits")),
            may_be_pin=may_be_pin(text),
            **found,
            **kwargs,
        )

    def _found(self, text: str) -> dict[str, Any]:
        actor = self.request.actor
        people = Contact.objects.visible_to(actor).with_accounts().with_methods()
        places = Account.objects.visible_to(actor).select_related("parent")
        found = find_hits(actor, text)
        contacts, accounts = (
            best_named(rows, text, limit=MOST_NAMES + 1, keys=found.named(column))
            for column, rows in (("contact", people), ("account", places))
        )
        return {
            "names_first": any(_begins(row, text) for row in (*contacts, *accounts)),
            "contacts": contacts[:MOST_NAMES],
            "more_contacts": len(contacts) > MOST_NAMES,
            "accounts": accounts[:MOST_NAMES],
            "more_accounts": len(accounts) > MOST_NAMES,
            "hits": found.hits,
            "is_capped": found.is_capped,
        }


@require_safe
@staff_required
@fragment_of("tickets:search")
def suggest(request: DeskRequest) -> HttpResponse:
    """What the search box in the navigation offers while somebody types (``?q=``), each a link."""
    text, actor = request.GET.get("q", "").strip()[:200], request.actor
    found: dict[str, Any] = {"views": _views(request, text)[: SUGGESTED["views"]]}
    if text:
        people = Contact.objects.visible_to(actor).with_accounts()
        accounts = Account.objects.visible_to(actor).select_related("parent")
        found["contacts"] = best_named(people, text, limit=SUGGESTED["people"])
        found["accounts"] = best_named(accounts, text, limit=SUGGESTED["accounts"])
        found["tickets"] = find_quickly(actor, text, limit=SUGGESTED["tickets"])
    context = {"query": text, "is_number": bool(found_number(text)), **found}
    return render(request, "tickets/_suggestions.html", context)


def _views(request: DeskRequest, text: str) -> list[tuple[str, str]]:
    """The views called so, of tickets, contacts and accounts, by name and address; without a text those of tickets."""
    lists = {module: reverse(f"customers:{module}_list") for module in ("contact", "account")}
    tickets = reverse("tickets:ticket_list")
    named = [(str(view.name), f"{tickets}?view={view.code}") for view in SAVED_VIEWS.values()]
    words = search_form(text).split()
    if not words:
        return named
    named += [
        (view.name, f"{lists[view.module]}?view={view.pk}")
        for view in SavedView.objects.offered_to(request.actor).order_by("name")
    ]
    return [(name, address) for name, address in named if all(word in search_form(name) for word in words)]


def _begins(row: Contact | Account, text: str) -> bool:
    """Whether a word of the name begins with the text: then it is most likely the name that is meant."""
    form = search_form(asked(text).words)
    return bool(form) and f" {form}" in f" {row.search}"
