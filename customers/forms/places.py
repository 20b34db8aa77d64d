"""What one person may do at one account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.agreement import AgreementMixin
from customers.models import Account, Contact, Sharing
from customers.services.associations import change_sharing
from helpdesk.core.actors import Actor


class SharingForm(AgreementMixin):
    """The lower of this and what the account says counts."""

    sharing = forms.ChoiceField(
        label=_("May do with the others’"),
        choices=[("", _("As the others")), *Sharing.choices],
        required=False,
        widget=forms.RadioSelect,
    )

    def save(self, contact: Contact, account: Account, *, actor: Actor) -> None:
        """Raises `DomainError`."""
        level = self.cleaned_data["sharing"]
        change_sharing(contact, account, level, actor=actor, agreed=self.agreed)
