"""Which rows of a dry run a page shows: those of one outcome, a page at a time, or a single row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.imports.engine.duplicates import NAME
from customers.imports.engine.files import BATCH, opened
from customers.imports.engine.modes import CREATED, FAILED, SKIPPED, UNCHANGED, UPDATED
from customers.imports.engine.results import SAMPLE, outcome_of
from customers.imports.matching.targets import PHONE
from customers.imports.screens.presenting import LeftOut, RowDiff, cells_of, diffs, left_out
from customers.models import ImportRun, PreviewRow
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
    """The one row that was asked for, and its cells; no words when the file has no such row."""
    cells: list[tuple[str, str]] = field(default_factory=list)
    is_sample: bool = False
    """Whether there are more rows of this kind than are kept to be looked at."""

    @property
    def are_errors(self) -> bool:
        """Whether these are the rows that somebody may want to correct."""
        return self.outcome == FAILED and bool(self.left_out) and not self.asked


def tabs(run: ImportRun, shown: Shown) -> list[Tab]:
    """The choices above the rows."""
    return [Tab(code, label, run.preview.get(code, 0), code == shown.outcome) for code, label in TABS.items()]


def rows_to_show(run: ImportRun, asked: Mapping[str, Any]) -> Shown:
    """The rows that an address asks for: ``rows`` an outcome, ``from`` the number of the row to go on from, or ``row``
    the number of a single row."""
    if asked.get("row"):
        return _single(run, str(asked["row"]).strip())
    outcome = asked.get("rows", "")
    if outcome not in TABS:
        outcome = next((code for code in TABS if run.preview.get(code)), UNCHANGED)
    place = str(asked.get("from", ""))
    start = int(place) if place.isdecimal() and len(place) < 9 else 0
    kept = run.preview_rows.filter(outcome=outcome).order_by("number")
    page = list(kept.filter(number__gte=start)[: PAGE + 1])
    before = list(kept.filter(number__lt=start).reverse()[:PAGE]) if start else []
    passed = kept.filter(number__lt=start).count() if start else 0
    total = run.preview.get(outcome, 0)
    return _shown(
        run,
        page[:PAGE],
        outcome=outcome,
        words=_words(passed, len(page[:PAGE]), total),
        previous_start=before[-1].number if before else None,
        next_start=page[PAGE].number if len(page) > PAGE else None,
        is_sample=outcome != FAILED and total > SAMPLE,
    )


def _shown(run: ImportRun, rows: list[PreviewRow], *, outcome: str, **rest: Any) -> Shown:
    changing = [outcome_of(row) for row in rows if not row.problem]
    stopped = [row for row in rows if row.problem]
    return Shown(outcome, TABS[outcome], diffs=diffs(changing), left_out=left_out(run, stopped), **rest)


def _words(before: int, number: int, total: int) -> str:
    if number >= total:
        return ""
    first, last = (number_format(n, force_grouping=True) for n in (before + 1, before + number))
    return phrase_n(
        "%(first)s–%(last)s of %(n)s", "%(first)s–%(last)s of %(n)s", total, first=first, last=last
    )


def rows_with_errors(run: ImportRun) -> Iterator[PreviewRow]:
    """Every row that the import would leave out because of an error, a batch at a time."""
    return run.preview_rows.filter(outcome=FAILED).order_by("number").iterator(chunk_size=BATCH)


def _single(run: ImportRun, asked: str) -> Shown:
    """One row with its cells, and what would become of it if that is kept."""
    found = None
    if asked.isdecimal() and len(asked) < 9:
        with opened(run) as spool:
            found = spool.row(int(asked))
    if found is None:
        return Shown(asked=asked)
    cells, words = cells_of(run, found), phrase("Row %(n)s", n=asked)
    row = run.preview_rows.filter(number=int(asked)).first()
    if row is None:
        return Shown(asked=asked, cells=cells, words=words, is_sample=True)
    return _shown(run, [row], outcome=row.outcome, asked=asked, cells=cells, words=words)


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
