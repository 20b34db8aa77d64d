"""The list of accounts, one account, and the making, changing and deleting of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from django.views.generic.detail import SingleObjectMixin

from customers.models import Account
from customers.services.accounts.changes import create_account
from customers.services.accounts.deletion import delete_account, deletion_consequences
from customers.services.accounts.family import family_of
from customers.services.custom_fields import lines_of
from customers.views.accounts.forms import DETAILS, AccountForm, ConfirmNameForm
from customers.views.lists.base import CustomerListView
from customers.views.merging.moved import FollowsMergesMixin, whole_timeline
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin, staff_required
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import FragmentMixin, fragment_of
from helpdesk.core.web.keys import keys_in
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from helpdesk.events.versions import version_of

OPTIONS = 8
CHILDREN_SHOWN = 20


class AccountListView(CustomerListView):
    """Accounts by search, letter and filters, in keyset pages."""

    module = "account"
    permission_required = "customers.view_account"
    template_name = "customers/account_list.html"
    fragment_template_name = "customers/_account_list.html"


@require_safe
@staff_required
@fragment_of("customers:account_list")
def account_options(request: DeskRequest) -> HttpResponse:
    """Answers of the account pickers: ``?q=`` and the ids to show as already there (``exclude``)."""
    query = request.GET.get("q", "").strip()[:200]
    excluded = set(keys_in(request.GET.getlist("exclude")))
    accounts = list(
        Account.objects.visible_to(request.actor)
        .matching(query)
        .select_related("parent")
        .order_by("search")[:OPTIONS]
    )
    exact = Account.objects.named([query]).exists() if query else True
    may_create = request.GET.get("create") == "1" and request.actor.can("customers.add_account")
    context = {
        "accounts": accounts,
        "query": query,
        "excluded": excluded,
        "can_create": may_create and not exact,
    }
    return render(request, "components/_account_options.html", context)


class AccountView(FollowsMergesMixin, StaffRequiredMixin, ScopedViewMixin, SingleObjectMixin, TemplateView):
    """Whatever shows one account under its header."""

    model = Account
    object: Account
    permission_required = "customers.view_account"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.object = self.object if hasattr(self, "object") else self.get_object()
        return super().get_context_data(account=self.object, **kwargs)


class AccountDetailView(AccountView):
    """The *Overview* tab: details, children, relationships, who acts for it."""

    template_name = "customers/account_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        account = context["account"]
        relationships = account.contact_relationships.with_state().select_related("contact", "responsibility")
        return context | {
            "children": account.children.order_by("search")[:CHILDREN_SHOWN],
            "links_from": account.relationships_from.select_related("to_account", "type"),
            "links_to": account.relationships_to.select_related("from_account", "type"),
            "contact_relationships": relationships.order_by("contact__search"),
            "custom_lines": lines_of(account),
        }


class AccountChildrenView(FragmentMixin, AccountView):
    """The *Hierarchy* tab: the whole tree, and the accounts that stand directly below this one."""

    template_name = "customers/account_children.html"
    fragment_template_name = "customers/_account_children.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        children = Account.objects.visible_to(self.request.actor).filter(parent=context["account"])
        page = paginate(children.with_people_count(), self.request, order=("search", "id"))
        summary = listing.summary(page, listing.how_many(children))
        return context | {"page": page, "summary": summary, "family": family_of(context["account"])}


class AccountActivityView(FragmentMixin, AccountView):
    """The *Activity* tab."""

    template_name = "customers/account_activity.html"
    fragment_template_name = "customers/_activity.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        entries = whole_timeline(context["account"], self.request.actor)
        return context | {"page": paginate(entries, self.request, order=("-id",))}


class AccountCreateView(StaffRequiredMixin, TemplateView):
    """A new account."""

    permission_required = "customers.add_account"
    template_name = "customers/account_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", AccountForm())
        return super().get_context_data(**kwargs)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AccountForm(request.POST)
        if form.is_valid():
            try:
                account = create_account(form.details(), actor=request.actor, domains=form.domain_list())
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("%(name)s created", name=account.name))
                return redirect(account)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class AccountEditView(AccountView):
    """Change an account."""

    permission_required = "customers.change_account"
    template_name = "customers/account_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = None if "form" in kwargs else version_of(Account(pk=self.kwargs["pk"]))
        context = super().get_context_data(**kwargs)
        account = context["account"]
        initial = {"version": version} | {
            name: getattr(account, name) for name in (*DETAILS, "custom_fields")
        }
        initial["domains"] = "\n".join(account.domains.values_list("domain", flat=True))
        context.setdefault("form", AccountForm(initial=initial))
        return context

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        form = AccountForm(request.POST)
        if form.is_valid():
            try:
                form.update(account, actor=request.actor)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("%(name)s saved", name=form.cleaned_data["name"]))
                return redirect(account)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class AccountDeleteView(AccountView):
    """Says what a deletion would do, asks for the name, and does it."""

    permission_required = "customers.delete_account"
    template_name = "customers/account_delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        account = context["account"]
        context.setdefault("form", ConfirmNameForm(expected=account.name))
        return context | {"consequences": deletion_consequences(account)}

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = self.object = self.get_object()
        form = ConfirmNameForm(request.POST, expected=account.name)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        delete_account(account, actor=request.actor)
        messages.success(request, phrase("%(name)s deleted", name=account.name))
        return redirect("customers:account_list")
