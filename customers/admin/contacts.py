"""Contacts in the Django admin, with their methods and their ordered accounts."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from customers.admin.choosing import confirm
from customers.admin.custom_fields import whole_custom_fields
from customers.admin.forms import (
    AssociationForm,
    AssociationFormSet,
    ChooseAccountForm,
    ChooseUserForm,
    MethodFormSet,
)
from customers.administration import access
from customers.exports.admin import ExportAdmin
from customers.imports.admin import ImportAdmin
from customers.models import (
    Association,
    Contact,
    ContactMethod,
)
from customers.querysets import ContactQuerySet
from customers.resources import EXPORT_PERMISSION, ContactResource
from customers.services import associations
from customers.services.contacts import changes as contacts
from customers.services.contacts import deletion as contact_deletion
from customers.services.exposure import Watch, WidensSight
from customers.services.methods import changes as methods
from helpdesk.core.actors import Actor
from helpdesk.core.admin.base import ServiceAdmin, now_there
from helpdesk.core.web.requests import actor_of
from helpdesk.core.words import phrase, phrase_lazy, phrase_n

OF_ACCOUNT = "associations__account__id__exact"
"""Narrows the list of contacts to the people of an account, whatever its place in their lists."""


class AccountsInline(admin.TabularInline):
    """A contact's ordered list."""

    model = Association
    form = AssociationForm
    formset = AssociationFormSet
    fields = ("position", "account", "job_title", "role", "sharing")
    autocomplete_fields = ("account",)
    extra = 1

    def get_max_num(self, request: HttpRequest, obj: Contact | None = None, **kwargs: Any) -> int:
        """As many as the desk allows; the form shows more where there are more."""
        return associations.account_limit()


class MethodsInline(admin.TabularInline):
    """A contact's methods."""

    model = ContactMethod
    formset = MethodFormSet
    fields = ("kind", "value", "label", "is_default")
    extra = 1


@admin.register(Contact)
class ContactAdmin(ImportAdmin, ExportAdmin, ServiceAdmin):
    """Contacts, with their methods and their ordered accounts."""

    list_display = ("name", "reference", "primary", "email", "is_active", "created_at")
    list_filter = ("is_active", "language", "associations__role", "tags")
    search_fields = ("search",)
    fields = (
        ("first_name", "last_name"),
        ("reference", "external_id"),
        ("language", "time_zone"),
        "notes",
        "custom_fields",
        "is_active",
        "tag_names",
    )
    readonly_fields = ("tag_names",)
    inlines = (AccountsInline, MethodsInline)
    actions = ("associate_with_account", "disassociate_from_account", "link_to_desk", "unlink_from_desk")
    resource_classes = (ContactResource,)
    export_kind, export_permission = "contacts", EXPORT_PERMISSION

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return cast(ContactQuerySet, super().get_queryset(request)).with_accounts().with_methods()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == OF_ACCOUNT or super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return cast(ContactQuerySet, queryset).matching(search_term), False

    @admin.display(description=phrase_lazy("primary %(term_account)s"))
    def primary(self, contact: Contact) -> str:
        rest = len(contact.ordered_associations) - 1
        return f"{contact.primary_account or ''}{f' +{rest}' if rest > 0 else ''}"

    @admin.display(description=_("email"))
    def email(self, contact: Contact) -> str:
        return contact.default_email

    @admin.display(description=_("tags"))
    def tag_names(self, contact: Contact) -> str:
        return ", ".join(tag.name for tag in contact.tags.all())

    def change(self, instance: Contact, fields: dict[str, Any], *, actor: Actor, agreed: str) -> Contact:
        return contacts.update_contact(instance, whole_custom_fields(instance, fields), actor=actor)

    def remove(self, instances: list[Contact], *, actor: Actor) -> None:
        contact_deletion.delete_contacts(instances, actor=actor)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new contact is made together with its lists (`save_related`). One question for all of a form: letting
        somebody in again and the list of accounts open one thing."""
        if change:
            request.sight = Watch.of_people([obj.pk])  # type: ignore[attr-defined]
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """The lists are written by the services, whole."""
        agreed, actor = request.POST.get("agreed", ""), actor_of(request)
        lists = {formset.model: formset for formset in formsets}
        entries, wanted = lists[Association].entries(), lists[ContactMethod].wanted()
        if change:
            associations.set_accounts(form.instance, entries, actor=actor)
            methods.set_methods(form.instance, wanted, actor=actor)
            request.sight.gained(agreed=agreed, actor=actor)  # type: ignore[attr-defined]
        else:
            fields = {**form.cleaned_data}
            created = contacts.create_contact(
                fields, actor=actor, accounts=entries, methods=wanted, agreed=agreed
            )
            now_there(form.instance, created)
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    @admin.action(description=phrase_lazy("Associate with an %(term_account)s…"), permissions=["change"])
    def associate_with_account(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        form = ChooseAccountForm(request.POST if "account" in request.POST else None)
        if not form.is_valid():
            title = phrase("Associate with which %(term_account)s?")
            return confirm(request, self, title, form, queryset)
        account, primary = form.cleaned_data["account"], form.cleaned_data["primary"]
        agreed = request.POST.get("agreed", "")
        try:
            changed = associations.associate_many(
                queryset, account, actor=actor_of(request), primary=primary, agreed=agreed
            )
        except WidensSight as asked:
            form.asked = asked
            title = phrase("Associate with which %(term_account)s?")
            return confirm(request, self, title, form, queryset)
        self._say(request, len(changed))
        return None

    @admin.action(description=phrase_lazy("Disassociate from an %(term_account)s…"), permissions=["change"])
    def disassociate_from_account(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        form = ChooseAccountForm(request.POST if "account" in request.POST else None)
        del form.fields["primary"]
        if not form.is_valid():
            title = phrase("Disassociate from which %(term_account)s?")
            return confirm(request, self, title, form, queryset)
        changed = associations.disassociate_many(
            queryset, form.cleaned_data["account"], actor=actor_of(request)
        )
        self._say(request, len(changed))
        return None

    def has_link_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).can("customers.link_contact_to_desk")

    @admin.action(description=_("Is somebody of the desk…"), permissions=["link"])
    def link_to_desk(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        form = ChooseUserForm(request.POST if "user" in request.POST else None)
        if not form.is_valid():
            title = phrase("Who of the desk is this %(term_contact)s? They read of it by letter.")
            return confirm(request, self, title, form, queryset)
        for contact in queryset:
            access.link_to_desk(contact, form.cleaned_data["user"], actor=actor_of(request))
        self._say(request, len(queryset))
        return None

    @admin.action(description=_("Is nobody of the desk"), permissions=["link"])
    def unlink_from_desk(self, request: HttpRequest, queryset: QuerySet) -> None:
        for contact in queryset:
            access.unlink_from_desk(contact, actor=actor_of(request))
        self._say(request, len(queryset))

    def _say(self, request: HttpRequest, number: int) -> None:
        words = phrase_n("%(n)s %(term_contact)s changed.", "%(n)s %(term_contacts)s changed.", number)
        self.message_user(request, words, messages.SUCCESS)
