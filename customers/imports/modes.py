"""What to do with a row that matches a contact, and with one that matches none: a strategy a mode."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.imports.records import Record
from helpdesk.core.words import phrase_lazy

CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED = "created", "updated", "unchanged", "skipped", "failed"
OUTCOMES = (CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED)


@dataclass(frozen=True)
class Match:
    """Whom a row means: a contact of the desk, or an earlier row of the same file; and what told so.

    ``field`` is empty when only an earlier import of the very same file tells it.
    """

    field: str
    column: int | None
    contact_id: int | None = None
    name: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Decision:
    """What happens to a row. ``record`` is there unless the row could not even be read."""

    number: int
    cells: list[str]
    outcome: str
    record: Record | None = None
    problem: str = ""
    column: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


class Mode(ABC):
    """A strategy. ``label`` and ``explanation`` are what the person chooses by."""

    code: str
    label: str | Promise
    explanation: str | Promise

    @abstractmethod
    def decide(self, record: Record, match: Match | None) -> Decision:
        """The fate of one row."""


class AddNewRecords(Mode):
    """Only people who are not here yet; who matches is left alone and counted as skipped."""

    code = "add"
    label = _("Add new records")
    explanation = phrase_lazy("Only people who are not here yet. Existing %(term_contacts)s are left alone.")

    def decide(self, record: Record, match: Match | None) -> Decision:
        if match is None:
            return Decision(record.number, record.cells, CREATED, record)
        problem: str
        details: dict[str, Any]
        if not match.field:
            problem, details = "imported_before", {"name": match.name}
        elif match.row is not None:
            problem, details = "same_in_file", {"row": match.row, "field": match.field}
        else:
            problem, details = "exists", {"name": match.name, "field": match.field}
        return Decision(record.number, record.cells, SKIPPED, record, problem, match.column, details)


MODES: dict[str, Mode] = {mode.code: mode for mode in (AddNewRecords(),)}
