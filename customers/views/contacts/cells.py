"""One cell of the contact list, or the accounts in a contact's header, edited in place. Without scripts their links
lead to the contact's page, where the same is edited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import TemplateView

from customers.models import Contact
from customers.views.contacts.cell_forms import CELLS
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.web.htmx import announce, is_fragment
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase

HEADER = "header"


class ContactCellView(StaffRequiredMixin, TemplateView):
    """The cell open for editing; with ``?show`` as it stands. A POST saves it and answers with the cell."""

    permission_required = "customers.change_contact"

    def get_template_names(self) -> list[str]:
        part = "editor" if "cell" in self.shown else "cell"
        return [f"customers/_{'header' if self.in_header else 'contact'}_{part}.html"]

    @property
    def in_header(self) -> bool:
        """Whether it stands in the header of the contact's pages rather than in the list."""
        return self.kwargs["cell"] == "accounts" and self.request.GET.get("place") == HEADER

    def contact(self) -> Contact:
        people = Contact.objects.visible_to(self.request.actor).with_accounts().with_methods()
        return get_object_or_404(people, pk=self.kwargs["pk"])

    def cell(self) -> Any:
        if self.kwargs["cell"] not in CELLS:
            raise Http404
        return CELLS[self.kwargs["cell"]].of(self.contact(), self.kwargs["cell"])

    def answer(self, *, status: int = 200, **shown: Any) -> HttpResponse:
        self.shown = shown
        return self.render_to_response(self.get_context_data(**shown), status=status)

    def closed(self) -> HttpResponse:
        """The cell as it is now; it takes the focus back, unless that has gone elsewhere by itself."""
        focus = self.request.GET.get("show") != "quiet"
        return self.answer(contact=self.contact(), name=self.kwargs["cell"], focus=focus)

    def open(self, cell: Any, *, status: int = 200) -> HttpResponse:
        """The editor with what was typed; without scripts the contact's page, where nothing is half a page."""
        if is_fragment(self.request):
            return self.answer(cell=cell, contact=cell.contact, status=status)
        if getattr(cell, "exposure", None):
            return self._asked(cell)
        if cell.problem:
            messages.error(self.request, cell.problem)
        return redirect(cell.contact)

    def _asked(self, cell: Any) -> HttpResponse:
        """The list as it was sent, on a page of its own, with what it would open."""
        context = {"cell": cell, "contact": cell.contact}
        return render(self.request, "customers/accounts_asked.html", context, status=422)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cell = self.cell()
        return self.closed() if "show" in request.GET and is_fragment(self.request) else self.open(cell)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cell = self.cell()
        try:
            if not cell.typed(request.POST):
                return self.open(cell)
            with transaction.atomic():
                cell.save(actor=request.actor)
        except DomainError as error:
            cell.refuse(error)
            return self.open(cell, status=422)
        words = phrase("%(name)s saved", name=cell.contact.name)
        return announce(self.closed(), words) if is_fragment(request) else redirect(cell.contact)
