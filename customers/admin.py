"""Customers in the Django admin. Every change goes through the services and into the audit feed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from customers import admin_custom_fields  # noqa: F401 - registers
from customers.admin_custom_fields import whole_custom_fields
from customers.admin_forms import AssociationForm, AssociationFormSet, ChooseAccountForm, ChooseContactsForm
from customers.models import (
    Account,
    AccountDomain,
    AccountRelationship,
    AccountRelationshipType,
    Association,
    Contact,
    ContactMethod,
    ContactRelationship,
    Responsibility,
)
from customers.services import accounts, associations, contacts, links, methods
from helpdesk.core.actors import Actor
from helpdesk.core.admin_base import ServiceAdmin
from helpdesk.core.audit import record
from helpdesk.core.words import phrase, phrase_lazy, phrase_n


class AccountsInline(admin.TabularInline):
    """A contact's ordered list."""

    model = Association
    form = AssociationForm
    formset = AssociationFormSet
    fields = ("position", "account", "job_title", "role", "sharing")
    autocomplete_fields = ("account",)
    extra = 1
    max_num = 25


class MethodsInline(admin.TabularInline):
    """A contact's methods."""

    model = ContactMethod
    fields = ("kind", "value", "label", "is_default")
    extra = 1


class PeopleInline(admin.TabularInline):
    """An account's first people; the rest are found under contacts, filtered by the account."""

    model = Association
    fields = ("contact", "position", "job_title", "role", "sharing")
    readonly_fields = fields
    can_delete = False
    extra = 0
    max_num = 0
    verbose_name_plural = phrase_lazy("people of this %(term_account)s")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("contact").order_by("contact__search")


class DomainsInline(admin.TabularInline):
    model = AccountDomain
    extra = 1


def confirm(
    request: HttpRequest, model_admin: admin.ModelAdmin, title: str, form: Any, queryset: QuerySet
) -> HttpResponse:
    """The page that asks for the other side of an action."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "form": form,
        "action": request.POST.get("action", ""),
        "selected": list(queryset[:1000]),
        "opts": model_admin.model._meta,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/choose.html", context)


@admin.register(Contact)
class ContactAdmin(ServiceAdmin):
    """Contacts, with their methods and their ordered accounts."""

    list_display = ("name", "reference", "primary", "email", "is_active", "created_at")
    list_filter = ("is_active", "language", "associations__role")
    search_fields = ("search",)
    fields = (
        ("first_name", "last_name"),
        ("reference", "external_id"),
        ("language", "time_zone"),
        "notes",
        "custom_fields",
        "is_active",
    )
    inlines = (AccountsInline, MethodsInline)
    actions = ("associate_with_account", "disassociate_from_account")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_accounts().with_methods()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return queryset.matching(search_term), False

    @admin.display(description=phrase_lazy("primary %(term_account)s"))
    def primary(self, contact: Contact) -> str:
        rest = len(contact.ordered_associations) - 1
        return f"{contact.primary_account or ''}{f' +{rest}' if rest > 0 else ''}"

    @admin.display(description=_("email"))
    def email(self, contact: Contact) -> str:
        return contact.default_email

    def create(self, fields: dict[str, Any], *, actor: Actor) -> Contact:
        return contacts.create_contact(fields, actor=actor)

    def change(self, instance: Contact, fields: dict[str, Any], *, actor: Actor) -> Contact:
        return contacts.update_contact(instance, whole_custom_fields(instance, fields), actor=actor)

    def remove(self, instances: list[Contact], *, actor: Actor) -> None:
        contacts.delete_contacts(instances, actor=actor)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """The lists are written by the services, whole."""
        for formset in formsets:
            if isinstance(formset, AssociationFormSet):
                associations.set_accounts(form.instance, formset.entries(), actor=request.actor)
            else:
                wanted = [
                    f.cleaned_data
                    for f in formset.forms
                    if f.cleaned_data and not f.cleaned_data.get("DELETE")
                ]
                new = [methods.NewMethod(w["kind"], w["value"], w["label"], w["is_default"]) for w in wanted]
                methods.set_methods(form.instance, new, actor=request.actor)
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    @admin.action(description=phrase_lazy("Associate with an %(term_account)s…"), permissions=["change"])
    def associate_with_account(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        form = ChooseAccountForm(request.POST if "account" in request.POST else None)
        if not form.is_valid():
            title = phrase("Associate with which %(term_account)s?")
            return confirm(request, self, title, form, queryset)
        account, primary = form.cleaned_data["account"], form.cleaned_data["primary"]
        changed = associations.associate_many(queryset, account, actor=request.actor, primary=primary)
        self._say(request, len(changed))
        return None

    @admin.action(description=phrase_lazy("Disassociate from an %(term_account)s…"), permissions=["change"])
    def disassociate_from_account(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        form = ChooseAccountForm(request.POST if "account" in request.POST else None)
        del form.fields["primary"]
        if not form.is_valid():
            title = phrase("Disassociate from which %(term_account)s?")
            return confirm(request, self, title, form, queryset)
        changed = associations.disassociate_many(queryset, form.cleaned_data["account"], actor=request.actor)
        self._say(request, len(changed))
        return None

    def _say(self, request: HttpRequest, number: int) -> None:
        words = phrase_n("%(n)s %(term_contact)s changed.", "%(n)s %(term_contacts)s changed.", number)
        self.message_user(request, words, messages.SUCCESS)


@admin.register(Account)
class AccountAdmin(ServiceAdmin):
    """Accounts, with their domains and people."""

    list_display = ("name", "number", "type", "parent", "sharing", "created_at")
    list_filter = ("type", "sharing")
    list_select_related = ("parent",)
    search_fields = ("search", "number")
    autocomplete_fields = ("parent",)
    fields = (
        ("name", "number"),
        ("type", "parent"),
        "sharing",
        ("phone", "website"),
        "address",
        "notes",
        "custom_fields",
        "external_id",
    )
    inlines = (DomainsInline, PeopleInline)
    actions = ("associate_contact", "disassociate_contact")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return queryset.matching(search_term), False

    def create(self, fields: dict[str, Any], *, actor: Actor) -> Account:
        return accounts.create_account(fields, actor=actor)

    def change(self, instance: Account, fields: dict[str, Any], *, actor: Actor) -> Account:
        return accounts.update_account(instance, whole_custom_fields(instance, fields), actor=actor)

    def remove(self, instances: list[Account], *, actor: Actor) -> None:
        for account in instances:
            accounts.delete_account(account, actor=actor)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        for formset in formsets:
            if formset.model is AccountDomain:
                rows = [
                    f.cleaned_data
                    for f in formset.forms
                    if f.cleaned_data and not f.cleaned_data.get("DELETE")
                ]
                accounts.update_account(
                    form.instance, {}, actor=request.actor, domains=[r["domain"] for r in rows]
                )
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    @admin.action(description=phrase_lazy("Associate a %(term_contact)s…"), permissions=["change"])
    def associate_contact(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return self._with_contact(
            request, queryset, associations.associate_many, phrase("Associate which %(term_contact)s?")
        )

    @admin.action(description=phrase_lazy("Disassociate a %(term_contact)s…"), permissions=["change"])
    def disassociate_contact(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        title = phrase("Disassociate which %(term_contact)s?")
        return self._with_contact(request, queryset, associations.disassociate_many, title)

    def _with_contact(
        self, request: HttpRequest, queryset: QuerySet, verb: Any, title: str
    ) -> HttpResponse | None:
        form = ChooseContactsForm(request.POST if "contact" in request.POST else None)
        if not form.is_valid():
            return confirm(request, self, title, form, queryset)
        with transaction.atomic():
            for account in queryset:
                verb([form.cleaned_data["contact"]], account, actor=request.actor)
        number = queryset.count()
        words = phrase_n("%(n)s %(term_account)s changed.", "%(n)s %(term_accounts)s changed.", number)
        self.message_user(request, words, messages.SUCCESS)
        return None


@admin.register(AccountRelationship)
class AccountRelationshipAdmin(ServiceAdmin):
    list_display = ("from_account", "type", "to_account", "created_at")
    list_select_related = ("from_account", "type", "to_account")
    autocomplete_fields = ("from_account", "to_account")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, fields: dict[str, Any], *, actor: Actor) -> AccountRelationship:
        return links.link_accounts(fields["from_account"], fields["to_account"], fields["type"], actor=actor)

    def remove(self, instances: list[AccountRelationship], *, actor: Actor) -> None:
        for link in instances:
            links.unlink_accounts(link, actor=actor)


@admin.register(ContactRelationship)
class ContactRelationshipAdmin(ServiceAdmin):
    list_display = ("contact", "responsibility", "account", "is_eligible", "created_at")
    list_filter = ("is_eligible", "responsibility")
    list_select_related = ("contact", "responsibility", "account")
    autocomplete_fields = ("account", "contact")
    fields = ("account", "contact", "responsibility")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, fields: dict[str, Any], *, actor: Actor) -> ContactRelationship:
        return links.create_contact_relationship(
            fields["account"], fields["contact"], fields["responsibility"], actor=actor
        )

    def remove(self, instances: list[ContactRelationship], *, actor: Actor) -> None:
        links.delete_contact_relationships(instances, actor=actor)


class DefinitionAdmin(admin.ModelAdmin):
    """Small tables that an administrator defines."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record("definition.changed", subject=obj, actor=request.actor, name=str(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record("definition.deleted", subject=obj, actor=request.actor, name=str(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for row in queryset:
            self.delete_model(request, row)


@admin.register(AccountRelationshipType)
class AccountRelationshipTypeAdmin(DefinitionAdmin):
    list_display = ("name", "reverse_name")


@admin.register(Responsibility)
class ResponsibilityAdmin(DefinitionAdmin):
    list_display = ("name", "type", "role")
    list_filter = ("type", "role")
