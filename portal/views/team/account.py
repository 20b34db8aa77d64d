"""The account itself, for its administrators: details, who acts for it, what happened, its tickets as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from customers.administration.administrators import version_of_details
from customers.administration.reach import activity_of
from customers.administration.team import change_details, end_relationships
from customers.errors.administration import ChangedHere
from customers.models import Account
from customers.policies import highest_level
from customers.team_words import line_for_customers
from helpdesk.core.errors import DomainError
from helpdesk.core.web import listing
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n
from helpdesk.spreadsheets.streaming import Export
from portal.team import acting_for
from portal.team_forms import DetailsForm, ExportForm
from portal.views.team.base import TeamView
from tickets.models import Ticket
from tickets.resources import CustomerTicketResource

SHOWN = ("phone", "website", "address", "sharing")


class DetailsView(TeamView):
    """Phone, website, address, and what its people may do with one another's tickets."""

    template_name = "portal/team/details.html"

    def _form(self, account: Account, **kwargs: Any) -> DetailsForm:
        highest = highest_level(self.request.actor, account)
        return DetailsForm(account=account, highest=highest, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.account
        values = {"version": version_of_details(account)} | {name: getattr(account, name) for name in SHOWN}
        kwargs.setdefault("form", self._form(account, initial=values))
        return super().get_context_data(people=listing.how_many(account.associations.all()), **kwargs)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(self.account, data=request.POST)
        if form.is_valid():
            version = form.cleaned_data["version"]
            try:
                change_details(
                    self.account,
                    form.given(),
                    actor=request.actor,
                    expected_version=version,
                    agreed=form.agreed,
                )
            except ChangedHere as error:
                form.refuse(error)
                form.renew(version_of_details(self.account))
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("%(name)s saved", name=self.account.name))
                return redirect("portal:team_details", pk=self.account.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ActingView(TeamView):
    """People with a responsibility for the account."""

    template_name = "portal/team/acting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(acting=acting_for(self.account), **kwargs)


class EndActingView(TeamView):
    """Asks, and ends that somebody acts for the account."""

    template_name = "portal/team/end_acting.html"

    def _acting(self) -> Any:
        number = self.kwargs["contact_pk"]
        rows = self.account.contact_relationships.filter(contact=number)
        return list(rows.select_related("contact", "responsibility").order_by("responsibility__name"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self._acting()
        if not rows:
            return redirect("portal:team_acting", pk=self.account.pk)
        person = rows[0].contact
        is_member = self.account.associations.filter(contact=person).exists()
        return self.render_to_response(self.get_context_data(rows=rows, person=person, is_member=is_member))

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ended = end_relationships(self.account, self._acting(), actor=request.actor)
        sentence = phrase_n("%(n)s responsibility ended", "%(n)s responsibilities ended", ended)
        messages.success(request, sentence)
        return redirect("portal:team_acting", pk=self.account.pk)


class ActivityView(TeamView):
    """What happened to the account and its people."""

    template_name = "portal/team/activity.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = activity_of(self.account, actor=self.request.actor)
        page = paginate(entries, self.request, order=("-id",))
        return super().get_context_data(page=page, lines=[line_for_customers(e) for e in page], **kwargs)


class ExportView(TeamView):
    """The account's tickets that the reader can see, as a file."""

    template_name = "portal/team/export.html"

    def _tickets(self) -> Any:
        return Ticket.objects.visible_to(self.request.actor).filter(account=self.account)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ExportForm())
        number = listing.how_many(self._tickets())
        words = listing.count_words(number)
        return super().get_context_data(number=number, count_words=words, **kwargs)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = ExportForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        resource = CustomerTicketResource(actor=request.actor)
        codes, criteria = list(resource.fields), {"account": [str(self.account.pk)]}
        file_format = form.cleaned_data["format"]
        export = Export("tickets", resource, codes, self._tickets(), ("-id",), file_format, criteria)
        return export.response(actor=request.actor)
