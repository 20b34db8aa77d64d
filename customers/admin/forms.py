"""The forms of the Django admin for customers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Association, Contact
from customers.services.associations import Entry
from customers.services.methods.values import NewMethod
from helpdesk.core.errors import AgreementNeeded
from helpdesk.core.models import User


class ServiceFormSet(forms.BaseInlineFormSet):
    """Rows that are validated here and written by the services."""

    def validate_unique(self) -> None:
        """Left to the services, which see the whole list."""

    def kept(self) -> list[dict[str, Any]]:
        """The rows that stay, as cleaned data."""
        return [form.cleaned_data for form in self.kept_forms()]

    def kept_forms(self) -> list[forms.ModelForm]:
        """The rows that stay."""
        filled = [form for form in self.forms if getattr(form, "cleaned_data", None)]
        return [form for form in filled if not form.cleaned_data.get("DELETE")]


class MethodFormSet(ServiceFormSet):
    """The ways to reach a contact."""

    def wanted(self) -> list[NewMethod]:
        """The list for the services; a value that was changed in its row takes the place of the old one."""
        return [_method(form) for form in self.kept_forms()]


def _method(form: forms.ModelForm) -> NewMethod:
    row, before = form.cleaned_data, form.initial
    corrects = before.get("value", "") if before.get("kind") == row["kind"] else ""
    return NewMethod(row["kind"], row["value"], row["label"], row["is_default"], corrects=corrects)


class AssociationFormSet(ServiceFormSet):
    """The ordered list of a contact, or the people of an account."""

    def entries(self) -> list[Entry]:
        """The list of a contact in the order of the positions given; rows without a position come last."""
        rows = [row for row in self.kept() if row.get("account")]
        rows.sort(key=lambda row: row.get("position") or 99)
        return [Entry(row["account"].pk, row["job_title"], row["role"], row["sharing"]) for row in rows]


class AssociationForm(forms.ModelForm):
    """One place in the list."""

    class Meta:
        model = Association
        fields = ("account", "contact", "position", "job_title", "role", "sharing")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].help_text = _("1 is the primary.")

    def _get_validation_exclusions(self) -> set[str]:
        excluded = super()._get_validation_exclusions()  # type: ignore[misc]  # not in the stubs
        return set(excluded) | {"position", "created_at", "contact", "account"}

    def validate_constraints(self) -> None:
        """Positions change places while a list is reordered; the service checks the list as a whole."""


class ChooseForm(forms.Form):
    """`asked` is what there is to be agreed to, once the other side is chosen."""

    asked: AgreementNeeded | None = None


class ChooseAccountForm(ChooseForm):
    """The page between an action on contacts and its doing."""

    account = forms.ModelChoiceField(
        Account.objects.all(),
        widget=AutocompleteSelect(Association._meta.get_field("account"), admin.site),
    )
    primary = forms.BooleanField(label=_("Make it the primary one"), required=False)


class ChooseUserForm(forms.Form):
    """Who of the desk a contact is."""

    user = forms.ModelChoiceField(
        User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
    )


class ChooseContactsForm(ChooseForm):
    """The page between an action on an account and its doing."""

    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        widget=AutocompleteSelect(Association._meta.get_field("contact"), admin.site),
    )
