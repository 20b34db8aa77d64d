"""Whatever is in a file and whoever is here: the counts add up, the dry run tells the truth, the modes do what they
say, a second time changes nothing, and the undo leaves no trace."""

from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from customers.imports.engine import dryrun, files, lifecycle
from customers.imports.engine import run as running
from customers.imports.engine import undo as undoing
from customers.imports.engine.modes import OUTCOMES
from customers.imports.engine.results import outcome_of
from customers.imports.screens import showing
from customers.imports.screens.presenting import diffs
from customers.models import (
    Account,
    AccountDomain,
    Association,
    Contact,
    ContactMethod,
    ImportedAccount,
    ImportedContact,
    ImportRun,
    RejectedRow,
)
from helpdesk.core.actors import Actor
from helpdesk.events.models import AuditEntry
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs import running as machine
from helpdesk.spreadsheets.errors import FileError
from tests.customers.imports.conftest import csv_text
from tests.customers.imports.naive import Desk
from tests.customers.imports.worlds import (
    ACCOUNT_COLUMNS,
    CONTACT_COLUMNS,
    account_rows,
    tidy_rows,
    wild_rows,
    worlds,
)

LETTERS = dict(zip(OUTCOMES, "cuosf", strict=True))
ACTOR = Actor.system("test")
RECORDS = (Account, AccountDomain, Contact, ContactMethod, Association)
NOTES = (ImportedAccount, ImportedContact, RejectedRow, AuditEntry)
MODES = st.sampled_from(
    [("add", False), ("fill", False), ("fill", True), ("overwrite", False), ("overwrite", True)]
)
BATCHES = st.sampled_from([1, 2, 3, 1000])
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


class Undone(Exception):
    """The example is over; its rows go."""


def example(function: Any) -> Any:
    """An example in a transaction of its own."""

    def run(**given_values: Any) -> None:
        try:
            with transaction.atomic():
                function(**given_values)
                raise Undone
        except Undone:
            pass

    return run


def dump(*models: Any) -> dict[str, list[Any]]:
    """Every column of every row. A list of accounts is written whole, so its rows have no ids worth keeping."""
    found = {}
    for model in models:
        names = [f.attname for f in model._meta.concrete_fields if (model, f.attname) != (Association, "id")]
        found[model.__name__] = sorted(model.objects.values_list(*names), key=repr)
    return found


class Import:
    """One import of a file, with what became of each of its rows."""

    def __init__(self, rows: list[list[str]], columns: list[str], kind: str, mode: tuple[str, bool]) -> None:
        content = csv_text([[f"Column {n}" for n in range(len(columns))], *rows]).encode()
        try:
            run = lifecycle.receive(SimpleUploadedFile("file.csv", content), actor=ACTOR, kind=kind)
        except FileError:
            assume(False)
        run = lifecycle.match_columns(run, columns, mode[0], actor=ACTOR, also_add=mode[1])
        self.pk, self.kind, self.mode = run.pk, kind, mode
        self.happened: dict[int, str] = {}

    @property
    def run(self) -> ImportRun:
        return ImportRun.objects.get(pk=self.pk)

    def rows(self) -> list[tuple[int, list[str]]]:
        with files.opened(self.run) as spool:
            return list(spool.rows())

    def check(self) -> None:
        """The dry run: it writes nothing but its report, and tells of each row what it tells of the whole file."""
        before = dump(*RECORDS, *NOTES)
        dryrun.check(self.pk)
        assert dump(*RECORDS, *NOTES) == before
        letters = self.letters()
        assert len(letters) == self.run.total
        assert {name: self.run.preview[name] for name in LETTERS} == _counts(letters)
        self.shown()

    def letters(self) -> str:
        """The outcomes of all rows; files are so small here that all are kept."""
        rows = self.run.preview_rows.order_by("number")
        return "".join(LETTERS[outcome] for outcome in rows.values_list("outcome", flat=True))

    def shown(self) -> None:
        """Each row can be looked at, among those of its kind and by itself."""
        rows = list(self.run.preview_rows.order_by("number"))
        assert [row.number for row in rows] == [number for number, _cells in self.rows()]
        assert len(diffs([outcome_of(row) for row in rows if not row.problem])) == sum(
            not row.problem for row in rows
        )
        for row in rows:
            assert showing.rows_to_show(self.run, {"row": str(row.number)}).outcome == row.outcome

    def carry_out(self) -> None:
        """The run: it does what the dry run said, row for row."""
        keep = running._keep

        def listening(run: ImportRun, outcomes: Any) -> Any:
            self.happened |= {outcome.number: LETTERS[outcome.outcome] for outcome in outcomes}
            return keep(run, outcomes)

        expected, promised = self.letters(), self.run.preview
        with patch.object(running, "_keep", listening):
            running.carry_out(lifecycle.start(self.run, actor=ACTOR).pk)
        run = self.run
        assert (run.status, run.processed) == ("done", run.total)
        assert run.counts == _counts(expected)
        assert "".join(self.happened[number] for number, _cells in self.rows()) == expected
        assert run.created_accounts == promised["accounts"]
        left_out = dict(run.rejected_rows.values_list("number", "outcome"))
        assert {n: LETTERS[o] for n, o in left_out.items()} == {
            n: letter for n, letter in self.happened.items() if letter in "sf"
        }

    def undo(self) -> None:
        if self.run.can_be_undone:
            undoing.take_back(jobs.undo(self.run, actor=ACTOR).pk)
            assert (self.run.status, self.run.kept_records) == ("undone", 0)


def _counts(letters: str) -> dict[str, int]:
    counted = Counter(letters)
    return {name: counted[letter] for name, letter in LETTERS.items()}


def assert_sound() -> None:
    """PRODUCT §4: positions 1..n, at most 25; one default of each kind there is; no circle of parents."""
    lists: dict[int, list[int]] = {}
    for contact, position in Association.objects.order_by("position").values_list("contact", "position"):
        lists.setdefault(contact, []).append(position)
    assert all(places == list(range(1, len(places) + 1)) and len(places) <= 25 for places in lists.values())
    defaults = Counter()
    for contact, kind, is_default in ContactMethod.objects.values_list("contact", "kind", "is_default"):
        defaults[contact, kind] += is_default
    assert set(defaults.values()) <= {1}
    parents = dict(Account.objects.values_list("pk", "parent"))
    for account in parents:
        steps, above = 0, parents[account]
        while above is not None:
            steps, above = steps + 1, parents[above]
            assert steps <= len(parents)


def told(happened: list[str], expected: list[str]) -> bool:
    """The naive table does not tell updated from unchanged."""
    names = {"c": "created", "u": "here", "o": "here", "s": "skipped", "f": "failed"}
    return [names[letter] for letter in happened] == expected


def whole_life(
    rows: list[list[str]], columns: list[str], kind: str, mode: tuple[str, bool], batch: int
) -> bool:
    """Import twice and undo both; returns whether the second time left everything as it was."""
    naive, start = Desk.now(), dump(*RECORDS)
    with patch.object(files, "BATCH", batch), patch.object(machine, "BREATH", 0):
        first = Import(rows, columns, kind, mode)
        first.check()
        first.carry_out()
        assert_sound()
        expected = naive.take(first.rows(), first.run.mapping, kind, *mode)
        assert told([first.happened[number] for number, _cells in first.rows()], expected)
        assert Desk.now().seen() == naive.seen()
        between, audit = dump(*RECORDS), AuditEntry.objects.exclude(code__startswith="import.").count()
        second = Import(rows, columns, kind, mode)
        second.check()
        second.carry_out()
        naive.take(second.rows(), second.run.mapping, kind, *mode)
        assert Desk.now().seen() == naive.seen()
        after = Desk.now().seen(), AuditEntry.objects.exclude(code__startswith="import.").count()
        second.undo()
        assert dump(*RECORDS) == between
        same_state = after[0] == Desk.now().seen()
        if same_state and batch >= len(rows):
            assert after[1] == audit
            assert (second.run.created, second.run.changed) == (0, 0)
            assert not ImportedContact.objects.filter(run=second.pk).exists()
            assert not ImportedAccount.objects.filter(run=second.pk).exists()
        first.undo()
        assert dump(*RECORDS) == start
    return same_state


@settings(phases=PHASES, suppress_health_check=list(HealthCheck))
@given(world=worlds(), rows=st.lists(wild_rows(), min_size=1, max_size=7), mode=MODES, batch=BATCHES)
@pytest.mark.django_db
def test_any_file_of_contacts(world, rows, mode, batch):
    @example
    def one():
        world.build()
        whole_life(rows, CONTACT_COLUMNS, "contacts", mode, batch)

    one()


@settings(phases=PHASES, suppress_health_check=list(HealthCheck))
@given(world=worlds(tidy=True), rows=st.lists(tidy_rows(), min_size=1, max_size=7), mode=MODES, batch=BATCHES)
@pytest.mark.django_db
def test_a_file_in_which_a_person_has_one_reference_changes_nothing_the_second_time(world, rows, mode, batch):
    @example
    def one():
        world.build()
        assert whole_life(rows, CONTACT_COLUMNS, "contacts", mode, batch)

    one()


@settings(phases=PHASES, suppress_health_check=list(HealthCheck))
@given(world=worlds(), rows=st.lists(account_rows(), min_size=1, max_size=8), mode=MODES, batch=BATCHES)
@pytest.mark.django_db
def test_any_file_of_accounts(world, rows, mode, batch):
    @example
    def one():
        world.build()
        whole_life(rows, ACCOUNT_COLUMNS, "accounts", mode, batch)

    one()
