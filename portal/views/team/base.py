"""The door of the team pages: an account that the person manages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from customers.administration.reach import people_of
from customers.models import Account, Association
from customers.policies import require_manage
from customers.services.exposure import WidensSight
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.web.requests import DeskRequest, DeskView
from portal.team import managed_accounts
from portal.views.base import HelpCenterMixin, help_center


def managed_account(actor: Actor, pk: int) -> Account:
    """The account; 404 for who does not belong to it or act for it, 403 for who does without managing it."""
    account = get_object_or_404(Account.objects.visible_to(actor), pk=pk)
    require_manage(actor, [account.pk])
    return account


def place_of(account: Account, actor: Actor, contact_pk: int) -> Association:
    """Somebody's place in the account, or 404."""
    places = people_of(account, actor=actor)
    return get_object_or_404(places.prefetch_related("contact__methods"), contact=contact_pk)


class _ManagedMixin(DeskView):
    """Finds the account once the person is known to be a contact."""

    account: Account

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.account = managed_account(self.request.actor, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


class TeamView(HelpCenterMixin, _ManagedMixin, TemplateView):
    """A page about an account that the reader manages."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accounts = managed_accounts(self.request.actor)
        here = next((each for each in accounts if each.account.pk == self.account.pk), None)
        return super().get_context_data(account=self.account, here=here, managed=accounts, **kwargs)


class PersonView(TeamView):
    """A page about one of the people."""

    place: Association

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.get_place()
        return super().get_context_data(place=place, contact=place.contact, **kwargs)

    def get_place(self) -> Association:
        if not hasattr(self, "place"):
            self.place = place_of(self.account, self.request.actor, self.kwargs["contact_pk"])
        return self.place


def team(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For verbs: the view gets the account instead of its number."""

    @help_center
    @wraps(view)
    def guarded(request: DeskRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        return view(request, managed_account(request.actor, pk), **kwargs)

    return guarded


def said(request: DeskRequest, work: Callable[[], Any], sentence: str) -> bool:
    """Do it and say so, or say why not; whether it was done."""
    try:
        work()
    except WidensSight:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return False
    messages.success(request, sentence)
    return True


@dataclass(frozen=True)
class Question:
    """What a verb of one button asks where it would let more people see more, and the word that confirms it."""

    text: str
    confirm: str


def asked_first(
    request: DeskRequest, account: Account, work: Callable[[], Any], question: Question, *, done: str
) -> HttpResponse:
    """Do it and say so; where it opens more than was agreed to, ask on a page of its own."""
    try:
        said(request, work, done)
    except WidensSight as widens:
        view = TeamView(template_name="portal/team/confirm_exposure.html")
        view.setup(request, pk=account.pk)
        view.account = account
        context = {"question": question.text, "words": question.confirm, "exposure": widens.exposure}
        return view.render_to_response(view.get_context_data(**context), status=422)
    return to_people(account)


def to_people(account: Account) -> HttpResponse:
    return redirect("portal:team", pk=account.pk)
