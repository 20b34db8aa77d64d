"""One change to many contacts of the list: put together, previewed, confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from customers.bulk import lifecycle
from customers.bulk.preview import Consequences, consequences_of
from customers.bulk.preview_words import words_of
from customers.bulk.selection import Selection
from customers.models.merges import MOST_AT_ONCE
from customers.views.bulk.forms import BulkForm
from customers.views.bulk.runs import go_on
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin, client_redirect, is_fragment
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase

PLACES = ("bulk-update", "bulk-tag")
PAGE = "bulk-page"


class ContactBulkView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """The panel of the bulk bar, or the same as a page. It is asked again with every choice; ``apply`` does it."""

    permission_required = "customers.change_contact"
    template_name = "customers/bulk/form.html"
    fragment_template_name = "customers/bulk/_panel.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.refused = ""
        self.selection = Selection.asked(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form") or self.form()
        contacts = self.selection.contacts(self.request)
        preview, words = None, None
        number = contacts.order_by()[: lifecycle.MOST + 1].count()
        if number > lifecycle.MOST:
            self.refused = lifecycle.TooManyContactsError().message
        elif form.is_complete and number:
            preview = consequences_of(form.wanted, contacts)
            words = words_of(preview, form.wanted)
        return super().get_context_data(
            selection=self.selection,
            list_url=self.list_url,
            number=number,
            number_words=_number_words(number),
            preview=preview,
            words=words,
            refused=self.refused,
            **(kwargs | {"form": form}),
        )

    def form(self) -> BulkForm:
        data = self.request.POST if self.request.method == "POST" else QueryDict()
        place = data.get("place", "")
        own = place if place in PLACES and is_fragment(self.request) else PAGE
        return BulkForm(data, actor=self.request.actor, place=own)

    @property
    def list_url(self) -> str:
        return f"{reverse('customers:contact_list')}?{self.selection.query.urlencode()}"

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form()
        if "apply" not in request.POST or not form.is_complete:
            return self.render_to_response(self.get_context_data(form=form))
        try:
            preview = consequences_of(form.wanted, self.selection.contacts(request))
            if self._is_confirmed(preview):
                return self._started(form, preview)
        except DomainError as error:
            self.refused = error.message
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _is_confirmed(self, preview: Consequences) -> bool:
        """Whether what would be done is what the person has read."""
        if not preview.changed:
            return False
        if self.request.POST.get("confirmed") != preview.fingerprint:
            self.refused = phrase("This has changed in the meantime. Look at the numbers again.")
            return False
        return True

    def _started(self, form: BulkForm, preview: Consequences) -> HttpResponse:
        contacts = self.selection.contacts(self.request).order_by().values_list("pk", flat=True)
        run = lifecycle.start(form.wanted, contacts, actor=self.request.actor, opened=preview.opened)
        url = go_on(self.request, run, back=self.list_url)
        return client_redirect(url) if is_fragment(self.request) else redirect(url)


def _number_words(number: int) -> str:
    if number > lifecycle.MOST:
        return phrase("more than %(n)s", n=number_format(lifecycle.MOST, force_grouping=True))
    return number_format(number, force_grouping=True)


@require_POST
@staff_required
def contact_merge_chosen(request: DeskRequest) -> HttpResponse:
    """From the ticked contacts to the page that asks for their merge; the first of the list survives by default."""
    request.actor.require("customers.merge_contact")
    selection = Selection.asked(request)
    found = selection.contacts(request).order_by("search", "id").values_list("pk", flat=True)
    chosen = list(found[: MOST_AT_ONCE + 1])
    if not 2 <= len(chosen) <= MOST_AT_ONCE:
        words = phrase("Tick 2 to %(n)s %(term_contacts)s to merge them.", n=MOST_AT_ONCE)
        messages.warning(request, words)
        return redirect(f"{reverse('customers:contact_list')}?{selection.query.urlencode()}")
    query = "&".join(f"with={pk}" for pk in chosen[1:])
    return redirect(f"{reverse('customers:contact_merge', args=[chosen[0]])}?{query}")
