"""How far a run is, how fast, and how long it will still take; what it touched, and what an undo had to leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customers.imports.matching import targets
from customers.imports.screens.presenting import custom_labels, field_label
from customers.models import ImportedAccount, ImportedContact, ImportRun
from helpdesk.core.words import phrase, phrase_n
from helpdesk.jobs import progress
from helpdesk.jobs.progress import Progress
from helpdesk.jobs.undoing import EDITED, IN_USE

SHOWN = 100
Status = ImportRun.Status


# --- How far ---------------------------------------------------------------------
@dataclass(frozen=True)
class RowProgress(Progress):
    """Progress in rows of a file."""

    @property
    def words(self) -> str:
        """``796 of 1,267 rows``."""
        done = number_format(self.done, force_grouping=True)
        return phrase_n("%(done)s of %(n)s row", "%(done)s of %(n)s rows", self.total, done=done)

    @property
    def rate_words(self) -> str:
        rate = round(self.rate)
        return phrase_n("%(n)s row per second", "%(n)s rows per second", rate) if rate else ""


def progress_of(run: ImportRun) -> RowProgress:
    """How far the work is that the run is at: its dry run, its rows, or its undo."""
    if run.status == Status.CHECKING:
        return RowProgress(run.checked_rows, run.total)
    found = progress.progress_of(run)
    total = max(found.total, run.touched + run.created_accounts) if run.is_undoing else found.total
    return RowProgress(found.done, total, found.rate, found.left)


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
