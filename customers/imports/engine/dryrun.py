"""The dry run: what an import would do, without writing anything but its own report.

It folds the whole file as the import does. What it would have written stays in a scratch file, so that later rows find
it. The report is the counts, and the rows that people look at (`results`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.imports.engine import results
from customers.imports.engine.companies import keys_of as company_keys
from customers.imports.engine.duplicates import Duplicates
from customers.imports.engine.files import batches, custom_fields, opened
from customers.imports.engine.folding import Fold, Outcome
from customers.imports.engine.modes import CREATED, UPDATED
from customers.imports.engine.opening import Opening
from customers.imports.engine.people import keys_of as person_keys
from customers.imports.engine.scratch import Scratch
from customers.models import ImportRun
from customers.services.exposure import KEPT
from customers.snapshots.states import Person
from helpdesk.spreadsheets.errors import FileError

SHOWN_ACCOUNTS = 200


@dataclass
class Report:
    """What is told about a dry run; kept as JSON on the run."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    accounts: int = 0
    new_accounts: list[str] = field(default_factory=list)
    new_primary: int = 0
    duplicates: int = 0
    likely: list[dict[str, Any]] = field(default_factory=list)
    phones: dict[str, Any] = field(default_factory=dict)
    """What became of the phone cells that are not one number (`records.PhoneCounts`)."""
    exposure: list[list[Any]] = field(default_factory=list)
    """The accounts that are opened furthest: name, people, tickets (`opening`)."""
    exposure_accounts: int = 0


def check(run_id: int) -> None:
    """Make the dry run of an import whose columns are matched; leaves it ready to be started."""
    run = ImportRun.objects.get(pk=run_id)
    if run.status != ImportRun.Status.CHECKING:
        return
    scratch = Scratch()
    try:
        found = _DryRun(run, scratch)
        found.all_rows()
        _store(run, found.report, scratch)
    except FileError as error:
        _unchanged(run).update(status=ImportRun.Status.FAILED, problem=error.code)
    finally:
        scratch.close()


def _store(run: ImportRun, report: Report, scratch: Scratch) -> None:
    """Keep the report and its rows, unless the columns were matched anew in the meantime."""
    with transaction.atomic():
        if _unchanged(run).update(status=ImportRun.Status.READY, preview=asdict(report)):
            results.keep(run, scratch.results())


def _unchanged(run: ImportRun) -> Any:
    """The run, unless somebody matched its columns anew in the meantime: then this report is void."""
    return ImportRun.objects.filter(
        pk=run.pk,
        status=ImportRun.Status.CHECKING,
        mapping=run.mapping,
        mode=run.mode,
        also_add=run.also_add,
        phone_region=run.phone_region,
        kind=run.kind,
    )


class _DryRun:
    """One pass through the file."""

    def __init__(self, run: ImportRun, scratch: Scratch) -> None:
        self.run = run
        self.report = Report()
        self.rows = 0
        self._sample = results.Sample()
        self._scratch = scratch
        self._fold = Fold(run, custom_fields(run), scratch=scratch)
        self._duplicates = Duplicates(scratch)
        self._opening = Opening()

    def all_rows(self) -> None:
        """Fold every batch and note what it would do."""
        with opened(self.run) as spool:
            for rows in batches(spool):
                outcomes = self._fold.batch(rows)
                self._note(outcomes)
                self._remember()
                self._keep(self._sample.of(outcomes))
                self.rows += len(outcomes)
                _unchanged(self.run).update(checked_rows=self.rows, progressed_at=timezone.now())
        self.report.phones = asdict(self._fold.phones)
        lines = self._opening.exposure().lines
        self.report.exposure = [line.row for line in lines[:KEPT]]
        self.report.exposure_accounts = len(lines)

    def _keep(self, outcomes: Sequence[Outcome]) -> None:
        """Put rows of the report aside, with the names of the accounts in them that are not here yet."""
        refs = {ref for outcome in outcomes for ref in results.new_accounts_in(outcome)}
        known = self._scratch.states("account", refs)
        names = {ref: str(state.fields["name"]) for ref, (state, _own, _is_new) in known.items()}
        self._scratch.add_results(results.stored(outcome, names) for outcome in outcomes)

    def _note(self, outcomes: Sequence[Outcome]) -> None:
        report = self.report
        for outcome in outcomes:
            setattr(report, outcome.outcome, getattr(report, outcome.outcome) + 1)
            if outcome.outcome == UPDATED and _changes_primary(outcome):
                report.new_primary += 1
        for likely in self._duplicates.among([o for o in outcomes if o.outcome == CREATED]):
            report.duplicates += 1
            if len(report.likely) < SHOWN_ACCOUNTS:
                report.likely.append(likely)
        companies = self._fold.companies.changed()
        self._opening.note(outcomes, companies)
        for ref, (_before, after) in companies.items():
            if isinstance(ref, str) and self._is_first(ref):
                report.accounts += 1
                if len(report.new_accounts) < SHOWN_ACCOUNTS:
                    report.new_accounts.append(str(after.fields["name"]))

    def _is_first(self, ref: str) -> bool:
        return not self._scratch.states("account", [ref])

    def _remember(self) -> None:
        people, companies = self._fold.people, self._fold.companies
        self._scratch.know("person", people.given_up())
        self._scratch.know("account", companies.given_up())
        self._scratch.keep(
            "person",
            (
                (ref, after, person_keys(after), None, people.is_new(ref))
                for ref, (_before, after) in people.changed().items()
            ),
        )
        self._scratch.keep(
            "account",
            (
                (
                    ref,
                    after,
                    company_keys(after),
                    companies.own_row(ref),
                    companies.is_of_this_run(ref),
                )
                for ref, (_before, after) in companies.changed().items()
            ),
        )


def _changes_primary(outcome: Outcome) -> bool:
    before, after = outcome.before, outcome.after
    if not isinstance(before, Person) or not isinstance(after, Person):
        return False
    return before.primary is not None and before.primary != after.primary
