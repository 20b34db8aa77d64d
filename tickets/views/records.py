"""The Tickets tab of a contact and of an account."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from customers.models import Account, Contact
from customers.views.merging.moved import FollowsMergesMixin
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.web.htmx import FragmentMixin, fragment_of
from helpdesk.core.web.listing import how_many, summary
from helpdesk.core.web.pagination import paginate
from tickets.models import Ticket

RECENT = 8


class RecordTicketsView(FollowsMergesMixin, StaffRequiredMixin, FragmentMixin, TemplateView):
    """Tickets of one record, newest first, under the record's own header."""

    http_method_names = ["get", "head", "options"]
    fragment_template_name = "tickets/_record_tickets.html"

    def find_record(self) -> dict[str, Any]:
        """The context that the record's header takes."""
        raise NotImplementedError

    def of_record(self, record: dict[str, Any]) -> Any:
        """The record's tickets, of those that the actor may see."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.find_record()
        tickets = self.of_record(record)
        page = paginate(tickets.with_people(), self.request, order=("-updated_at", "-id"), size=25)
        shown = summary(page, how_many(tickets))
        return super().get_context_data(page=page, summary=shown, **record, **kwargs)


class ContactTicketsView(RecordTicketsView):
    """What a contact has asked."""

    model = Contact
    template_name = "tickets/contact_tickets.html"

    def find_record(self) -> dict[str, Any]:
        contacts = Contact.objects.visible_to(self.request.actor).with_accounts().with_methods()
        contact = contacts.filter(pk=self.kwargs["pk"]).first()
        if contact is None:
            raise Http404
        return {"contact": contact, "record_url_name": "tickets:contact_tickets"}

    def of_record(self, record: dict[str, Any]) -> Any:
        return Ticket.objects.visible_to(self.request.actor).filter(contact=record["contact"])


class AccountTicketsView(RecordTicketsView):
    """What was asked for an account."""

    model = Account
    template_name = "tickets/account_tickets.html"

    def find_record(self) -> dict[str, Any]:
        account = Account.objects.visible_to(self.request.actor).filter(pk=self.kwargs["pk"]).first()
        if account is None:
            raise Http404
        return {"account": account, "record_url_name": "tickets:account_tickets"}

    def of_record(self, record: dict[str, Any]) -> Any:
        return Ticket.objects.visible_to(self.request.actor).filter(account=record["account"])


@method_decorator(fragment_of("customers:account_detail"), name="get")
class AccountRecentView(StaffRequiredMixin, TemplateView):
    """The newest conversations of everybody who belongs to an account, whichever account they are for."""

    http_method_names = ["get", "head", "options"]
    template_name = "tickets/_recent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = Account.objects.visible_to(self.request.actor).filter(pk=self.kwargs["pk"]).first()
        if account is None:
            raise Http404
        people = account.associations.values("contact")
        tickets = Ticket.objects.visible_to(self.request.actor).filter(contact__in=people)
        return super().get_context_data(
            tickets=tickets.with_people().order_by("-updated_at", "-id")[:RECENT], **kwargs
        )
