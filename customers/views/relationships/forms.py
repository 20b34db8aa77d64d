"""The forms of account relationships and contact relationships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.agreement import AgreementMixin
from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Contact,
    ContactRelationship,
    Responsibility,
)
from customers.services.relationships.links import Period, create_contact_relationship, link_accounts
from helpdesk.core.actors import Actor
from helpdesk.core.text import unique_form
from helpdesk.core.words import phrase, phrase_lazy

FORTH, BACK = "forth", "back"


def _day(label: Any, hint: Any) -> forms.DateField:
    field = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=field, help_text=hint)


class PeriodForm(AgreementMixin):
    """Something that holds from a day until a day."""

    starts_on = _day(_("From"), _("Empty: from now on."))
    ends_on = _day(_("Until"), _("The last day. Empty: without end."))

    def period(self) -> Period:
        return Period(self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])


def kinds() -> Iterator[tuple[str, str]]:
    """Both directions of every type, as they read from the account whose page it is."""
    yield "", "–"
    for kind in AccountRelationshipType.objects.all():
        yield f"{kind.pk}-{FORTH}", kind.name
        if kind.reverse_name != kind.name:
            yield f"{kind.pk}-{BACK}", kind.reverse_name


class LinkForm(PeriodForm):
    """An account is … another account."""

    kind = forms.ChoiceField(label=_("This one is"), choices=kinds)
    other = forms.ModelChoiceField(
        Account.objects.all(),
        label=phrase_lazy("The other %(term_account)s"),
        required=False,
        widget=forms.HiddenInput,
    )

    @property
    def other_value(self) -> str:
        return str(self["other"].value() or "")

    @property
    def other_display(self) -> str:
        """What was typed into the picker."""
        return str(self.data.get("other_text", ""))

    def clean(self) -> dict[str, Any]:
        """An account typed by name, without scripts, is found by it."""
        cleaned = super().clean() or {}
        typed = self.other_display.strip()
        chosen = cleaned.get("other")
        if typed and not (chosen and chosen.name_key == unique_form(typed)):
            cleaned["other"] = Account.objects.named([typed]).first()
        if cleaned.get("other") is None and "other" not in self.errors:
            self.add_error("other", phrase("Choose the other %(term_account)s from the list."))
        return cleaned

    def create(self, account: Account, *, actor: Actor) -> AccountRelationship:
        """Raises `DomainError`."""
        identifier, _sep, direction = self.cleaned_data["kind"].partition("-")
        kind = AccountRelationshipType.objects.get(pk=identifier)
        pair = (account, self.cleaned_data["other"])
        first, second = reversed(pair) if direction == BACK else pair
        return link_accounts(first, second, kind, actor=actor, period=self.period(), agreed=self.agreed)


class ActingForm(PeriodForm):
    """A contact gets a responsibility on an account."""

    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label=phrase_lazy("%(Term_contact)s"),
        error_messages={"required": phrase_lazy("Choose a %(term_contact)s.")},
    )
    responsibility = forms.ModelChoiceField(
        Responsibility.objects.filter(type=Responsibility.Type.CONTACT), label=_("Responsibility")
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        fields: dict[str, Any] = self.fields
        fields["contact"].queryset = Contact.objects.eligible_for(account)

    def create(self, *, actor: Actor) -> ContactRelationship:
        """Raises `DomainError`."""
        return create_contact_relationship(
            self.account,
            self.cleaned_data["contact"],
            self.cleaned_data["responsibility"],
            actor=actor,
            period=self.period(),
            agreed=self.agreed,
        )
