"""What the page of a merge sends: who, what was chosen, and what was understood."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from customers.merging.fields import Choices
from helpdesk.core.web.keys import keys_in

PICK, VERSION = "pick-", "version-"


def numbers_in(texts: list[str]) -> list[int]:
    """Ids out of ``?with=1&with=2`` or ``?with=1,2``, each once, in order."""
    parts = [part.strip() for text in texts for part in text.split(",")]
    return list(dict.fromkeys(keys_in(parts)))


@dataclass(frozen=True)
class MergeData:
    """The parts of the query (while choosing) or of the post (when merging)."""

    others: list[int]
    sources: dict[str, str]
    dropped: list[int]
    understood: bool = False
    different_ids: bool = False
    versions: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, data: QueryDict) -> MergeData:
        """Read it; a *swap* ("out:in") keeps an account that was to be dropped, and drops the other one."""
        given = {name: data.get(name, "") for name in data}
        dropped = numbers_in(data.getlist("drop"))
        swap = numbers_in([data.get("swap", "").replace(":", ",")])
        if len(swap) == 2:
            dropped = [pk for pk in dropped if pk != swap[0]] + [swap[1]]
        versions = {
            int(name.removeprefix(VERSION)): int(value)
            for name, value in given.items()
            if name.startswith(VERSION) and numbers_in([name.removeprefix(VERSION)]) and numbers_in([value])
        }
        return cls(
            others=numbers_in(data.getlist("with")),
            sources={
                name.removeprefix(PICK): source for name, source in given.items() if name.startswith(PICK)
            },
            dropped=dropped,
            understood="understood" in data,
            different_ids="different_ids" in data,
            versions=versions,
        )

    def choices(self) -> Choices:
        """As the service takes them."""
        return Choices(self.sources, frozenset(self.dropped), self.different_ids, self.versions or None)
