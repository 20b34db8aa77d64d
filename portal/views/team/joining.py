"""Who is invited into an account, who asks to join it, and the answers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from customers.administration import invitations
from customers.administration.join_requests import accept_request, decline_request
from customers.models import Account, Invitation
from customers.services.associations import account_limit
from customers.services.exposure import shared_by
from helpdesk.core.errors import DomainError
from helpdesk.core.web import listing
from helpdesk.core.web.once import AskedDifferently, OnceMixin, once
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from portal.team import outcome_words
from portal.team_forms import InviteForm
from portal.views.base import HelpCenterMixin, help_center
from portal.views.team.base import Question, TeamView, asked_first, said, team, to_people

PAGE_SIZE = 25


class InviteView(TeamView, OnceMixin):
    """Invites, says what became of each address, and lists who has not answered yet."""

    template_name = "portal/team/invite.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", InviteForm())
        waiting = self.account.invitations.all()
        page = paginate(waiting, self.request, order=("-id",), size=PAGE_SIZE)
        summary = listing.summary(page, listing.how_many(waiting))
        shared = shared_by(self.account)
        return super().get_context_data(page=page, summary=summary, shared=shared, **kwargs)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = InviteForm(request.POST)
        if form.is_valid():
            try:
                outcomes = self._invite(form)
            except DomainError as error:
                form.refuse(error)
            else:
                return self._answer(outcomes)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def sent_already(self, error: AskedDifferently) -> HttpResponse:
        form = InviteForm(self.request.POST)
        form.is_valid()
        form.add_error(None, error.linked)
        return self.render_to_response(self.get_context_data(form=form), status=error.status)

    def is_done(self, response: HttpResponseBase) -> bool:
        """Whatever became of the addresses is told; what could not be read is refused."""
        return response.status_code < 400

    def _invite(self, form: InviteForm) -> list[invitations.Outcome]:
        text, role = form.cleaned_data["addresses"], form.cleaned_data["role"]
        return invitations.invite(self.account, text, actor=self.request.actor, role=role)

    def _answer(self, outcomes: list[invitations.Outcome]) -> HttpResponse:
        """One that went out is a word at the list of people; several, or one that did not, are told line by line."""
        if [outcome.result for outcome in outcomes] == [invitations.INVITED]:
            messages.success(self.request, phrase("%(name)s invited", name=outcomes[0].text))
            return redirect("portal:team_invite", pk=self.account.pk)
        lines = [(outcome.text, *outcome_words(outcome.result)) for outcome in outcomes]
        return self.render_to_response(self.get_context_data(outcomes=lines))


def _sent_already(request: DeskRequest, error: AskedDifferently, *_given: Any, **_keys: Any) -> HttpResponse:
    return redirect(error.answer.location)


@require_POST
@team
@once(_sent_already)
def invitation_again(request: DeskRequest, account: Account, invitation_pk: int) -> HttpResponse:
    invitation = get_object_or_404(account.invitations, pk=invitation_pk)
    work = partial(invitations.send_again, invitation, actor=request.actor)
    said(request, work, phrase("%(name)s invited again", name=invitation.email))
    return redirect("portal:team_invite", pk=account.pk)


@require_POST
@team
def invitation_withdraw(request: DeskRequest, account: Account, invitation_pk: int) -> HttpResponse:
    invitation = get_object_or_404(account.invitations, pk=invitation_pk)
    work = partial(invitations.withdraw, invitation, actor=request.actor)
    said(request, work, phrase("Invitation of %(name)s withdrawn", name=invitation.email))
    return redirect("portal:team_invite", pk=account.pk)


@require_POST
@team
def request_accept(request: DeskRequest, account: Account, request_pk: int) -> HttpResponse:
    asked = get_object_or_404(account.join_requests.select_related("contact", "account"), pk=request_pk)
    work = partial(accept_request, asked, actor=request.actor, agreed=request.POST.get("agreed", ""))
    asks = Question(phrase("Let %(name)s in?", name=asked.contact.name), gettext("Let in"))
    return asked_first(request, account, work, asks, done=phrase("%(name)s joined", name=asked.contact.name))


@require_POST
@team
def request_decline(request: DeskRequest, account: Account, request_pk: int) -> HttpResponse:
    asked = get_object_or_404(account.join_requests.select_related("contact", "account"), pk=request_pk)
    work = partial(decline_request, asked, actor=request.actor)
    said(request, work, phrase("%(name)s was not added", name=asked.contact.name))
    return to_people(account)


# --- The other end: what I am invited to ---------------------------------------------
class InvitationsView(HelpCenterMixin, TemplateView):
    """The invitations to my addresses."""

    template_name = "portal/invitations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contact = self.request.actor.contact
        leaves = contact.primary_account if account_limit() == 1 else None
        return super().get_context_data(
            invitations=invitations.invitations_for(contact), leaves=leaves, **kwargs
        )


def _mine(request: DeskRequest, pk: int) -> Invitation:
    return get_object_or_404(
        Invitation.objects.sent_to(request.actor.contact).select_related("account"), pk=pk
    )


@require_POST
@help_center
def invitation_accept(request: DeskRequest, pk: int) -> HttpResponse:
    invitation = _mine(request, pk)
    work = partial(invitations.accept, invitation, actor=request.actor)
    done = said(request, work, phrase("You belong to %(account)s now", account=invitation.account.name))
    return redirect("portal:home" if done else "portal:invitations")


@require_POST
@help_center
def invitation_decline(request: DeskRequest, pk: int) -> HttpResponse:
    invitation = _mine(request, pk)
    said(
        request, partial(invitations.decline, invitation, actor=request.actor), phrase("Invitation declined")
    )
    return redirect("portal:invitations")
