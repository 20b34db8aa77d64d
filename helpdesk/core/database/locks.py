"""Records read anew and locked until the transaction ends: one of them, or many in the order of their keys.

Everybody who locks several records of a model takes them in that order, so that two transactions which want the same
ones wait for each other and never both for good (PostgreSQL 13.3.4, deadlocks). On SQLite the transaction itself is the
lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from helpdesk.core.database.lookups import one_of

Record = TypeVar("Record", bound=Model)
Gone = Callable[[], Exception]
"""Makes the error that is raised when a record is no longer there: mostly its class."""


def locked(
    model: type[Record], pk: Any, *, gone: Gone, no_key: bool = False, related: Sequence[str] = ()
) -> Record:
    """The record with this key, read with its `related` ones, which are not locked. `no_key`: rows that only point at
    it may come meanwhile, as it is neither deleted nor given another key. Raises what `gone` makes."""
    rows = _rows(model, no_key=no_key).filter(pk=pk)
    found = (rows.select_related(*related) if related else rows).first()
    if found is None:
        raise gone()
    return found


def locked_many(
    model: type[Record], pks: Iterable[int], *, gone: Gone | None = None, no_key: bool = False
) -> dict[int, Record]:
    """``{key: record}`` in the order of the keys. Raises what `gone` makes when one of them is no longer there; without
    `gone` it is left out."""
    wanted = set(pks)
    found = {row.pk: row for row in _rows(model, no_key=no_key).filter(one_of("pk", wanted)).order_by("pk")}
    if gone is not None and len(found) != len(wanted):
        raise gone()
    return found


def lock_many(
    model: type[Model], pks: Iterable[int], *, gone: Gone | None = None, no_key: bool = False
) -> list[int]:
    """`locked_many` where nothing is read of the records; returns the keys of those that are there."""
    wanted = set(pks)
    rows = _rows(model, no_key=no_key).filter(one_of("pk", wanted)).order_by("pk")
    found = list(rows.values_list("pk", flat=True))
    if gone is not None and len(found) != len(wanted):
        raise gone()
    return found


def _rows(model: type[Record], *, no_key: bool) -> QuerySet[Record]:
    return model._default_manager.select_for_update(of=("self",), no_key=no_key)
