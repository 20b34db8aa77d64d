"""Which rows of a dry run a page shows: those of one outcome, a page at a time, or a single row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from customers.imports.dryrun import explain, numbers_of
from customers.imports.modes import CREATED, FAILED, OUTCOMES, SKIPPED, UNCHANGED, UPDATED
from customers.imports.presenting import LeftOut, RowDiff, diffs, left_out
from customers.models import ImportRun

PAGE = 25
_FIRST = (FAILED, UPDATED, CREATED, SKIPPED, UNCHANGED)


@dataclass(frozen=True)
class Shown:
    """One page of rows: either rows with their changes, or rows left out with the reason."""

    outcome: str
    diffs: list[RowDiff] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    next_start: int | None = None
    start: int = 0


def rows_to_show(run: ImportRun, asked: Mapping[str, Any]) -> Shown:
    """The rows that an address asks for: ``rows`` an outcome, ``from`` the place in the file to go on from."""
    outcome = asked.get("rows", "")
    if outcome not in OUTCOMES:
        outcome = next((code for code in _FIRST if run.preview.get(code)), UNCHANGED)
    start = int(asked["from"]) if str(asked.get("from", "")).isdecimal() else 0
    positions = numbers_of(run, outcome, start=start, limit=PAGE + 1)
    following = positions[PAGE] if len(positions) > PAGE else None
    outcomes = explain(run, positions[:PAGE])
    if outcome in (FAILED, SKIPPED):
        rows = left_out(run, [one for one in outcomes if one.problem])
        return Shown(outcome, left_out=rows, next_start=following, start=start)
    return Shown(outcome, diffs=diffs(run, outcomes), next_start=following, start=start)
