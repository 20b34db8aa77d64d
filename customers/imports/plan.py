"""What a batch of rows would do. The dry run stops here; the run goes on and does it."""

from __future__ import annotations

from collections.abc import Sequence

from customers.imports.matching import Matcher
from customers.imports.modes import CREATED, FAILED, Decision, Mode
from customers.imports.problems import RowError
from customers.imports.records import Record, parse

Row = tuple[int, list[str]]


def decide(rows: Sequence[Row], mapping: Sequence[str], *, mode: Mode, matcher: Matcher) -> list[Decision]:
    """One decision a row, in the order of the rows. Reads the database, writes nothing."""
    parsed = [_parsed(number, cells, mapping) for number, cells in rows]
    matcher.load([record for record in parsed if isinstance(record, Record)])
    return [_decided(one, mode, matcher) for one in parsed]


def _parsed(number: int, cells: list[str], mapping: Sequence[str]) -> Record | Decision:
    try:
        return parse(number, cells, mapping)
    except RowError as error:
        return failure(number, cells, error)


def failure(number: int, cells: list[str], error: RowError) -> Decision:
    """The decision to leave a row out because of an error in it."""
    return Decision(number, cells, FAILED, problem=error.code, column=error.column, details=error.details)


def _decided(one: Record | Decision, mode: Mode, matcher: Matcher) -> Decision:
    if isinstance(one, Decision):
        return one
    decision = mode.decide(one, matcher.match(one))
    if decision.outcome == CREATED:
        matcher.remember(one)
    return decision
