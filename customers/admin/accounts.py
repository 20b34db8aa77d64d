"""Accounts in the Django admin, with their domains and people."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from customers.admin.choosing import confirm
from customers.admin.contacts import OF_ACCOUNT
from customers.admin.custom_fields import whole_custom_fields
from customers.admin.forms import ChooseContactsForm, ServiceFormSet
from customers.exports.admin import ExportAdmin
from customers.imports.admin import ImportAdmin
from customers.models import (
    Account,
    AccountDomain,
    Association,
)
from customers.querysets import AccountQuerySet
from customers.resources import EXPORT_PERMISSION, AccountResource
from customers.services import associations
from customers.services.accounts import changes as accounts
from customers.services.accounts import deletion as account_deletion
from customers.services.exposure import Watch, WidensSight
from helpdesk.core.actors import Actor
from helpdesk.core.admin.base import ServiceAdmin, now_there
from helpdesk.core.web.requests import actor_of
from helpdesk.core.words import phrase, phrase_lazy, phrase_n

FIRST_PEOPLE = 25


class FirstPeople(BaseInlineFormSet):
    """The first of them by name: an account may have more people than a form can carry."""

    def get_queryset(self) -> QuerySet:
        if not hasattr(self, "_first"):
            self._first = super().get_queryset()[:FIRST_PEOPLE]
        return self._first


class PeopleInline(admin.TabularInline):
    """An account's first people; the rest are found under contacts, filtered by the account."""

    model = Association
    formset = FirstPeople
    fields = ("contact", "position", "job_title", "role", "sharing")
    readonly_fields = fields
    can_delete = False
    extra = 0
    max_num = 0
    verbose_name_plural = phrase_lazy("first people of this %(term_account)s")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("contact", "account").order_by("contact__search")


class DomainsInline(admin.TabularInline):
    """An account's e-mail domains."""

    model = AccountDomain
    formset = ServiceFormSet
    extra = 1


@admin.register(Account)
class AccountAdmin(ImportAdmin, ExportAdmin, ServiceAdmin):
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
        "everybody",
    )
    readonly_fields = ("everybody",)
    inlines = (DomainsInline, PeopleInline)
    actions = ("associate_contact", "disassociate_contact")
    resource_classes = (AccountResource,)
    export_kind, export_permission = "accounts", EXPORT_PERMISSION

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return cast(AccountQuerySet, queryset).matching(search_term), False

    @admin.display(description=phrase_lazy("people of this %(term_account)s"))
    def everybody(self, account: Account) -> str:
        """Where all of them are found, and how many there are."""
        if account.pk is None:
            return self.get_empty_value_display()
        number = account.associations.count()
        words = phrase_n("%(n)s %(term_contact)s", "%(n)s %(term_contacts)s", number)
        address = reverse("admin:customers_contact_changelist")
        return format_html('<a href="{}?{}={}">{}</a>', address, OF_ACCOUNT, account.pk, words)

    def remove(self, instances: list[Account], *, actor: Actor) -> None:
        account_deletion.delete_accounts(instances, actor=actor)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """An account is saved together with its domains (`save_related`)."""

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        actor, agreed = actor_of(request), request.POST.get("agreed", "")
        rows = next(formset for formset in formsets if formset.model is AccountDomain).kept()
        domains = [row["domain"] for row in rows]
        account = form.instance
        if change:
            fields = whole_custom_fields(account, self.changed_fields(form))
            accounts.update_account(account, fields, actor=actor, domains=domains, agreed=agreed)
            account.refresh_from_db()
        else:
            now_there(account, accounts.create_account({**form.cleaned_data}, actor=actor, domains=domains))
        for formset in formsets:
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
        contact, actor, agreed = (
            form.cleaned_data["contact"],
            actor_of(request),
            request.POST.get("agreed", ""),
        )
        try:
            with transaction.atomic():
                watch = Watch.of_people([contact.pk])
                for account in queryset:
                    verb([contact], account, actor=actor)
                watch.gained(agreed=agreed, actor=actor)
        except WidensSight as asked:
            form.asked = asked
            return confirm(request, self, title, form, queryset)
        number = queryset.count()
        words = phrase_n("%(n)s %(term_account)s changed.", "%(n)s %(term_accounts)s changed.", number)
        self.message_user(request, words, messages.SUCCESS)
        return None
