"""Which rows of a dry run a page shows: those of one outcome, a page at a time, or a single row."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.imports import readers
from customers.imports.engine.dryrun import LETTERS, explain, numbers_of
from customers.imports.engine.duplicates import NAME
from customers.imports.engine.files import BATCH, opened
from customers.imports.engine.folding import Outcome
from customers.imports.engine.modes import CREATED, FAILED, SKIPPED, UNCHANGED, UPDATED
from customers.imports.matching.targets import PHONE
from customers.imports.screens.presenting import LeftOut, RowDiff, cells_of, diffs, left_out
from customers.models import ImportRun
from helpdesk.core.words import phrase, phrase_lazy, phrase_n

PAGE = 25
#: In the order of the tabs, which is also the order in which there is something to look at.
TABS: dict[str, Promise] = {
    FAILED: _("Errors"),
    UPDATED: _("Updated"),
    CREATED: _("New"),
    UNCHANGED: _("Unchanged"),
    SKIPPED: _("Skipped"),
}


@dataclass(frozen=True)
class Tab:
    """One choice of rows, with how many there are."""

    code: str
    label: str | Promise
    number: int
    is_current: bool


@dataclass(frozen=True)
class Shown:
    """Some rows: those that change something with their changes, those left out with the reason."""

    outcome: str = ""
    label: str | Promise = ""
    diffs: list[RowDiff] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    words: str = ""
    """Which of how many."""
    previous_start: int | None = None
    next_start: int | None = None
    asked: str = ""
    """The one row that was asked for, and its cells; no cells when the file has no such row."""
    cells: list[tuple[str, str]] = field(default_factory=list)

    @property
    def are_errors(self) -> bool:
        """Whether these are the rows that somebody may want to correct."""
        return self.outcome == FAILED and bool(self.left_out) and not self.asked


def tabs(run: ImportRun, shown: Shown) -> list[Tab]:
    """The choices above the rows."""
    return [Tab(code, label, run.preview.get(code, 0), code == shown.outcome) for code, label in TABS.items()]


def rows_to_show(run: ImportRun, asked: Mapping[str, Any]) -> Shown:
    """The rows that an address asks for: ``rows`` an outcome, ``from`` the place in the file to go on from,
    or ``row`` the number of a single row."""
    if asked.get("row"):
        return _single(run, str(asked["row"]).strip())
    outcome = asked.get("rows", "")
    if outcome not in TABS:
        outcome = next((code for code in TABS if run.preview.get(code)), UNCHANGED)
    start = int(asked["from"]) if str(asked.get("from", "")).isdecimal() else 0
    positions = numbers_of(run, outcome, start=start, limit=PAGE + 1)
    following = positions[PAGE] if len(positions) > PAGE else None
    before, previous = _before(run, outcome, start)
    return _shown(
        run,
        explain(run, positions[:PAGE]),
        outcome=outcome,
        words=_words(before, len(positions[:PAGE]), run.preview.get(outcome, 0)),
        previous_start=previous,
        next_start=following,
    )


def _shown(run: ImportRun, outcomes: list[Outcome], *, outcome: str, **rest: Any) -> Shown:
    """What a row would do can have changed since the dry run: each is shown for what it is now."""
    changing = [one for one in outcomes if not one.problem]
    stopped = [one for one in outcomes if one.problem]
    return Shown(outcome, TABS[outcome], diffs=diffs(changing), left_out=left_out(run, stopped), **rest)


def _words(before: int, number: int, total: int) -> str:
    if number >= total:
        return ""
    first, last = (number_format(n, force_grouping=True) for n in (before + 1, before + number))
    return phrase_n(
        "%(first)s–%(last)s of %(n)s", "%(first)s–%(last)s of %(n)s", total, first=first, last=last
    )


def _before(run: ImportRun, outcome: str, start: int) -> tuple[int, int | None]:
    """How many rows of an outcome stand before a place, and where the page before it begins."""
    letters = zlib.decompress(run.outcomes) if run.outcomes and start else b""
    letter = LETTERS[outcome].encode()
    at: int | None = None
    end = start
    for _step in range(PAGE):
        found = letters.rfind(letter, 0, end)
        if found < 0:
            break
        at = end = found
    return letters.count(letter, 0, start), at


def rows_with_errors(run: ImportRun) -> Iterator[Outcome]:
    """Every row that the import would leave out because of an error, a batch at a time."""
    start = 0
    while positions := numbers_of(run, FAILED, start=start, limit=BATCH):
        yield from (outcome for outcome in explain(run, positions) if outcome.problem)
        start = positions[-1] + 1


# --- One row --------------------------------------------------------------------------
def _single(run: ImportRun, asked: str) -> Shown:
    position = _position(run, int(asked)) if asked.isdecimal() and len(asked) < 9 else None
    if position is None:
        return Shown(asked=asked)
    letters = zlib.decompress(run.outcomes) if run.outcomes else b""
    code = next(
        code for code, letter in LETTERS.items() if letter.encode() == letters[position : position + 1]
    )
    outcomes = explain(run, [position])
    cells = cells_of(run, outcomes[0].cells) if outcomes else []
    return _shown(run, outcomes, outcome=code, asked=asked, cells=cells, words=phrase("Row %(n)s", n=asked))


def _position(run: ImportRun, number: int) -> int | None:
    """Where a row stands among the filled ones: as many places up as there are blank rows above it."""
    after = run.layout.get("header", 0)
    upper = min(number - after - 1, run.total - 1)
    if upper < 0:
        return None
    there = next(_numbers(run, upper), None)
    if there is None or there < number:
        return None
    lower = max(upper - (there - number), 0)
    passed = sum(1 for _number in takewhile(lambda found: found < number, _numbers(run, lower)))
    return lower + passed if next(_numbers(run, lower + passed), None) == number else None


def _numbers(run: ImportRun, skip: int) -> Iterator[int]:
    with opened(run) as stream:
        yield from (number for number, _cells in readers.rows(stream, run.layout, skip=skip))


# --- Likely duplicates ------------------------------------------------------------------
@dataclass(frozen=True)
class Likely:
    """A row that would create somebody who may be here already: the contact, or another row, it is like."""

    number: int
    reason: str | Promise
    name: str = ""
    url: str = ""
    row: int | None = None


_ALIKE: dict[str, str | Promise] = {
    PHONE: _("has the phone number of"),
    NAME: phrase_lazy("has the name and %(term_account)s of"),
}


def likely_duplicates(run: ImportRun) -> list[Likely]:
    """Those that the dry run noted."""
    return [_likely(found) for found in run.preview.get("likely", [])]


def _likely(found: Mapping[str, Any]) -> Likely:
    reason = _ALIKE.get(found["by"], _ALIKE[NAME])
    if "contact" not in found:
        return Likely(found["number"], reason, row=found["row"])
    return Likely(
        found["number"], reason, found["name"], reverse("customers:contact_detail", args=[found["contact"]])
    )
