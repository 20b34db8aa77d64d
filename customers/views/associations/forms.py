"""What one person may do at one account."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.administration.team import set_role
from customers.forms.agreement import AgreementMixin
from customers.models import Account, Association, Contact, Sharing
from customers.services.associations import change_sharing
from helpdesk.core.actors import Actor


class PlaceForm(AgreementMixin):
    """The role of one person at an account, and what they may do with the others' tickets: the lower of that and what
    the account says counts."""

    role = forms.ChoiceField(label=_("Role"), choices=Association.Role.choices, widget=forms.RadioSelect)
    sharing = forms.ChoiceField(
        label=_("May do with the others’"),
        choices=[("", _("As the others")), *Sharing.choices],
        required=False,
        widget=forms.RadioSelect,
    )

    def save(self, contact: Contact, account: Account, *, actor: Actor) -> None:
        """Raises `DomainError`."""
        data = self.cleaned_data
        with transaction.atomic():
            change_sharing(contact, account, data["sharing"], actor=actor, agreed=self.agreed)
            set_role(account, contact, data["role"], actor=actor)
