"""The list of contacts, and one contact."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView
from django.views.generic.detail import SingleObjectMixin

from customers.forms.accounts_field import AccountsField
from customers.models import Account, Contact, ContactMethod
from customers.services.associations import account_limit
from customers.services.custom_fields import lines_of
from customers.views.contacts.activity import ActivityForm
from customers.views.contacts.forms import DETAILS, ContactForm, NewContactForm
from customers.views.lists.base import CustomerListView
from customers.views.merging.moved import FollowsMergesMixin, whole_timeline
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.keys import key_in
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from helpdesk.events.versions import version_of


class ContactListView(CustomerListView):
    """Contacts by search, letter and filters, in keyset pages."""

    module = "contact"
    permission_required = "customers.view_contact"
    template_name = "customers/contact_list.html"
    fragment_template_name = "customers/_contact_list.html"


class ContactView(FollowsMergesMixin, StaffRequiredMixin, ScopedViewMixin, SingleObjectMixin, TemplateView):
    """Whatever shows one contact under its header."""

    model = Contact
    object: Contact
    permission_required = "customers.view_contact"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_accounts().with_methods().with_tags()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.object = self.object if hasattr(self, "object") else self.get_object()
        return super().get_context_data(contact=self.object, **kwargs)


class ContactDetailView(ContactView):
    """The *Details* tab: the accounts, the methods and the rest, to be edited where they stand."""

    template_name = "customers/contact_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = None if "form" in kwargs else version_of(Contact(pk=self.kwargs["pk"]))
        context = super().get_context_data(**kwargs)
        contact = context["contact"]
        initial = {"version": version} | {
            name: getattr(contact, name) for name in (*DETAILS, "custom_fields")
        }
        initial |= {"tags": [tag.name for tag in contact.tags.all()]}
        context.setdefault("form", ContactForm(initial=initial))
        context.setdefault("accounts", AccountsField.of_contact(contact))
        for field in context["form"].fields.values():
            field.widget.attrs["form"] = "contact"
        return context | {"limit": account_limit(), "method_groups": _method_groups(contact)}


class ContactEditView(ContactDetailView):
    """The same page, and where it is saved."""

    permission_required = "customers.change_contact"

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = self.object = self.get_object()
        form = ContactForm(request.POST)
        accounts = AccountsField.posted(request.POST, AccountsField.of_contact(contact))
        if not accounts.apply_button(request.POST) and form.is_valid() and not form.refuses(accounts):
            try:
                saved = form.update(contact, accounts, actor=request.actor)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("%(name)s saved", name=saved.name))
                return redirect(contact)
        return self.render_to_response(self.get_context_data(form=form, accounts=accounts), status=422)


def contact_page(request: DeskRequest, pk: int, *, status: int = 200, **context: Any) -> HttpResponse:
    """The contact's page as the answer to a verb; `context` says what was refused, if anything was."""
    view = ContactDetailView()
    view.setup(request, pk=pk)
    return view.render_to_response(view.get_context_data(**context), status=status)


def _method_groups(contact: Contact) -> list[dict[str, Any]]:
    kinds = ContactMethod.Kind
    labels = {
        kinds.EMAIL: ("envelope", phrase("Add email")),
        kinds.PHONE: ("phone", phrase("Add phone")),
        kinds.MOBILE: ("device-phone-mobile", phrase("Add mobile")),
        kinds.X: ("at-symbol", phrase("Add X handle")),
        kinds.OTHER: ("link", phrase("Add another way")),
    }
    methods = list(contact.methods.all())
    return [
        {
            "kind": kind.value,
            "title": kind.label,
            "icon": labels[kind][0],
            "add": labels[kind][1],
            "methods": [method for method in methods if method.kind == kind],
        }
        for kind in kinds
    ]


class ContactDataView(ContactView):
    """The *Customer data* tab."""

    template_name = "customers/contact_data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"custom_lines": lines_of(context["contact"])}


class ContactActivityView(FragmentMixin, ContactView):
    """The *Activity* tab: the audit feed about the contact."""

    template_name = "customers/contact_activity.html"
    fragment_template_name = "customers/_activity.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = ActivityForm(self.request.GET, whole_timeline(context["contact"], self.request.actor))
        page = paginate(form.chosen(), self.request, order=("-id",))
        return context | {"page": page, "activity_form": form}


class ContactCreateView(StaffRequiredMixin, TemplateView):
    """A new contact, with accounts; ``?account=`` puts one in."""

    permission_required = "customers.add_contact"
    template_name = "customers/contact_create.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", NewContactForm())
        kwargs.setdefault("accounts", AccountsField.of_accounts(self._given_accounts()))
        return super().get_context_data(limit=account_limit(), **kwargs)

    def _given_accounts(self) -> list[Account]:
        key = key_in(self.request.GET.get("account", ""))
        return list(Account.objects.visible_to(self.request.actor).filter(pk=key)) if key else []

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = NewContactForm(request.POST)
        accounts = AccountsField.posted(request.POST, AccountsField())
        used_by = None
        if not accounts.apply_button(request.POST) and form.is_valid() and not form.refuses(accounts):
            try:
                contact = form.create(accounts, actor=request.actor)
            except DomainError as error:
                form.refuse(error)
                used_by = getattr(error, "contact", None)
            else:
                messages.success(request, phrase("%(name)s created", name=contact.name))
                return redirect(contact)
        context = self.get_context_data(form=form, accounts=accounts, used_by=used_by)
        return self.render_to_response(context, status=422)
