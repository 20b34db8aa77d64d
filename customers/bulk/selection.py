"""Which contacts somebody means: those ticked in the list, or all that its search and filters match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from customers.lists.filters import ContactFilter
from customers.models import Contact
from customers.querysets import ContactQuerySet
from helpdesk.core.web.requests import DeskRequest
from helpdesk.exports.listed import Listed

TICK = "contact"


@dataclass(frozen=True)
class Selection:
    """`query` is the list's own. Nothing ticked in a form means nobody, never everybody."""

    query: QueryDict
    numbers: list[int]
    is_everything: bool

    @classmethod
    def asked(cls, request: DeskRequest) -> Selection:
        """From a form with the list's query, its boxes and ``all``; an address means everything it lists."""
        listed = Listed.asked(request, TICK)
        is_everything = request.method != "POST" or bool(request.POST.get("all"))
        return cls(listed.query, [] if is_everything else listed.numbers, is_everything)

    def contacts(self, request: Any) -> ContactQuerySet:
        """Those of them that the person may see, each once."""
        everyone = Contact.objects.visible_to(request.actor)
        if not self.is_everything:
            return everyone.filter(pk__in=self.numbers)
        found = ContactFilter(self.query, everyone, request=request).qs
        return Contact.objects.filter(pk__in=found.order_by().values("pk"))

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """What a page has to carry so that it asks for the same contacts."""
        means = [("all", "1")] if self.is_everything else [(TICK, str(pk)) for pk in self.numbers]
        return [("query", self.query.urlencode()), *means]
