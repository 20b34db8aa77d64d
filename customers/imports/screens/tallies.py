"""The counts of an import as every page shows them: by outcome, and their sum, which is the rows read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customers.imports.engine.modes import CREATED, FAILED, OUTCOMES, SKIPPED, UNCHANGED, UPDATED
from customers.imports.matching import targets
from customers.models import ImportRun
from helpdesk.core.words import phrase, phrase_n


@dataclass(frozen=True)
class Count:
    """One number with its word; ``is_bad`` when there should be none of it."""

    label: str
    number: int
    is_bad: bool = False


@dataclass(frozen=True)
class Tally:
    """The five outcomes, what they add up to, and what else is counted."""

    counts: list[Count]
    total: int
    others: list[str] = field(default_factory=list)

    @property
    def sum_words(self) -> str:
        """``312 + 894 + 61 + 0 + 17 = 1,284 rows read``."""
        parts = " + ".join(number_format(count.number, force_grouping=True) for count in self.counts)
        return phrase_n("%(parts)s = %(n)s row read", "%(parts)s = %(n)s rows read", self.total, parts=parts)


def tally_of_preview(run: ImportRun) -> Tally:
    """What the dry run counted."""
    found = run.preview
    numbers = {outcome: found.get(outcome, 0) for outcome in OUTCOMES}
    others = _others(run.kind, numbers, found.get("accounts", 0))
    if moved := found.get("new_primary", 0):
        others.append(
            phrase_n(
                "%(n)s %(term_contact)s gets another primary %(term_account)s",
                "%(n)s %(term_contacts)s get another primary %(term_account)s",
                moved,
            )
        )
    return _tally(_words_before(run.kind), numbers, others + _phones(run))


def _phones(run: ImportRun) -> list[str]:
    """What becomes of the phone cells that are not one number."""
    found, said = run.preview.get("phones", {}), []
    if number := found.get("as_written", 0):
        said.append(
            phrase_n(
                "%(n)s phone number is not valid in %(country)s and stays as it is written (%(examples)s)",
                "%(n)s phone numbers are not valid in %(country)s and stay as they are written (%(examples)s)",
                number,
                country=run.phone_region or settings.HELPDESK_PHONE_REGION,
                examples=", ".join(found["examples"]),
            )
        )
    if number := found.get("several", 0):
        said.append(
            phrase_n(
                "%(n)s cell holds several phone numbers, and each is kept",
                "%(n)s cells hold several phone numbers, and each is kept",
                number,
            )
        )
    if number := found.get("none", 0):
        said.append(
            phrase_n(
                "%(n)s cell says that there is no phone, and is left out",
                "%(n)s cells say that there is no phone, and are left out",
                number,
            )
        )
    return said


def tally_of_run(run: ImportRun) -> Tally:
    """What the import itself counted so far."""
    numbers = run.counts
    return _tally(_words_after(run.kind), numbers, _others(run.kind, numbers, run.created_accounts))


def _tally(words: Mapping[str, str], numbers: Mapping[str, int], others: list[str]) -> Tally:
    counts = [
        Count(words[outcome], numbers[outcome], outcome == FAILED and numbers[outcome] > 0)
        for outcome in OUTCOMES
    ]
    return Tally(counts, sum(numbers.values()), others)


def _others(kind: str, numbers: Mapping[str, int], accounts: int) -> list[str]:
    """A file of accounts can bring more of them than it has rows: parents that it only names."""
    if kind == targets.CONTACTS:
        return (
            [phrase_n("%(n)s new %(term_account)s", "%(n)s new %(term_accounts)s", accounts)]
            if accounts
            else []
        )
    parents = accounts - numbers[CREATED]
    if parents <= 0:
        return []
    return [
        phrase_n(
            "%(n)s %(term_account)s only named as a parent is created as well",
            "%(n)s %(term_accounts)s only named as a parent are created as well",
            parents,
        )
    ]


def _words_before(kind: str) -> dict[str, str]:
    contacts = kind == targets.CONTACTS
    return {
        CREATED: phrase("new %(term_contacts)s") if contacts else phrase("new %(term_accounts)s"),
        UPDATED: phrase("%(term_contacts)s updated") if contacts else phrase("%(term_accounts)s updated"),
        UNCHANGED: _("unchanged"),
        SKIPPED: _("skipped"),
        FAILED: _("rows with errors, left out"),
    }


def _words_after(kind: str) -> dict[str, str]:
    contacts = kind == targets.CONTACTS
    return _words_before(kind) | {
        CREATED: phrase("%(term_contacts)s added") if contacts else phrase("%(term_accounts)s added"),
        FAILED: _("failed"),
    }
