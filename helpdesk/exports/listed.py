"""Which rows somebody asks for: the query of a list, or the rows ticked in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict

from helpdesk.core.web.keys import keys_in

OF_THE_FORM = ("column", "format", "csrfmiddlewaretoken")
OF_THE_PAGE = ("after", "before")


@dataclass(frozen=True)
class Listed:
    """`query` is the list's own, without its page. `posted`: it came in a form, as its field ``query``."""

    query: QueryDict
    tick: str = ""
    ticked: list[str] = field(default_factory=list)
    posted: bool = False

    @classmethod
    def asked(cls, request: HttpRequest, tick: str) -> Listed:
        """From the address, or from a form with the list's query and boxes called `tick`; ``all`` unticks them."""
        if request.method != "POST":
            return cls(_without(request.GET, OF_THE_FORM + OF_THE_PAGE))
        query = _without(QueryDict(request.POST.get("query", "")), OF_THE_FORM + OF_THE_PAGE)
        ticked = [] if request.POST.get("all") else request.POST.getlist(tick)
        return cls(query, tick, ticked, posted=True)

    @classmethod
    def stored(cls, criteria: Mapping[str, Any]) -> Listed:
        """From what an export job keeps (`to_json`)."""
        query = QueryDict(mutable=True)
        for name, values in criteria["query"].items():
            query.setlist(name, values)
        return cls(query, criteria["tick"], list(criteria["ticked"]))

    def to_json(self) -> dict[str, Any]:
        """As an export job keeps it: values of their own, so that those of an erased person can be found."""
        return {"query": dict(self.query.lists()), "tick": self.tick, "ticked": self.ticked}

    @property
    def numbers(self) -> list[int]:
        """The ticked rows' ids; what is none is left out."""
        return keys_in(self.ticked)

    @property
    def criteria(self) -> dict[str, list[str]]:
        """For the record."""
        return {**dict(self.query.lists()), **({self.tick: self.ticked} if self.ticked else {})}

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """What the form has to carry so that it asks for the same rows."""
        if self.posted:
            return [("query", self.query.urlencode()), *((self.tick, value) for value in self.ticked)]
        return [(name, value) for name, values in self.query.lists() for value in values]


def _without(query: QueryDict, names: tuple[str, ...]) -> QueryDict:
    kept = query.copy()
    for name in names:
        kept.pop(name, None)
    return kept
