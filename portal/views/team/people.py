"""The people of an account: the list, one of them, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django.views.generic import View

from customers.administration import administrators
from customers.administration import team as services
from customers.administration.reach import people_of
from customers.errors.administration import ChangedHere
from customers.models import Account, Association
from customers.policies import require_theirs
from helpdesk.core.errors import DomainError
from helpdesk.core.search import matching
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from portal.team import managed_accounts, members
from portal.team_forms import GoingForm, InviteOneForm, PersonForm
from portal.views.base import HelpCenterMixin
from portal.views.team.base import (
    PersonView,
    Question,
    TeamView,
    asked_first,
    place_of,
    said,
    team,
    to_people,
)

ORDER = ("contact__search", "contact_id")
PAGE_SIZE = 25
REQUESTS_SHOWN = 10


class ChooserView(HelpCenterMixin, View):
    """The way in: to the account that one manages, the first of several."""

    def get(self, request: DeskRequest) -> HttpResponse:
        managed = managed_accounts(request.actor)
        if not managed:
            raise Http404
        return to_people(managed[0].account)


class PeopleView(FragmentMixin, TeamView):
    """Everybody in the account, by name; above them who waits for an answer."""

    template_name = "portal/team/people.html"
    fragment_template_name = "portal/team/_people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, query = self.request.actor, self.request.GET.get("q", "").strip()[:200]
        places = people_of(self.account, actor=actor).filter(
            matching(query, column="contact__search", initials="contact__initials")
        )
        page = paginate(
            places.prefetch_related("contact__methods"), self.request, order=ORDER, size=PAGE_SIZE
        )
        number = listing.how_many(places)
        return super().get_context_data(
            **kwargs,
            page=page,
            members=members(page, self.account, actor=actor),
            query=query,
            number=number,
            count_words=listing.count_words(number),
            summary=listing.summary(page, number),
            form=InviteOneForm(auto_id="invite_%s"),
            invited=listing.how_many(self.account.invitations.all()),
            requests=self.account.join_requests.waiting().select_related("contact")[:REQUESTS_SHOWN],
        )


class MemberView(PersonView):
    """One person: what the account knows of them, and what is the reader's to change."""

    template_name = "portal/team/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, actor = self.get_place(), self.request.actor
        powers = administrators.powers(self.account, place, actor=actor)
        kwargs.setdefault("form", self._form(place, powers, initial=_values(place)))
        (member,) = members([place], self.account, actor=actor)
        return super().get_context_data(powers=powers, member=member, **kwargs)

    def _form(self, place: Association, powers: administrators.Powers, **kwargs: Any) -> PersonForm:
        return PersonForm(powers=powers, account=place.account, **kwargs)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        place, actor = self.get_place(), request.actor
        form = self._form(place, administrators.powers(self.account, place, actor=actor), data=request.POST)
        if form.is_valid():
            version = form.cleaned_data["version"]
            try:
                person = services.change_person(
                    self.account,
                    place.contact,
                    form.given(),
                    actor=actor,
                    expected_version=version,
                    agreed=form.agreed,
                )
            except ChangedHere as error:
                form.refuse(error)
                form.renew(administrators.version_of_place(place))
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("%(name)s saved", name=person.name))
                return redirect("portal:team_person", pk=self.account.pk, contact_pk=person.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _values(place: Association) -> dict[str, Any]:
    contact = place.contact
    return {
        "version": administrators.version_of_place(place),
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "job_title": place.job_title,
        "sharing": place.sharing,
    }


class GoingView(PersonView):
    """Says what somebody loses, asks who takes over what, and does it."""

    hands_over = False

    def form(self, data: Any = None) -> GoingForm:
        place, actor = self.get_place(), self.request.actor
        people = administrators.colleagues_at(self.account, place.contact, actor=actor)
        last = administrators.is_last_administrator(self.account, place.contact)
        return GoingForm(data, people=people, needs_successor=last, hands_over=self.hands_over)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(is_self=self._is_self(), **kwargs)

    def _is_self(self) -> bool:
        return bool(self.get_place().contact_id == self.request.actor.contact.pk)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.do(form)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, self.done(self.get_place().contact.name))
                return redirect("portal:home") if self._left() else to_people(self.account)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _left(self) -> bool:
        """Whether the reader has just lost the account."""
        actor = self.request.actor
        return (
            self._is_self() and not Account.objects.manageable_by(actor).filter(pk=self.account.pk).exists()
        )

    def do(self, form: GoingForm) -> None:
        raise NotImplementedError

    def done(self, name: str) -> str:
        raise NotImplementedError


class DemoteView(GoingView):
    """Takes the administrator role."""

    template_name = "portal/team/demote.html"

    def do(self, form: GoingForm) -> None:
        contact, actor = self.get_place().contact, self.request.actor
        services.set_role(self.account, contact, administrators.CUSTOMER, actor=actor, **form.given())

    def done(self, name: str) -> str:
        return phrase("%(name)s is no longer an administrator", name=name)


class RemoveView(GoingView):
    """Takes somebody out of the account."""

    template_name = "portal/team/remove.html"

    def do(self, form: GoingForm) -> None:
        services.remove_person(
            self.account, self.get_place().contact, actor=self.request.actor, **form.given()
        )

    def done(self, name: str) -> str:
        return phrase("%(name)s removed from %(account)s", name=name, account=self.account.name)


class DeactivateView(GoingView):
    """Closes a sign-in."""

    template_name = "portal/team/deactivate.html"

    def form(self, data: Any = None) -> GoingForm:
        require_theirs(self.request.actor, self.get_place().contact)
        return super().form(data)

    def do(self, form: GoingForm) -> None:
        services.deactivate_person(
            self.account, self.get_place().contact, actor=self.request.actor, **form.given()
        )

    def done(self, name: str) -> str:
        return phrase("%(name)s is deactivated", name=name)


class LeaverView(GoingView):
    """Somebody has left: a colleague takes over."""

    template_name = "portal/team/leaver.html"
    hands_over = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contact, actor = self.get_place().contact, self.request.actor
        return super().get_context_data(
            passing=services.handing_over(self.account, contact, actor=actor),
            for_good=services.leaves_for_good(contact, actor=actor),
            **kwargs,
        )

    def do(self, form: GoingForm) -> None:
        services.see_off_person(
            self.account, self.get_place().contact, actor=self.request.actor, **form.given()
        )

    def done(self, name: str) -> str:
        return phrase("%(name)s has left %(account)s", name=name, account=self.account.name)


@require_POST
@team
def person_promote(request: DeskRequest, account: Account, contact_pk: int) -> HttpResponse:
    contact = place_of(account, request.actor, contact_pk).contact
    work: Callable[[], Any] = partial(
        services.set_role, account, contact, administrators.ADMINISTRATOR, actor=request.actor
    )
    said(request, work, phrase("%(name)s is an administrator now", name=contact.name))
    return to_people(account)


@require_POST
@team
def person_activate(request: DeskRequest, account: Account, contact_pk: int) -> HttpResponse:
    contact = place_of(account, request.actor, contact_pk).contact
    agreed = request.POST.get("agreed", "")
    work = partial(services.activate_person, account, contact, actor=request.actor, agreed=agreed)
    asks = Question(phrase("Activate %(name)s again?", name=contact.name), gettext("Activate"))
    return asked_first(
        request, account, work, asks, done=phrase("%(name)s is active again", name=contact.name)
    )
