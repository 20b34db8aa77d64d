"""What customer administrators fill in. The rules are in `customers.services`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from customers.administration.administrators import Powers
from customers.exports.forms import FORMATS
from customers.models import Account, Association, Contact, Sharing
from customers.sharing import LEVELS
from helpdesk.core.text.address_fields import AddressFormField
from helpdesk.core.text.form_fields import LineField, ProseField
from helpdesk.core.words import phrase, phrase_lazy
from helpdesk.spreadsheets.writers import XLSX
from portal.forms import Choice, DomainErrorMixin

PASTED_LENGTH = 8000


class InviteForm(DomainErrorMixin, forms.Form):
    """One address or many, and the role they are offered."""

    addresses: forms.Field = ProseField(
        label=_("Email addresses"),
        max_length=PASTED_LENGTH,
        widget=forms.Textarea({"rows": 3, "placeholder": "name@company.com", "spellcheck": "false"}),
        help_text=_("One or several: a comma or a new line between them, names are fine."),
        error_messages={"required": _("Enter at least one email address.")},
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=Association.Role.choices, initial=Association.Role.CUSTOMER
    )


class InviteOneForm(InviteForm):
    """The short way, beside the list of people."""

    addresses = AddressFormField(
        label=_("Invite someone by email"),
        max_length=254,
        widget=forms.EmailInput({"placeholder": "name@company.com"}),
    )


class VersionMixin(forms.Form):
    """Remembers what the record was when its form was opened."""

    data: MultiValueDict[str, Any]
    version = forms.CharField(widget=forms.HiddenInput, max_length=8)

    def renew(self, version: str) -> None:
        """Saving again keeps what was typed."""
        self.data = self.data.copy()
        self.data["version"] = version


class PersonForm(DomainErrorMixin, VersionMixin):
    """A person of the account: names where they are the reader's to give, job title and level."""

    use_required_attribute = False
    first_name = LineField(label=_("First name"), max_length=100, required=False)
    last_name = LineField(label=_("Last name"), max_length=100, required=False)
    job_title = LineField(label=_("Job title"), max_length=120, required=False)
    sharing = Choice(label=phrase_lazy("What they may do with the %(term_tickets)s of others"))

    def __init__(self, *args: Any, powers: Powers, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not powers.names:
            del self.fields["first_name"], self.fields["last_name"]
        words = {"": phrase("As the %(term_account)s says: %(level)s", level=account.get_sharing_display())}
        words |= {value: str(label) for value, label in Sharing.choices}
        fields: dict[str, Any] = self.fields
        fields["sharing"].choices = [(level, words[level]) for level in powers.levels]

    def given(self) -> dict[str, str]:
        """For `change_person`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ColleagueField(forms.ModelChoiceField):
    """One of the people who may take over."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Contact.objects.none(),
            empty_label=_("Choose a person"),
            **kwargs,
        )
        self.error_messages["invalid_choice"] = _("Choose one of the list.")

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class GoingForm(DomainErrorMixin, forms.Form):
    """Asked before somebody loses something. `people`: who may take over; `needs_successor`: the last administrator
    goes; `hands_over`: there is work for a colleague."""

    use_required_attribute = False
    colleague = ColleagueField(label=_("Who takes over the open work"), required=False)
    successor = ColleagueField(
        label=_("Who becomes administrator"),
        error_messages={"required": _("Choose who becomes administrator.")},
    )

    def __init__(
        self, *args: Any, people: Any, needs_successor: bool, hands_over: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, wanted in (("successor", needs_successor), ("colleague", hands_over)):
            if wanted:
                fields[name].queryset = people
            else:
                del fields[name]

    def given(self) -> dict[str, Contact | None]:
        """For the services that take somebody's place away."""
        return dict(self.cleaned_data)


class DetailsForm(DomainErrorMixin, VersionMixin):
    """What customers say of their account themselves."""

    use_required_attribute = False
    phone = LineField(label=_("Phone"), max_length=60, required=False)
    website = forms.URLField(label=_("Website"), max_length=300, required=False, assume_scheme="https")
    address = ProseField(
        label=_("Address"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    sharing = forms.ChoiceField(
        label=phrase_lazy("What people may do with the %(term_tickets)s of others"),
        choices=Sharing.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, account: Account, highest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sharing"].choices = [
            (value, label)
            for value, label in Sharing.choices
            if LEVELS[value] <= LEVELS[highest] or value == account.sharing
        ]

    def given(self) -> dict[str, str]:
        """For `update_account`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ExportForm(forms.Form):
    """The kind of file."""

    format = forms.ChoiceField(
        label=_("Kind of file"), choices=FORMATS, initial=XLSX, widget=forms.RadioSelect
    )
