"""The *Relationships* tabs of an account: which accounts it is linked with, and who acts for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from customers.models import Account, AccountRelationship, Contact, ContactRelationship
from customers.services.relationships.candidates import candidates_for
from customers.services.relationships.links import delete_contact_relationships, unlink_accounts
from customers.services.relationships.rights import links_behind
from customers.standing import desk_today
from customers.views.accounts.views import AccountView
from customers.views.relationships.forms import ActingForm, LinkForm
from helpdesk.core.errors import DomainError
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.keys import key_in, keys_in
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n

CANDIDATES = 10
MOST_AT_ONCE = 200


def links_of(account: Account) -> QuerySet[AccountRelationship]:
    """Both directions."""
    links = AccountRelationship.objects.filter(Q(from_account=account) | Q(to_account=account))
    return links.select_related("from_account", "to_account", "type")


def acting_for(account: Account) -> QuerySet[Any]:
    """With the state of today."""
    return account.contact_relationships.with_state().select_related("contact", "responsibility", "account")


@dataclass(frozen=True)
class Direction:
    """A link as it reads on the page of one of its accounts."""

    link: AccountRelationship
    other: Account
    label: str
    """What this account is of the other."""
    mark: str
    """Why it does not hold today, in a word; empty while it does."""

    @classmethod
    def seen_from(cls, account: Account, link: AccountRelationship) -> Direction:
        forth = link.from_account_id == account.pk
        other = link.to_account if forth else link.from_account
        label = link.type.name if forth else link.type.reverse_name
        return cls(link, other, label, _mark(link))


def _mark(link: AccountRelationship) -> str:
    state, today = ContactRelationship.State, desk_today()
    if link.starts_on and link.starts_on > today:
        return str(state.UPCOMING.label)
    return str(state.ENDED.label) if link.ends_on and link.ends_on < today else ""


class AccountLinksView(FragmentMixin, AccountView):
    """The accounts that an account is linked with."""

    permission_required = "customers.view_accountrelationship"
    template_name = "customers/account_links.html"
    fragment_template_name = "customers/_links.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        links = links_of(context["account"])
        page = paginate(links, self.request, order=("-id",))
        rows = [Direction.seen_from(context["account"], link) for link in page]
        return context | {
            "page": page,
            "rows": rows,
            "summary": listing.summary(page, listing.how_many(links)),
        }


class AccountActingView(FragmentMixin, AccountView):
    """The contacts who have a responsibility on an account."""

    permission_required = "customers.view_contactrelationship"
    template_name = "customers/account_acting.html"
    fragment_template_name = "customers/_acting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = acting_for(context["account"])
        page = paginate(rows, self.request, order=("-id",))
        behind = links_behind([row.pk for row in page])
        for row in page:
            row.through = behind.get(row.pk, ())
        return context | {"page": page, "summary": listing.summary(page, listing.how_many(rows))}


class NewLinkView(AccountView):
    """Link an account with another one."""

    permission_required = "customers.add_accountrelationship"
    template_name = "customers/link_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", LinkForm())
        return super().get_context_data(**kwargs)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        form = LinkForm(request.POST)
        if form.is_valid():
            try:
                form.create(account, actor=request.actor)
            except DomainError as error:
                form.refuse(error)
            else:
                other = form.cleaned_data["other"]
                messages.success(
                    request, phrase("%(one)s and %(other)s linked", one=account.name, other=other.name)
                )
                return redirect("customers:account_links", account.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class NewActingView(AccountView):
    """Give a contact of this account or of a related one a responsibility on it."""

    permission_required = "customers.add_contactrelationship"
    template_name = "customers/acting_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        account, data = context["account"], self.request.POST or self.request.GET
        query, chosen = data.get("q", "").strip()[:200], key_in(data.get("contact", ""))
        eligible = Contact.objects.eligible_for(account)
        found = list(eligible.matching(query).with_methods().order_by("search", "id")[: CANDIDATES + 1])
        shown = found[:CANDIDATES]
        if all(contact.pk != chosen for contact in shown):
            shown = [*eligible.with_methods().filter(pk=chosen), *shown]
        return (
            {"form": ActingForm(account=account)}
            | context
            | {
                "candidates": candidates_for(account, shown),
                "has_more": len(found) > CANDIDATES,
                "query": query,
                "chosen": chosen,
            }
        )

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        if "look" in request.POST:
            form = ActingForm(account=account, initial=request.POST.dict())
            return self.render_to_response(self.get_context_data(form=form))
        form = ActingForm(request.POST, account=account)
        if form.is_valid():
            try:
                row = form.create(actor=request.actor)
            except DomainError as error:
                form.refuse(error)
            else:
                words = phrase("%(name)s acts for %(account)s", name=row.contact.name, account=account.name)
                messages.success(request, words)
                return redirect("customers:account_acting", account.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class DeleteRowsView(AccountView):
    """Names the ticked rows of a list and asks before they go."""

    template_name = "customers/delete_rows.html"
    list_url_name = ""

    def rows(self) -> QuerySet[Any]:
        """Those of the account."""
        raise NotImplementedError

    def line(self, row: Any) -> str:
        """A row in words."""
        raise NotImplementedError

    def remove(self, rows: list[Any]) -> str:
        """Remove them by a service; says so."""
        raise NotImplementedError

    def ticked(self) -> list[Any]:
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        keys = keys_in(data.getlist("row"))[:MOST_AT_ONCE]
        return list(self.rows().filter(pk__in=keys).order_by("-pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [(row.pk, self.line(row)) for row in self.ticked()]
        return context | {"rows": rows, "list_url_name": self.list_url_name}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if self.ticked():
            return super().get(request, *args, **kwargs)
        messages.warning(request, phrase("Tick what is to be deleted first."))
        return redirect(self.list_url_name, self.object.pk)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        if not (rows := self.ticked()):
            raise Http404
        messages.success(request, self.remove(rows))
        return redirect(self.list_url_name, account.pk)


class DeleteLinksView(DeleteRowsView):
    """End links of an account."""

    permission_required = "customers.delete_accountrelationship"
    list_url_name = "customers:account_links"

    def rows(self) -> QuerySet[Any]:
        return links_of(self.object)

    def line(self, row: AccountRelationship) -> str:
        direction = Direction.seen_from(self.object, row)
        return f"{direction.label} {direction.other.name}"

    def remove(self, rows: list[Any]) -> str:
        unlink_accounts(rows, actor=self.request.actor)
        return phrase_n("%(n)s relationship deleted", "%(n)s relationships deleted", len(rows))


class DeleteActingView(DeleteRowsView):
    """End contact relationships of an account."""

    permission_required = "customers.delete_contactrelationship"
    list_url_name = "customers:account_acting"

    def rows(self) -> QuerySet[Any]:
        return acting_for(self.object)

    def line(self, row: Any) -> str:
        return f"{row.contact.name}: {row.responsibility.name}"

    def remove(self, rows: list[Any]) -> str:
        delete_contact_relationships(rows, actor=self.request.actor)
        return phrase_n("%(n)s relationship deleted", "%(n)s relationships deleted", len(rows))
