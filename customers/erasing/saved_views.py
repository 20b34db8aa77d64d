"""Views that look for a person by name, address or number: they go with the person, for they find nobody then."""

from __future__ import annotations

from django.http import QueryDict

from customers.erasing.contacts import Erased, told
from customers.models import SavedView
from customers.registry import Erasure
from helpdesk.core.words import phrase_n


def _looking_for(person: Erased) -> set[int]:
    """A query is an address, so its words are read rather than compared; there are few views."""
    traces = person.traces.unmistakable
    return {
        view.pk
        for view in SavedView.objects.only("name", "query")
        for text in (view.name, *QueryDict(view.query).getlist("q"))
        if traces.replaced(text) != text
    }


def goes(person: Erased) -> list[tuple[str, int]]:
    """Said before it is done."""
    views = SavedView.objects.filter(pk__in=_looking_for(person))
    return [
        told(
            views,
            lambda n: phrase_n(
                "%(n)s view that looks for the person", "%(n)s views that look for the person", n
            ),
        )
    ]


def erase(person: Erased) -> None:
    SavedView.objects.filter(pk__in=_looking_for(person)).delete()


VIEWS = Erasure(goes=goes, stays=lambda person: [], erase=erase)
