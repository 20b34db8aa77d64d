"""The forms of an account."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.agreement import AgreementMixin
from customers.forms.custom_fields import CustomFieldsMixin
from customers.models import Account, CustomField, Sharing
from customers.services.accounts.changes import update_account
from customers.views.contacts.forms import VersionedForm
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.text import unique_form
from helpdesk.core.text.form_fields import LineField, ProseField
from helpdesk.core.validation import InvalidFields
from helpdesk.core.words import phrase

DETAILS = (
    "name",
    "number",
    "type",
    "parent",
    "phone",
    "website",
    "address",
    "notes",
    "external_id",
    "sharing",
)


class AccountForm(AgreementMixin, CustomFieldsMixin, VersionedForm):
    """An account's own fields, with those the desk added, and its e-mail domains."""

    custom_module = CustomField.Module.ACCOUNT

    name = LineField(label=_("Name"), max_length=200)
    number = LineField(label=_("Number"), max_length=40, required=False)
    type = forms.ChoiceField(label=_("Type"), choices=Account.Type.choices)
    sharing = forms.ChoiceField(
        label=_("What its people may do with one another’s requests"),
        choices=Sharing.choices,
        initial=Sharing.REPLY,
    )
    parent = forms.ModelChoiceField(Account.objects.all(), required=False, widget=forms.HiddenInput)
    domains = ProseField(
        label=_("Email domains"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("One per line. New senders from these domains join by themselves."),
    )
    phone = LineField(label=_("Phone"), max_length=60, required=False)
    website = forms.URLField(label=_("Website"), max_length=300, required=False, assume_scheme="https")
    address = ProseField(
        label=_("Address"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    notes = ProseField(
        label=_("Notes"), max_length=10000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    external_id = LineField(label=_("External id"), max_length=100, required=False)

    @property
    def parent_value(self) -> str:
        """The chosen parent's id, for the picker."""
        return str(self["parent"].value() or "")

    @property
    def parent_display(self) -> str:
        """What the picker shows: what was typed, else the chosen parent's name."""
        if "parent_text" in self.data:
            return str(self.data["parent_text"])
        parent = self.initial.get("parent")
        return parent.name if parent else ""

    def clean(self) -> dict[str, Any]:
        """A parent typed by name, without scripts, is found by it."""
        cleaned = super().clean() or {}
        typed = self.data.get("parent_text", "").strip()
        chosen = cleaned.get("parent")
        if typed and not (chosen and chosen.name_key == unique_form(typed)):
            cleaned["parent"] = Account.objects.named([typed]).first()
            if cleaned["parent"] is None:
                sentence = phrase(
                    "There is no %(term_account)s named %(name)s. Choose one from the list.", name=typed
                )
                self.add_error("parent", sentence)
        elif not typed and "parent_text" in self.data:
            cleaned["parent"] = None
        return cleaned

    def refuse(self, error: DomainError) -> None:
        """What is wrong with one domain belongs to the field of all of them."""
        if isinstance(error, InvalidFields) and "domain" in error.errors:
            error.errors["domains"] = error.errors.pop("domain")
        super().refuse(error)

    def details(self) -> dict[str, Any]:
        """The account's own fields, for the services."""
        own = {name: self.cleaned_data[name] for name in DETAILS}
        return own | {"custom_fields": self.custom_values()}

    def update(self, account: Account, *, actor: Actor) -> Account:
        """Save an account and its domains. Raises `DomainError`."""
        version = self.cleaned_data["version"]
        return update_account(
            account,
            self.details(),
            actor=actor,
            domains=self.domain_list(),
            expected_version=version,
            agreed=self.agreed,
        )

    def domain_list(self) -> list[str]:
        """The domains, one each."""
        return [part for part in re.split(r"[\s,;]+", self.cleaned_data["domains"]) if part]


class ConfirmNameForm(forms.Form):
    """Asks to type the name of what is about to be deleted."""

    name = LineField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["name"].widget.attrs["data-confirm"] = expected
        self.fields["name"].label = phrase("Type %(name)s to confirm", name=expected)

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        if typed.casefold().split() != self.expected.casefold().split():
            raise forms.ValidationError(phrase("This is not the name. Type %(name)s.", name=self.expected))
        return typed
