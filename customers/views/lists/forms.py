"""What is asked when a list is kept: its name, who sees it, and whether it opens by itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import policies
from customers.models import SavedView
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.text.form_fields import LineField
from helpdesk.core.validation import InvalidFields


class SavedViewForm(forms.Form):
    """`audience` is asked only of those who may share; the others keep what the view has."""

    name = LineField(
        max_length=60,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    audience = forms.ChoiceField(
        choices=SavedView.Audience.choices, label=_("Who sees it"), widget=forms.RadioSelect
    )
    default = forms.BooleanField(required=False, label=_("Make it my default view"))

    def __init__(self, *args: Any, actor: Actor, view: SavedView | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].initial = view.audience if view else SavedView.Audience.OWNER
        if view:
            self.fields["name"].initial = view.name
        if view and view.owner_id != (actor.user and actor.user.pk):
            del self.fields["default"]
        if not (policies.may_share_views(actor) or (view and view.is_shared)):
            del self.fields["audience"]

    @property
    def details(self) -> dict[str, str]:
        """For the service."""
        return {name: value for name, value in self.cleaned_data.items() if name in ("name", "audience")}

    def refuse(self, error: DomainError) -> None:
        """Put a refusal where it belongs."""
        errors = error.errors if isinstance(error, InvalidFields) else {error.field or "": [error.message]}
        for name, sentences in errors.items():
            for sentence in sentences:
                # The one constraint over several columns is about the name.
                self.add_error(name if name in self.fields else "name", sentence)
