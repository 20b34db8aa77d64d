"""What is asked before a contact goes: who takes over, what becomes of the rest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.erasing.contacts import Choices
from customers.forms.agreement import AgreementMixin
from customers.models import Contact, ContactMethod
from customers.querysets import ContactQuerySet
from customers.views.accounts.forms import ConfirmNameForm
from helpdesk.core.text import line
from helpdesk.core.text.addresses import address_key
from helpdesk.core.web.keys import key_in
from helpdesk.core.words import phrase, phrase_lazy


class HeirForm(AgreementMixin):
    """Names another contact: chosen in the picker, or typed (a reference, an address, a full name)."""

    to = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)
    to_text = forms.CharField(required=False, max_length=254, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: ContactQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = people

    @property
    def heir_value(self) -> str:
        return str(self.data.get("to", ""))

    @property
    def heir_display(self) -> str:
        return str(self.data.get("to_text", ""))

    def heir(self) -> Contact | None:
        """Whom the form names; an error on the field when it names nobody known."""
        chosen, typed = self.cleaned_data.get("to", ""), self.cleaned_data.get("to_text", "").strip()
        if not (chosen or typed):
            return None
        found = self._chosen(chosen) if chosen else self._typed(typed)
        if found is None:
            self.add_error("to", phrase("Choose a %(term_contact)s from the list."))
        return found

    def _chosen(self, number: str) -> Contact | None:
        return self._people.filter(pk=key_in(number)).first()

    def _typed(self, text: str) -> Contact | None:
        text = line(text)
        by_address = ContactMethod.objects.filter(kind=ContactMethod.Kind.EMAIL, value_key=address_key(text))
        known = Q(reference__iexact=text) | Q(name=text) | Q(pk__in=by_address.values("contact"))
        found = list(self._people.filter(known)[:2])
        return found[0] if len(found) == 1 else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["heir"] = self.heir()
        return cleaned


class DeleteContactForm(HeirForm):
    """What becomes of the records that depend on a contact; asked only when there are any."""

    REASSIGN, DELETE = "reassign", "delete"
    rest = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (REASSIGN, phrase_lazy("Move them to another %(term_contact)s")),
            (DELETE, _("Delete them, with everything that was said and attached")),
        ],
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = self.fields["rest"]
        rest.required = needed
        rest.error_messages["required"] = phrase("Say what becomes of the %(term_tickets)s.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rest = cleaned.get("rest")
        if rest == self.REASSIGN and cleaned["heir"] is None and "to" not in self.errors:
            self.add_error("to", phrase("Choose the %(term_contact)s who gets them."))
        return cleaned

    def choice(self) -> dict[str, Any]:
        """For `delete_contacts`."""
        rest = self.cleaned_data["rest"]
        if rest == self.REASSIGN:
            return {"reassign_to": self.cleaned_data["heir"]}
        return {"delete_dependents": rest == self.DELETE}


class LeaverForm(HeirForm):
    """Who takes over: a colleague, or nobody, which has to be said."""

    COLLEAGUE, NOBODY = "colleague", "nobody"
    who = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[(COLLEAGUE, _("A colleague")), (NOBODY, _("Nobody"))],
        error_messages={"required": _("Say who takes over.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("who") == self.COLLEAGUE and cleaned["heir"] is None and "to" not in self.errors:
            self.add_error("to", _("Choose the colleague who takes over."))
        return cleaned

    def colleague(self) -> Contact | None:
        """For `see_off`."""
        colleague: Contact | None = self.cleaned_data["heir"]
        return colleague if self.cleaned_data["who"] == self.COLLEAGUE else None


class EraseForm(ConfirmNameForm):
    """Asks for the contact's reference, and what goes as well."""

    messages = forms.BooleanField(required=False)
    attachments = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["messages"].label = phrase(
            "Also blank the subjects and messages of their %(term_tickets)s, whoever wrote them"
        )
        self.fields["attachments"].label = phrase("Also delete the files attached there")

    def choices(self) -> Choices:
        """For `erase_contact`."""
        return Choices(self.cleaned_data["messages"], self.cleaned_data["attachments"])
