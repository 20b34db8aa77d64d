"""Carrying an import out: batch after batch, each one transaction together with the progress it makes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from customers.imports import plan
from customers.imports.errors import FileError
from customers.imports.files import Row, batches, opened
from customers.imports.matching import Matcher
from customers.imports.modes import CREATED, MODES, OUTCOMES, Decision
from customers.imports.problems import RowError
from customers.imports.records import Record
from customers.models import Account, Contact, ImportedContact, ImportRun, RejectedRow
from customers.services.accounts import find_or_create_accounts
from customers.services.associations import Entry
from customers.services.contacts import NewContact, create_contacts
from customers.services.methods import NewMethod
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record as record_happening
from helpdesk.core.audit import timeline
from helpdesk.core.errors import DomainError
from helpdesk.core.search import search_form

log = logging.getLogger(__name__)
Status = ImportRun.Status
ATTEMPTS = 3  # PostgreSQL resolves a deadlock between two imports by cancelling one of them


class TakenOverError(Exception):
    """Somebody else goes on with this run, or has ended it."""


def carry_out(run_id: int) -> None:
    """Take a running import to its end, from wherever it stands. Safe to call twice, or after a crash."""
    run = ImportRun.objects.select_related("created_by").get(pk=run_id)
    if run.status != Status.RUNNING:
        return
    try:
        _all_batches(run, actor=_actor_of(run))
        _finish(run, Status.DONE)
    except TakenOverError:
        log.info("Import %s goes on elsewhere", run.pk)
    except FileError as error:
        _finish(run, Status.FAILED, error.code)
    except Exception:
        log.exception("Import %s stopped", run.pk)
        _finish(run, Status.FAILED, "crashed")


def _actor_of(run: ImportRun) -> Actor:
    """Who started it; what it creates is recorded as caused by the start of this import."""
    actor = Actor.for_user(run.created_by) if run.created_by else Actor.channel(run.name)
    started = timeline(run).filter(code="import.started").first()
    return replace(actor, cause=started, depth=1) if started else actor


def _all_batches(run: ImportRun, *, actor: Actor) -> None:
    position = run.processed_rows
    with opened(run) as stream:
        for rows in batches(stream, run.layout, skip=position):
            _persistently(run, rows, position, actor=actor)
            position += len(rows)


def _persistently(run: ImportRun, rows: list[Row], position: int, *, actor: Actor) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return process_batch(run, rows, position, actor=actor)
        except OperationalError:
            if attempt == ATTEMPTS:
                raise


def process_batch(run: ImportRun, rows: Sequence[Row], position: int, *, actor: Actor) -> None:
    """Do the rows from ``position`` on, and say so, in one transaction."""
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.status != Status.RUNNING or current.processed_rows != position:
            raise TakenOverError
        matcher = Matcher(current, remembers=False)
        decisions = plan.decide(rows, current.mapping, mode=MODES[current.mode], matcher=matcher)
        decisions = _create(current, decisions, actor=actor)
        _keep_rejected(current, decisions)
        _save_progress(current, decisions)


def _create(run: ImportRun, decisions: list[Decision], *, actor: Actor) -> list[Decision]:
    """Create the contacts (and accounts) of a batch; who could not be created is a failure afterwards."""
    records = [d.record for d in decisions if d.outcome == CREATED and d.record]
    accounts = _accounts(run, records, actor=actor)
    created, failures = [], {}
    for record, result in _created(records, accounts, actor=actor):
        if isinstance(result, RowError):
            failures[record.number] = plan.failure(record.number, record.cells, result)
        else:
            created.append(ImportedContact(run=run, number=record.number, contact=result))
    ImportedContact.objects.bulk_create(created)
    return [failures.get(decision.number, decision) for decision in decisions]


def _accounts(run: ImportRun, records: Sequence[Record], *, actor: Actor) -> dict[str, Account]:
    names = {record.account for record in records if record.account}
    forms = {search_form(name) for name in names}
    known = Account.objects.filter(search__in=forms).count() if forms else 0
    run.created_accounts += len(forms) - known
    return find_or_create_accounts(sorted(names), actor=actor)


def _created(
    records: Sequence[Record], accounts: dict[str, Account], *, actor: Actor
) -> Iterator[tuple[Record, Contact | RowError]]:
    """Create all at once; when the desk refuses that, halve until only the row at fault stands alone."""
    if not records:
        return
    try:
        with transaction.atomic():
            contacts = create_contacts([_new(record, accounts) for record in records], actor=actor)
        yield from zip(records, contacts, strict=True)
    except (DomainError, IntegrityError) as error:
        if len(records) == 1:
            log.info("Row %s refused: %s", records[0].number, error)
            yield records[0], RowError("refused")
            return
        middle = len(records) // 2
        yield from _created(records[:middle], accounts, actor=actor)
        yield from _created(records[middle:], accounts, actor=actor)


def _new(record: Record, accounts: dict[str, Account]) -> NewContact:
    account = accounts.get(record.account)
    return NewContact(
        fields={name: value for name, value in record.fields.items() if value},
        methods=[NewMethod(kind, value) for kind, value in record.methods],
        accounts=[Entry(account.pk, job_title=record.job_title)] if account else [],
    )


def _keep_rejected(run: ImportRun, decisions: Sequence[Decision]) -> None:
    RejectedRow.objects.bulk_create(
        RejectedRow(
            run=run,
            number=decision.number,
            outcome=decision.outcome,
            column=decision.column,
            problem=decision.problem,
            details=decision.details,
            cells=decision.cells,
        )
        for decision in decisions
        if decision.problem
    )


def _save_progress(run: ImportRun, decisions: Sequence[Decision]) -> None:
    counted = Counter(decision.outcome for decision in decisions)
    for outcome in OUTCOMES:
        name = f"{outcome}_rows"
        setattr(run, name, getattr(run, name) + counted[outcome])
    run.processed_rows += len(decisions)
    run.progressed_at = timezone.now()
    run.save()


def _finish(run: ImportRun, status: str, problem: str = "") -> None:
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.status != Status.RUNNING:
            return
        current.status, current.problem = status, problem
        current.finished_at = timezone.now()
        current.save()
        counts = {outcome: getattr(current, f"{outcome}_rows") for outcome in OUTCOMES}
        record_happening(
            "import.finished", subject=current, actor=_actor_of(current), name=run.name, **counts
        )
