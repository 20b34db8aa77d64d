"""Sources of exports: each app declares what of its records can be exported, as which columns, and by whom.

The screens and the job ask the same source, so that which rows an export holds is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

from helpdesk.core.actors import AGENT, Actor
from helpdesk.core.web.pagination import Order
from helpdesk.exports.listed import Listed
from helpdesk.spreadsheets.streaming import Table


class OfferedTable(Table, Protocol):
    """A table that knows its columns."""

    @property
    def codes(self) -> Sequence[str]:
        """Of all columns that the actor may export."""
        ...


class ListedRows(NamedTuple):
    """The rows of a list as an actor sees them, their order, and the filters that name what is not there."""

    queryset: Any
    order: Order
    lost_filters: Sequence[str] = ()


@dataclass(frozen=True)
class ExportSource:
    """A list that can be exported."""

    kind: str
    """Its code, as stored and recorded: ``contacts``."""
    title: str | Promise
    """What its records are called, as the name of the file and of the sheet."""
    resource: Callable[[Actor], OfferedTable]
    """The columns that an actor may export."""
    rows: Callable[[Listed, Actor], ListedRows]
    list_url_name: str
    permission: str = ""
    """Whom the export is for, when not everybody at the desk may."""

    def allows(self, actor: Actor) -> bool:
        """Whether the actor may export this list: a person who works at the desk and has the permission."""
        person = actor.kind == AGENT and actor.is_staff
        return person and (not self.permission or actor.can(self.permission))

    def require(self, actor: Actor) -> None:
        """Raise `PermissionDenied` unless the actor may export this list."""
        if not self.allows(actor):
            raise PermissionDenied(self.permission)


_sources: dict[str, ExportSource] = {}


def register(source: ExportSource) -> None:
    """Declare a source; called from an `AppConfig.ready`."""
    _sources[source.kind] = source


def source_of(kind: str) -> ExportSource:
    """The source of a list. Raises `KeyError` for one that is no longer part of the product."""
    return _sources[kind]


def sources() -> Mapping[str, ExportSource]:
    """All sources, by kind."""
    return _sources
