"""How far a run is, how fast, and how long it will still take; what it touched, and what an undo had to leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.imports.engine.undo import IN_USE
from customers.imports.matching import targets
from customers.imports.screens import durations
from customers.imports.screens.presenting import custom_labels, field_label
from customers.models import BulkUpdate, ImportedAccount, ImportedContact, ImportRun
from customers.snapshots.restoring import EDITED
from helpdesk.core.words import phrase, phrase_n

SHOWN = 100
Status = ImportRun.Status


# --- How far ---------------------------------------------------------------------
@dataclass(frozen=True)
class Progress:
    """Rows done of all, rows per second, and the time left (None before there is anything to go by)."""

    done: int
    total: int
    rate: float = 0.0
    left: timedelta | None = None

    @property
    def percent(self) -> int:
        return min(self.done * 100 // self.total, 100) if self.total else 0

    @property
    def words(self) -> str:
        """``796 of 1,267 rows``."""
        done = number_format(self.done, force_grouping=True)
        return phrase_n("%(done)s of %(n)s row", "%(done)s of %(n)s rows", self.total, done=done)

    @property
    def rate_words(self) -> str:
        rate = round(self.rate)
        return phrase_n("%(n)s row per second", "%(n)s rows per second", rate) if rate else ""

    @property
    def left_words(self) -> str:
        return durations.left(self.left)


def progress_of(run: ImportRun) -> Progress:
    """How far the work is that the run is at: its dry run, its rows, or its undo."""
    if run.status == Status.CHECKING:
        return Progress(run.checked_rows, run.total_rows)
    if run.status == Status.UNDOING:
        done = run.undone_records + run.kept_records
        return Progress(done, max(run.touched_rows + run.created_accounts, done))
    if not run.started_at or not run.progressed_at or not run.processed_rows:
        return Progress(run.processed_rows, run.total_rows)
    until = run.finished_at or run.progressed_at
    seconds = max((until - run.started_at).total_seconds(), 0.001)
    rate = run.processed_rows / seconds
    rest = run.total_rows - run.processed_rows
    passed = (timezone.now() - run.progressed_at).total_seconds() if run.is_busy else 0.0
    return Progress(run.processed_rows, run.total_rows, rate, timedelta(seconds=max(rest / rate - passed, 0)))


def took(run: ImportRun) -> str:
    """How long a run that has ended took, in a sentence."""
    if not run.started_at or not run.finished_at:
        return ""
    return phrase("It took %(time)s.", time=durations.spoken(run.finished_at - run.started_at))


# --- What it touched -----------------------------------------------------------------
@dataclass(frozen=True)
class Touched:
    """How many records a run created and changed: records, not rows, of which two can be about one person."""

    created_contacts: int = 0
    updated_contacts: int = 0
    created_accounts: int = 0
    updated_accounts: int = 0

    @property
    def contacts(self) -> int:
        return self.created_contacts + self.updated_contacts

    @property
    def accounts(self) -> int:
        return self.created_accounts + self.updated_accounts


def touched_by(run: ImportRun) -> Touched:
    """Counted from the notes of the run: two queries."""
    contacts = _by_origin(ImportedContact, run)
    accounts = _by_origin(ImportedAccount, run)
    return Touched(
        contacts.get(True, 0), contacts.get(False, 0), accounts.get(True, 0), accounts.get(False, 0)
    )


def undo_until(run: ImportRun | BulkUpdate) -> str:
    """Until when an import or a bulk update can be undone, in a sentence."""
    if run.undo_until is None:
        return ""
    form = pgettext("day and time, Django date format", "j F, H:i")
    until = date_format(timezone.localtime(run.undo_until), form)
    return _("Possible until %(until)s.") % {"until": until}


def _by_origin(model: type[ImportedContact | ImportedAccount], run: ImportRun) -> dict[bool, int]:
    notes = model.objects.filter(run=run).order_by().values_list("is_created")
    return dict(notes.annotate(n=Count("pk")))


def undo_effects(touched: Touched) -> list[str]:
    """What an undo does, a sentence each."""
    sentences = [
        (
            touched.created_contacts,
            phrase_n(
                "%(n)s added %(term_contact)s is removed.",
                "%(n)s added %(term_contacts)s are removed.",
                touched.created_contacts,
            ),
        ),
        (
            touched.created_accounts,
            phrase_n(
                "%(n)s added %(term_account)s is removed.",
                "%(n)s added %(term_accounts)s are removed.",
                touched.created_accounts,
            ),
        ),
        (
            touched.updated_contacts,
            phrase_n(
                "%(n)s changed %(term_contact)s gets the old values back.",
                "%(n)s changed %(term_contacts)s get their old values back.",
                touched.updated_contacts,
            ),
        ),
        (
            touched.updated_accounts,
            phrase_n(
                "%(n)s changed %(term_account)s gets the old values back.",
                "%(n)s changed %(term_accounts)s get their old values back.",
                touched.updated_accounts,
            ),
        ),
    ]
    return [sentence for number, sentence in sentences if number]


# --- What an undo left ------------------------------------------------------------------
@dataclass(frozen=True)
class Kept:
    """A record that an undo left, wholly or in part, and why."""

    name: str
    url: str
    kind: str
    reasons: list[str]


def kept_records(run: ImportRun) -> list[Kept]:
    """The first of the records that were edited after the import and kept the newer values."""
    found: list[Kept] = []
    labels = custom_labels()
    for model, related, kind in (
        (ImportedContact, "contact", targets.CONTACTS),
        (ImportedAccount, "account", targets.ACCOUNTS),
    ):
        notes = model.objects.filter(run=run, is_undone=True).exclude(kept=[]).select_related(related)
        for note in notes.annotate(shown=F(f"{related}__name"))[: SHOWN - len(found)]:
            record = getattr(note, related)
            reasons = reasons_of(note.kept, kind, labels)
            found.append(Kept(record.name, record.get_absolute_url(), _kind_word(kind), reasons))
    return found


def _kind_word(kind: str) -> str:
    return phrase("%(Term_contact)s") if kind == targets.CONTACTS else phrase("%(Term_account)s")


def reasons_of(codes: list[str], kind: str, labels: Mapping[str, str]) -> list[str]:
    """Why an undo left a record, or parts of it."""
    return [_reason(code, kind, labels) for code in codes]


def _reason(code: str, kind: str, labels: Mapping[str, str]) -> str:
    if code == EDITED:
        return _("Edited since, so it stays as it is now")
    if code == IN_USE:
        return _("In use by now, so it cannot be removed")
    return _("%(field)s: edited since, the newer value stays") % {"field": field_label(code, kind, labels)}
