"""The *Contacts* tab of an account: who belongs to it, who could, and who no longer should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from customers.administration.join_requests import accept_request, decline_request
from customers.forms.agreement import agreed_in
from customers.models import Account, Association, Contact
from customers.querysets import ContactQuerySet
from customers.services.associations import account_limit, associate_many, disassociate
from customers.services.exposure import WidensSight, if_associated
from customers.views.accounts.views import AccountView
from customers.views.associations.forms import PlaceForm
from helpdesk.core.database.lookups import one_of
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import staff_required
from helpdesk.core.search import letters_with_rows
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import FragmentMixin, client_redirect, is_fragment
from helpdesk.core.web.keys import keys_in
from helpdesk.core.web.pagination import ALL_KEYS, KeysetPage, paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n

DIALOG_ROWS = 8
REQUESTS_SHOWN = 10
MOST_PICKED = 200


class AccountContactsView(FragmentMixin, AccountView):
    """The people of an account, primary here or not."""

    template_name = "customers/account_contacts.html"
    fragment_template_name = "customers/_account_contacts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        account, request = context["account"], self.request
        query = request.GET.get("q", "")
        people = Contact.objects.visible_to(request.actor).in_any_account([account.pk]).matching(query)
        page = paginate(people.with_accounts().with_methods(), request, order=("search", "id"))
        number = listing.how_many(people)
        rows = [_member(contact, account) for contact in page]
        return context | {
            "page": page,
            "rows": rows,
            "query": query,
            "number": number,
            "summary": listing.summary(page, number),
            "requests": account.join_requests.waiting().select_related("contact")[:REQUESTS_SHOWN],
        }


def _decided(
    request: DeskRequest, pk: int, request_pk: int, decide: Callable[..., None], sentence: str
) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.actor), pk=pk)
    asked = get_object_or_404(account.join_requests.select_related("contact", "account"), pk=request_pk)
    try:
        decide(asked, actor=request.actor)
    except WidensSight as widens:
        back = reverse("customers:account_contacts", args=[pk])
        words = {
            "question": phrase("Let %(name)s in?", name=asked.contact.name),
            "words": gettext("Let in"),
            "back": back,
        }
        context = words | {"exposure": widens.exposure}
        return render(request, "customers/confirm_exposure.html", context, status=422)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, phrase(sentence, name=asked.contact.name))
    return redirect("customers:account_contacts", pk=pk)


@require_POST
@staff_required
def request_accept(request: DeskRequest, pk: int, request_pk: int) -> HttpResponse:
    accept = partial(accept_request, agreed=agreed_in(request))
    return _decided(request, pk, request_pk, accept, "%(name)s joined")


@require_POST
@staff_required
def request_decline(request: DeskRequest, pk: int, request_pk: int) -> HttpResponse:
    return _decided(request, pk, request_pk, decline_request, "%(name)s was not added")


def _member(contact: Contact, account: Account) -> dict[str, Any]:
    places = contact.ordered_associations
    place = next((place for place in places if place.account_id == account.pk), None)
    return {"contact": contact, "place": place, "primary": places[:1] == [place], "others": len(places) - 1}


@dataclass
class Candidate:
    """One line of the dialog: a contact, whether it is ticked, and why it cannot be."""

    contact: Contact
    ticked: bool
    member: bool
    full: bool

    @property
    def disabled(self) -> bool:
        return self.member or self.full


class AssociateView(FragmentMixin, AccountView):
    """The *Associate contacts* dialog. What is ticked travels along as ``picked`` across pages and searches."""

    permission_required = "customers.change_contact"
    template_name = "customers/associate.html"
    fragment_template_name = "customers/_associate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        account, data = context["account"], self.looked_at()
        everyone = (
            Contact.objects.visible_to(self.request.actor).filter(is_active=True).matching(data.get("q", ""))
        )
        if data.get("scope") == "none":
            everyone = self._gathered(everyone.without_account())
        shown = everyone.letter(data.get("letter", ""))
        searched = bool(data.get("q", "").strip())
        page = paginate(
            shown.with_accounts().with_methods(),
            self.request,
            order=("search", "id"),
            size=DIALOG_ROWS,
            keys_of=ALL_KEYS if searched else (),
        )
        number = listing.how_many(shown)
        picked = self.picked()
        return context | {
            "page": page,
            "candidates": self._candidates(account, page, {contact.pk for contact in picked}),
            "picked": picked,
            "exposure": if_associated(account, [contact.pk for contact in picked]),
            "letters": letters_with_rows(everyone, searched=searched),
            "letter": data.get("letter", ""),
            "query": data.get("q", ""),
            "scope": data.get("scope", ""),
            "limit": account_limit(),
            "summary": listing.summary(page, number),
            "links": _Links(reverse("customers:account_associate", args=[account.pk]), data, page),
        }

    def _gathered(self, contacts: ContactQuerySet) -> ContactQuerySet:
        """The same by their keys, when there are few: those who belong nowhere are found by going through everybody,
        which list, number and letters would each do again."""
        keys = list(contacts.order_by("pk").values_list("pk", flat=True)[: listing.MOST + 1])
        if len(keys) > listing.MOST:
            return contacts
        return Contact.objects.visible_to(self.request.actor).filter(one_of("id", keys))

    def looked_at(self) -> QueryDict:
        """Which part of the list: as the address says, with the search that stands in the field."""
        data = self.request.GET.copy()
        if "q" in self.request.POST:
            data["q"] = self.request.POST["q"]
        return data

    def picked(self) -> list[Contact]:
        """What is ticked on this page, and what was ticked on the pages before and is not shown on this one."""
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        shown, ticked = keys_in(data.getlist("shown")), keys_in(data.getlist("contact"))
        before = keys_in(data.getlist("picked"))
        keep = [pk for pk in before if pk not in shown or pk in ticked] + [
            pk for pk in ticked if pk not in before
        ]
        dropped = keys_in(data.getlist("drop"))
        keep = [pk for pk in keep if pk not in dropped][:MOST_PICKED]
        found = Contact.objects.visible_to(self.request.actor).in_bulk(keep)
        return [found[pk] for pk in keep if pk in found]

    @staticmethod
    def _candidates(account: Account, page: KeysetPage, picked: set[int]) -> list[Candidate]:
        lines = []
        for contact in page:
            places = contact.ordered_associations
            member = any(place.account_id == account.pk for place in places)
            full = not member and len(places) >= account_limit() > 1
            lines.append(Candidate(contact, contact.pk in picked, member, full))
        return lines

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        picked = self.picked()
        if {"look", "drop"} & request.POST.keys():
            return self.render_to_response(self.get_context_data())
        if not picked:
            problem = phrase("Tick at least one %(term_contact)s.")
            return self.render_to_response(self.get_context_data(problem=problem), status=422)
        try:
            changed = associate_many(picked, account, actor=request.actor, agreed=agreed_in(request))
        except WidensSight:
            return self.render_to_response(self.get_context_data(), status=422)
        except DomainError as error:
            return self.render_to_response(self.get_context_data(problem=error.message), status=422)
        words = phrase_n(
            "%(n)s %(term_contact)s associated with %(account)s",
            "%(n)s %(term_contacts)s associated with %(account)s",
            len(changed),
            account=account.name,
        )
        messages.success(request, words)
        url = reverse("customers:account_contacts", args=[account.pk])
        return client_redirect(url) if is_fragment(request) else redirect(url)


class _Links:
    """Addresses inside the dialog: the state of the list, without what is ticked (htmx brings that along)."""

    def __init__(self, base: str, data: Any, page: KeysetPage) -> None:
        self.base, self.page = base, page
        self.state = {name: data[name] for name in ("q", "letter", "scope") if data.get(name)}
        self.cursor = {name: data[name] for name in ("after", "before") if data.get(name)}

    def _to(self, **changes: str) -> str:
        state = {**self.state, **changes}
        return f"{self.base}?{urlencode({name: value for name, value in state.items() if value})}"

    @property
    def here(self) -> str:
        return self._to()

    @property
    def stay(self) -> str:
        """This very page again."""
        return self._to(**self.cursor)

    @property
    def search(self) -> str:
        """To another search, which htmx adds from the field."""
        return self._to(q="", letter="")

    @property
    def everybody(self) -> str:
        return self._to(scope="", letter="")

    @property
    def nowhere(self) -> str:
        return self._to(scope="none", letter="")

    @property
    def next(self) -> str:
        return self._to(after=self.page.next_cursor)

    @property
    def previous(self) -> str:
        return self._to(before=self.page.previous_cursor)

    @property
    def letter(self) -> str:
        """To be followed by the letter."""
        rest = {name: value for name, value in self.state.items() if name != "letter"}
        return f"{self.base}?{urlencode({**rest, 'letter': ''})}"


class MemberView(AccountView):
    """One contact of an account."""

    permission_required = "customers.change_contact"

    def contact(self) -> Contact:
        """The contact of the address, if it belongs to this account."""
        member = Association.objects.filter(contact=OuterRef("pk"), account=self.kwargs["pk"])
        people = Contact.objects.visible_to(self.request.actor).with_accounts().filter(Exists(member))
        return get_object_or_404(people, pk=self.kwargs["contact_pk"])


class PlaceView(MemberView):
    """The role of one person at an account, and what they may do with the others' tickets."""

    template_name = "customers/place.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        contact = self.contact()
        place = contact.associations.get(account=context["account"])
        form = PlaceForm(initial={"role": place.role, "sharing": place.sharing})
        return {"form": form, "contact": contact} | context

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        contact, form = self.contact(), PlaceForm(request.POST)
        if form.is_valid():
            try:
                form.save(contact, account, actor=request.actor)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("%(name)s saved", name=contact.name))
                return redirect("customers:account_contacts", account.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class DisassociateView(MemberView):
    """Asks before a contact leaves an account, and says which account becomes primary."""

    template_name = "customers/disassociate.html"

    def get_template_names(self) -> list[str]:
        return ["customers/_disassociate.html"] if is_fragment(self.request) else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        contact = self.contact()
        rest = [place for place in contact.ordered_associations if place.account_id != context["account"].pk]
        was_primary = contact.primary_account == context["account"]
        return context | {"contact": contact, "rest": rest, "was_primary": was_primary}

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        contact = self.contact()
        chosen = keys_in([request.POST.get("primary", "")])
        new_primary = Account.objects.filter(pk__in=chosen).first()
        try:
            disassociate(contact, account, actor=request.actor, new_primary=new_primary)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            words = phrase(
                "%(name)s no longer belongs to %(account)s", name=contact.name, account=account.name
            )
            messages.success(request, words)
        return redirect("customers:account_contacts", account.pk)
