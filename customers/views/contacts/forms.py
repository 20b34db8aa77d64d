"""The forms of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from customers.errors.records import ChangedMeanwhile
from customers.forms.accounts_field import AccountsField
from customers.forms.agreement import AgreementMixin, ServiceForm
from customers.forms.custom_fields import CustomFieldsMixin
from customers.models import Contact, ContactMethod, CustomField
from customers.services.associations import set_accounts
from customers.services.contacts.changes import create_contact, update_contact
from customers.services.methods.changes import add_method
from customers.services.methods.values import NewMethod
from customers.services.tags import divided, set_tags, too_long
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.text import line
from helpdesk.core.text.form_fields import LineField, ProseField
from helpdesk.core.time_zones import TimeZoneField
from helpdesk.core.web.keys import is_key
from helpdesk.core.words import phrase

if TYPE_CHECKING:
    pass

Kind = ContactMethod.Kind
TYPED_TAGS = "tags_text"
DETAILS = ("first_name", "last_name", "reference", "language", "time_zone", "notes", "external_id")


class VersionedForm(ServiceForm):
    """Carries the version of the record it was opened on, so that it does not undo what somebody else saved."""

    data: MultiValueDict[str, Any]
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_version(self) -> int:
        """-1, the version of nothing, when the form came without one."""
        text: str = self.cleaned_data["version"]
        return int(text) if is_key(text) else -1

    def refuse(self, error: DomainError) -> None:
        """Who was told what the others changed may save over it."""
        super().refuse(error)
        if isinstance(error, ChangedMeanwhile):
            self.data = self.data.copy()
            self.data["version"] = str(error.version)


class ContactForm(AgreementMixin, CustomFieldsMixin, VersionedForm):
    """A contact's own fields, with those the desk added."""

    custom_module = CustomField.Module.CONTACT

    first_name = LineField(
        label=_("First name"),
        max_length=100,
        required=False,
        help_text=_("Enter a first name or a last name."),
    )
    last_name = LineField(label=_("Last name"), max_length=100, required=False)
    reference = LineField(
        label=_("Reference number"), max_length=40, required=False, help_text=_("Left empty, one is given.")
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser")), *settings.LANGUAGES]
    )
    time_zone = TimeZoneField(label=_("Time zone"), nothing=lambda: _("As the desk"))
    tags = LineField(label=_("Tags"), required=False)
    external_id = LineField(label=_("External id"), max_length=100, required=False)
    notes = ProseField(
        label=_("Notes"), max_length=10000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    @property
    def chosen_tags(self) -> list[str]:
        """The tokens; what was typed and not chosen, without scripts, is one too."""
        if not self.is_bound:
            return list(self.initial.get("tags", ()))
        posted = self.data.getlist("tags") if isinstance(self.data, QueryDict) else []
        return divided(",".join([*posted, self.data.get(TYPED_TAGS, "")]))

    def clean_tags(self) -> list[str] | None:
        """None when the form came without them: then they stay as they are."""
        if TYPED_TAGS not in self.data:
            return None
        if sentence := too_long(self.chosen_tags):
            raise forms.ValidationError(sentence)
        return self.chosen_tags

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        named = cleaned.get("first_name") or cleaned.get("last_name")
        if not named and not {"first_name", "last_name"} & set(self.errors):
            self.add_error("first_name", _("Enter a first name or a last name."))
        return cleaned

    def details(self) -> dict[str, Any]:
        """The contact's own fields, for the services."""
        own = {name: self.cleaned_data[name] for name in DETAILS}
        return own | {"custom_fields": self.custom_values()}

    def refuses(self, accounts: AccountsField) -> bool:
        """Whether the list must not be saved: it arrived only in part, or a new name in it is too long."""
        if accounts.lost:
            self.add_error(
                None, phrase("The list of %(term_accounts)s did not arrive whole. Check it and save again.")
            )
        for name in accounts.names_too_long():
            sentence = phrase(
                "“%(name)s…” is too long for the name of a %(term_account)s: 200 characters at most.",
                name=name[:40],
            )
            self.add_error(None, sentence)
        return bool(self.errors)

    def update(self, contact: Contact, accounts: AccountsField, *, actor: Actor) -> Contact:
        """Save a contact and its list; both or neither. Raises `DomainError`."""
        with transaction.atomic():
            version = self.cleaned_data["version"]
            contact = update_contact(contact, self.details(), actor=actor, expected_version=version)
            set_accounts(contact, accounts.entries(actor=actor), actor=actor, agreed=self.agreed)
            self._save_tags(contact, actor=actor)
        return contact

    def _save_tags(self, contact: Contact, *, actor: Actor) -> None:
        if (tags := self.cleaned_data["tags"]) is not None:
            set_tags({contact.pk: tags}, actor=actor)


class NewContactForm(ContactForm):
    """A contact and the first ways to reach them."""

    email = forms.CharField(
        label=_("Email"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = LineField(label=_("Phone"), max_length=60, required=False)
    mobile = LineField(label=_("Mobile"), max_length=60, required=False)

    def refuse(self, error: DomainError) -> None:
        """What is wrong with a method belongs to the field where it was typed."""
        if error.field == "methods":
            value = getattr(error, "value", "")
            phones = [
                name
                for name in ("phone", "mobile")
                if value and line(self.cleaned_data.get(name, "")) == value
            ]
            error.field = phones[0] if phones else "email"
        super().refuse(error)

    def create(self, accounts: AccountsField, *, actor: Actor) -> Contact:
        """Create the contact, its methods and its list; all or nothing. Raises `DomainError`."""
        values = self.cleaned_data
        kinds = [(Kind.EMAIL, "email"), (Kind.PHONE, "phone"), (Kind.MOBILE, "mobile")]
        methods = [NewMethod(kind, values[name]) for kind, name in kinds if values[name]]
        with transaction.atomic():
            entries = accounts.entries(actor=actor)
            contact = create_contact(
                self.details(), actor=actor, accounts=entries, methods=methods, agreed=self.agreed
            )
            self._save_tags(contact, actor=actor)
        return contact


class MethodForm(forms.Form):
    """One way to reach a contact."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    value = forms.CharField(
        label=_("Value"), max_length=300
    )  # as it was typed: the service reads it by its kind
    label = LineField(label=_("Label"), max_length=40, required=False)

    def add_to(self, contact: Contact, *, actor: Actor) -> ContactMethod:
        """Add it. Raises `DomainError`, also for what the form itself finds."""
        if not self.is_valid():
            raise DomainError(" ".join(str(sentence) for found in self.errors.values() for sentence in found))
        values = self.cleaned_data
        return add_method(contact, values["kind"], values["value"], actor=actor, label=values["label"])
