"""Forms that may let more people see more: they say what it opens and ask once more before it is kept."""

from __future__ import annotations

from customers.forms.contacts import ServiceForm
from customers.services.exposure import Exposure, WidensSight
from helpdesk.core.errors import DomainError


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
