"""The dry run: what an import would do, without writing anything but its own report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from customers.imports import plan
from customers.imports.errors import FileError
from customers.imports.files import batches, opened
from customers.imports.matching import Matcher
from customers.imports.modes import CREATED, FAILED, MODES, SKIPPED, Decision
from customers.imports.records import Record
from customers.models import Account, ImportRun
from helpdesk.core.search import search_form

SAMPLE_ROWS = 10
SHOWN_PROBLEMS = 100


@dataclass
class Report:
    """What is told about a dry run; kept as JSON on the run."""

    created: int = 0
    skipped: int = 0
    failed: int = 0
    accounts: int = 0
    sample: list[dict[str, Any]] = field(default_factory=list)
    problems: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {SKIPPED: [], FAILED: []})


def check(run_id: int) -> None:
    """Make the dry run of an import whose columns are matched; leaves it ready to be started."""
    run = ImportRun.objects.get(pk=run_id)
    if run.status != ImportRun.Status.CHECKING:
        return
    try:
        report = _report(run)
    except FileError as error:
        _unchanged(run).update(status=ImportRun.Status.FAILED, problem=error.code)
        return
    _unchanged(run).update(status=ImportRun.Status.MATCHED, preview=vars(report))


def _unchanged(run: ImportRun) -> Any:
    """The run, unless somebody matched its columns anew in the meantime: then this report is void."""
    return ImportRun.objects.filter(pk=run.pk, status=ImportRun.Status.CHECKING, mapping=run.mapping)


def _report(run: ImportRun) -> Report:
    report, checked = Report(), 0
    matcher, new_accounts = Matcher(run, remembers=True), NewAccounts()
    with opened(run) as stream:
        for rows in batches(stream, run.layout):
            decisions = plan.decide(rows, run.mapping, mode=MODES[run.mode], matcher=matcher)
            new_accounts.look_up([d.record for d in decisions if d.record and d.outcome == CREATED])
            for decision in decisions:
                _note(report, decision, new_accounts)
            checked += len(rows)
            _unchanged(run).update(checked_rows=checked, progressed_at=timezone.now())
    report.accounts = len(new_accounts.forms)
    return report


class NewAccounts:
    """The names of accounts that are not here yet, over all batches."""

    def __init__(self) -> None:
        self.forms: set[str] = set()

    def look_up(self, records: Sequence[Record]) -> None:
        """Add the unknown names of a batch: one query."""
        forms = {search_form(record.account) for record in records if record.account} - self.forms
        if forms:
            known = Account.objects.filter(search__in=forms).values_list("search", flat=True)
            self.forms |= forms - set(known)

    def __contains__(self, name: str) -> bool:
        return search_form(name) in self.forms


def _note(report: Report, decision: Decision, new_accounts: NewAccounts) -> None:
    setattr(report, decision.outcome, getattr(report, decision.outcome) + 1)
    if decision.outcome == CREATED:
        if len(report.sample) < SAMPLE_ROWS and decision.record:
            report.sample.append(_sample(decision.record, new_accounts))
        return
    shown = report.problems[decision.outcome]
    if len(shown) < SHOWN_PROBLEMS:
        shown.append(
            {
                "number": decision.number,
                "cells": decision.cells,
                "column": decision.column,
                "problem": decision.problem,
                "details": decision.details,
            }
        )


def _sample(record: Record, new_accounts: NewAccounts) -> dict[str, Any]:
    return {
        "number": record.number,
        "name": record.name,
        "account": record.account,
        "account_is_new": bool(record.account) and record.account in new_accounts,
        "job_title": record.job_title,
        "others": [value for _kind, value in record.methods],
    }
