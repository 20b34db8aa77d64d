"""Forms that a service saves. Where it may let more people see more, they say what it opens and ask once more before
it is kept."""

from __future__ import annotations

from typing import Any

from django import forms

from customers.services.exposure import Exposure, WidensSight
from helpdesk.core.errors import DomainError
from helpdesk.core.validation import InvalidFields
from helpdesk.core.web.requests import DeskRequest


class ServiceForm(forms.Form):
    """A form that a service saves: what the service refuses comes back beside the field it is about."""

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal; nothing that was typed is lost."""
        errors = error.errors if isinstance(error, InvalidFields) else {error.field or "": [error.message]}
        for name, sentences in errors.items():
            self.add_error(name if name in self.fields else None, sentences)


class AgreementMixin(ServiceForm):
    """`exposure` is what there is to be agreed to; the page shows it with `customers/_exposure.html`."""

    exposure: Exposure | None = None

    @property
    def agreed(self) -> str:
        """What was agreed to, for the services."""
        return str(self.data.get("agreed", ""))

    def refuse(self, error: DomainError) -> None:
        """Being asked is no error."""
        if isinstance(error, WidensSight):
            self.exposure = error.exposure
        else:
            super().refuse(error)


def agreed_in(request: DeskRequest) -> str:
    """What was agreed to on a page without such a form."""
    agreed: Any = request.POST.get("agreed", "")
    return str(agreed)
