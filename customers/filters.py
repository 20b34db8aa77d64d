"""What the lists of contacts and accounts can be narrowed by. The same sets serve the screens and the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Association, Contact, Tag
from helpdesk.core.keys import is_key
from helpdesk.core.words import term

_term = lazy(term, str)


class KnownRowsField(django_filters.fields.ModelMultipleChoiceField):
    """Rows by key; keys that no row can have (an address made up by hand) never reach the database."""

    def clean(self, value: Any) -> Any:
        usable = [key for key in value or [] if is_key(str(key))]
        return super().clean(usable)


class KnownRowsFilter(django_filters.ModelMultipleChoiceFilter):
    field_class = KnownRowsField


ANY = _("Any")


class ContactFilter(django_filters.FilterSet):
    """Filters of contacts. *Account is any of* looks at every position of the list."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"))
    letter = django_filters.CharFilter(method="by_letter", label=_("Letter"))
    account = KnownRowsFilter(
        queryset=Account.objects.none(),
        method="by_accounts",
        label=_term("account", plural=True, capital=True),
    )
    tag = KnownRowsFilter(queryset=Tag.objects.all(), method="by_tags", label=_("Tags"))
    role = django_filters.ChoiceFilter(
        choices=Association.Role.choices, empty_label=ANY, method="by_role", label=_("Role")
    )
    language = django_filters.ChoiceFilter(choices=settings.LANGUAGES, empty_label=ANY, label=_("Language"))
    membership = django_filters.ChoiceFilter(
        choices=[("none", _("Belongs nowhere")), ("several", _("Belongs to several"))],
        empty_label=ANY,
        method="by_membership",
        label=_("Membership"),
    )
    active = django_filters.ChoiceFilter(
        choices=[("yes", _("Active")), ("no", _("Deactivated"))],
        empty_label=ANY,
        method="by_active",
        label=_("State"),
    )

    class Meta:
        model = Contact
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["account"].queryset = Account.objects.visible_to(self.request.actor)

    def by_words(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.matching(value)

    def by_letter(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.letter(value)

    def by_accounts(self, queryset: Any, name: str, value: list[Account]) -> QuerySet:
        return queryset.in_any_account([account.pk for account in value]) if value else queryset

    def by_tags(self, queryset: Any, name: str, value: list[Tag]) -> QuerySet:
        return queryset.with_any_tag([tag.pk for tag in value]) if value else queryset

    def by_role(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.filter(Exists(Association.objects.filter(contact=OuterRef("pk"), role=value)))

    def by_membership(self, queryset: Any, name: str, value: str) -> QuerySet:
        if value == "none":
            return queryset.without_account()
        return queryset.with_account_count().filter(account_count__gt=1)

    def by_active(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")


class AccountFilter(django_filters.FilterSet):
    """Filters of accounts."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"))
    letter = django_filters.CharFilter(method="by_letter", label=_("Letter"))
    type = django_filters.ChoiceFilter(choices=Account.Type.choices, empty_label=ANY, label=_("Type"))
    level = django_filters.ChoiceFilter(
        choices=[("top", _("Top level")), ("below", _("Below another"))],
        empty_label=ANY,
        method="by_level",
        label=_("Level"),
    )
    people = django_filters.ChoiceFilter(
        choices=[("some", _("With people")), ("none", _("Without people"))],
        empty_label=ANY,
        method="by_people",
        label=_("People"),
    )

    class Meta:
        model = Account
        fields: list[str] = []

    def by_words(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.matching(value)

    def by_letter(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.letter(value)

    def by_level(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(parent__isnull=value == "top")

    def by_people(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        members = Exists(Association.objects.filter(account=OuterRef("pk")))
        return queryset.filter(members if value == "some" else ~members)
