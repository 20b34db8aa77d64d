"""What the lists of contacts and accounts can be narrowed by. The same sets serve the screens and the API."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Association, Contact, Merge, MergedRecord, Tag
from helpdesk.core.web.keys import is_key
from helpdesk.core.words import term

_term = lazy(term, str)


def known_rows(rows: QuerySet[Any], asked: Collection[str]) -> dict[str, int]:
    """``{what was asked: its key}`` for whatever names one of these rows. Keys that no row can have (an address made up
    by hand) never reach the database; those of rows that were merged (an address kept for long) lead to what they
    were merged into."""
    keys = {text: int(text) for text in asked if is_key(text)}
    here = set(rows.filter(pk__in=keys.values()).values_list("pk", flat=True)) if keys else set()
    former = _survivors(rows, set(keys.values()) - here)
    return {
        text: key if key in here else former[key] for text, key in keys.items() if key in here | former.keys()
    }


def _survivors(rows: QuerySet[Any], gone: set[int]) -> dict[int, int]:
    """What these became a part of, where that is one of the rows. Of what is never merged nothing is left."""
    kind = str(rows.model._meta.model_name)
    if not gone or kind not in Merge.Kind.values:
        return {}
    merged = MergedRecord.objects.standing(kind).filter(former_id__in=gone)
    pairs = dict(merged.order_by("pk").values_list("former_id", f"merge__{kind}"))
    here = set(rows.filter(pk__in=pairs.values()).values_list("pk", flat=True))
    return {former: survivor for former, survivor in pairs.items() if survivor in here}


class OneOfFilter(django_filters.Filter):
    """Narrows to rows whose column holds one of the values.

    ``column IN (…)``, which an index answers. As django-filter has it, the values are joined by OR and every row is
    compared with every other (`DISTINCT`) before the first is handed out, though no row can come twice.
    """

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        keys = [getattr(item, "pk", item) for item in value or ()]
        return queryset.filter(**{f"{self.field_name}__in": keys}) if keys else queryset


class KnownRowsField(django_filters.fields.ModelMultipleChoiceField):
    """Rows by key; what names none is left out, and `lost` says that something did."""

    lost = False

    def clean(self, value: Any) -> Any:
        asked = {text for key in value or [] if (text := str(key).strip())}
        known = known_rows(self.queryset, asked)
        self.lost = len(known) < len(asked)
        return super().clean(sorted(set(known.values())))


class KnownRowsFilter(OneOfFilter, django_filters.ModelMultipleChoiceFilter):
    field_class = KnownRowsField


class KnownRowField(django_filters.fields.ModelChoiceField):
    """The same for one row."""

    lost = False

    def clean(self, value: Any) -> Any:
        asked = {text} if (text := str(value or "").strip()) else set()
        known = known_rows(self.queryset, asked)
        self.lost = len(known) < len(asked)
        return super().clean(next(iter(known.values()), None))


class KnownRowFilter(django_filters.ModelChoiceFilter):
    field_class = KnownRowField


class KnownChoicesField(django_filters.fields.MultipleChoiceField):
    """Some of a few values; what is none of them is left out."""

    lost = False

    def clean(self, value: Any) -> Any:
        asked = [text for text in value or [] if text]
        known = [text for text in asked if self.valid_value(text)]
        self.lost = len(known) < len(asked)
        return super().clean(known)


class KnownChoicesFilter(OneOfFilter, django_filters.MultipleChoiceFilter):
    field_class = KnownChoicesField


class LenientFilterSet(django_filters.FilterSet):
    """Narrows by what an address names and is there. What is gone, or never was, narrows nothing, and is said."""

    typed: tuple[str, ...] = ("q", "letter")
    """Words, which name nothing."""

    @property
    def lost_filters(self) -> list[str]:
        """The labels of the filters that name what is not there."""
        self.form.is_valid()
        return [
            str(self.filters[name].label)
            for name in self.filters
            if self._is_given(name) and self._is_lost(name)
        ]

    def _is_given(self, name: str) -> bool:
        values = self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name, "")]
        return name not in self.typed and any(str(value).strip() for value in values)

    def _is_lost(self, name: str) -> bool:
        return name in self.form.errors or getattr(self.form.fields[name], "lost", False)


ANY = _("Any")
ADDED_WITHIN = {"week": (_("Last 7 days"), 7), "month": (_("Last 30 days"), 30)}


def _added_filter() -> django_filters.ChoiceFilter:
    choices = [(code, label) for code, (label, _days) in ADDED_WITHIN.items()]
    return django_filters.ChoiceFilter(choices=choices, empty_label=ANY, method="by_added", label=_("Added"))


class AddedMixin:
    """Rows by when they were added to the desk."""

    def by_added(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        _label, days = ADDED_WITHIN[value]
        return queryset.filter(created_at__gte=timezone.now() - timedelta(days=days))


class ContactFilter(AddedMixin, LenientFilterSet):
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
    health = django_filters.ChoiceFilter(
        choices=[
            ("limit", _("At the limit")),
            ("phone", _("A phone that is no number")),
            ("bouncing", _("An address that bounces")),
        ],
        empty_label=ANY,
        method="by_health",
        label=_("Data health"),
    )
    active = django_filters.ChoiceFilter(
        choices=[("yes", _("Active")), ("no", _("Deactivated"))],
        empty_label=ANY,
        method="by_active",
        label=_("State"),
    )
    added = _added_filter()
    counted = False

    class Meta:
        model = Contact
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["account"].queryset = Account.objects.visible_to(self.request.actor)

    def by_words(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.matching(value, counted=self.counted)

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

    def by_health(self, queryset: Any, name: str, value: str) -> QuerySet:
        if value == "limit":
            return queryset.with_at_least(settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT)
        return queryset.with_unparsed_phone() if value == "phone" else queryset.bouncing()

    def by_active(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")


class AccountFilter(AddedMixin, LenientFilterSet):
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
        choices=[
            ("some", _("With people")),
            ("none", _("Without people")),
            ("unmanaged", _("With people, without customer administrator")),
        ],
        empty_label=ANY,
        method="by_people",
        label=_("People"),
    )
    added = _added_filter()

    class Meta:
        model = Account
        fields: list[str] = []

    def by_words(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.matching(value)

    def by_letter(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.letter(value)

    def by_level(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(parent__isnull=value == "top")

    def by_people(self, queryset: Any, name: str, value: str) -> QuerySet:
        if value == "unmanaged":
            return queryset.without_administrator()
        if value == "none":
            return queryset.without_people()
        return queryset.filter(Exists(Association.objects.filter(account=OuterRef("pk"))))
