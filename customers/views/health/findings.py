"""Data health: what may be wrong, how much of it, and remedies for many at once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from customers.forms.agreement import agreed_in
from customers.forms.health import RegionForm
from customers.health import account_remedies, remedies
from customers.health.findings import FINDINGS, Finding, forget_counts
from customers.models import DomainJoining
from customers.services.associations import account_limit
from customers.services.exposure import WidensSight
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import fragment_of
from helpdesk.core.web.listing import MOST, count_words
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n


def _line(request: DeskRequest, finding: Finding, *, counted: bool) -> dict[str, Any]:
    number = finding.count(request.actor) if counted else None
    return {
        "code": finding.code,
        "title": finding.title(),
        "meaning": finding.meaning(),
        "number": number,
        "words": "" if number is None else count_words(number),
        "url": f"{reverse(finding.list_name)}{'?' if finding.query else ''}{finding.query}",
        "remedy": reverse(finding.remedy) if finding.remedy and request.actor.can(finding.permission) else "",
        "remedy_words": finding.remedy_words(),
    }


class HealthView(StaffRequiredMixin, TemplateView):
    """The findings. Their counts are fetched one by one; ``?counted=1``, without scripts, brings all with the page."""

    permission_required = "customers.view_contact"
    template_name = "customers/health.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counted = "counted" in self.request.GET
        shown = [each for each in FINDINGS.values() if each.code != "limit" or account_limit() > 1]
        lines = [_line(self.request, finding, counted=counted) for finding in shown]
        return super().get_context_data(lines=lines, most=MOST, **kwargs)


@require_safe
@staff_required
@fragment_of("customers:health")
def health_count(request: DeskRequest) -> HttpResponse:
    """How many one finding (``?finding=``) has."""
    request.actor.require("customers.view_contact")
    finding = FINDINGS.get(request.GET.get("finding", ""))
    if finding is None:
        raise Http404
    return render(request, "customers/_health_count.html", {"line": _line(request, finding, counted=True)})


class RemedyView(StaffRequiredMixin, TemplateView):
    """What a remedy would do; posting it does it."""

    http_method_names = ["get", "head", "post", "options"]
    permission_required = "customers.change_contact"

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            done = self.carry_out()
        except WidensSight as asked:
            return self.render_to_response(self.get_context_data(exposure=asked.exposure), status=422)
        messages.success(request, done)
        forget_counts()
        return redirect("customers:health")

    def carry_out(self) -> str:
        """Do it, and say what was done."""
        raise NotImplementedError


class DomainsView(RemedyView):
    """Contacts without an account join the account of their address's domain."""

    template_name = "customers/health_domains.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(joining=remedies.joining(), shown=remedies.SHOWN, **kwargs)

    def carry_out(self) -> str:
        joined = remedies.join_by_domain(actor=self.request.actor, agreed=agreed_in(self.request))
        if joined is None:
            return phrase("There was nobody to associate")
        done = phrase_n(
            "%(n)s %(term_contact)s associated", "%(n)s %(term_contacts)s associated", joined.people
        )
        address = reverse("customers:health_domains_done", args=[joined.pk])
        return format_html('{} <a class="btn btn--s" href="{}">{}</a>', done, address, phrase("Undo…"))


class DomainsDoneView(StaffRequiredMixin, TemplateView):
    """What one go associated, and the way back."""

    http_method_names = ["get", "head", "post", "options"]
    permission_required = "customers.change_contact"
    template_name = "customers/health_domains_done.html"

    def joining(self) -> DomainJoining:
        return get_object_or_404(DomainJoining.objects.select_related("user"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(joining=self.joining(), **kwargs)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            people = remedies.undo_joining(self.joining(), actor=request.actor)
        except DomainError as error:
            return self.render_to_response(self.get_context_data(refused=error.message), status=422)
        forget_counts()
        words = phrase_n("Undone for %(n)s %(term_contact)s", "Undone for %(n)s %(term_contacts)s", people)
        messages.success(request, words)
        return redirect("customers:health")


class PhonesView(RemedyView):
    """Phones that are no numbers are read again, as numbers of a country."""

    template_name = "customers/health_phones.html"

    def region(self) -> str:
        form = RegionForm(self.request.POST or self.request.GET or None)
        return form.cleaned_data["region"] if form.is_valid() else settings.HELPDESK_PHONE_REGION

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = remedies.rereadable(self.region())
        form = RegionForm(initial={"region": self.region()})
        shown = {
            "form": form,
            "region": self.region(),
            "found": found[: remedies.SHOWN],
            "number": len(found),
        }
        return super().get_context_data(**shown, **kwargs)

    def carry_out(self) -> str:
        number = remedies.normalise_phones(actor=self.request.actor, region=self.region())
        return phrase_n("%(n)s phone is a number now", "%(n)s phones are numbers now", number)


class BouncingView(RemedyView):
    """Addresses that bounce: with what was said, and letting the desk try them again."""

    template_name = "customers/health_bouncing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(remedies.bouncing_methods()[: MOST + 1])
        return super().get_context_data(
            methods=rows[: remedies.SHOWN], words=count_words(len(rows)), **kwargs
        )

    def carry_out(self) -> str:
        number = remedies.clear_all_bouncing(actor=self.request.actor)
        return phrase_n("%(n)s address is tried again", "%(n)s addresses are tried again", number)


def _one_go(number: int, most: int) -> dict[str, Any]:
    """How many of so many one go takes, and whether others are left."""
    return {"number": min(number, most), "more": number > most}


class UnusedAccountsView(RemedyView):
    """Accounts that nothing depends on go."""

    permission_required = "customers.delete_account"
    template_name = "customers/health_unused.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unused = account_remedies.unused_accounts().select_related("parent").order_by("search", "pk")
        most = account_remedies.MOST_DELETED
        go = _one_go(unused.order_by()[: most + 1].count(), most)
        return super().get_context_data(accounts=unused[: account_remedies.SHOWN], **go, **kwargs)

    def carry_out(self) -> str:
        number = account_remedies.delete_unused_accounts(actor=self.request.actor)
        return phrase_n("%(n)s %(term_account)s deleted", "%(n)s %(term_accounts)s deleted", number)


class AppointView(RemedyView):
    """The only person of an account that nobody administers becomes its customer administrator."""

    permission_required = "customers.change_account"
    template_name = "customers/health_appoint.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        most = account_remedies.MOST_APPOINTED
        places = list(account_remedies.only_people()[: most + 1])
        go = _one_go(len(places), most)
        return super().get_context_data(places=places[: account_remedies.SHOWN], **go, **kwargs)

    def carry_out(self) -> str:
        number = account_remedies.appoint_only_people(actor=self.request.actor)
        return phrase_n("%(n)s administrator appointed", "%(n)s administrators appointed", number)
