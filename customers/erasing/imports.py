"""What imports keep of a person: notes for the undo, rows left out, sample values, the files themselves."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from customers.erasing.contacts import Erased, told
from customers.models import ImportedAccount, ImportedContact, ImportRun, PreviewRow, RejectedRow
from customers.registry import Erasure
from helpdesk.core.words import phrase_n
from helpdesk.events.redaction import Traces, mentioning, redact_rows

ENDED = ("done", "failed", "cancelled", "undone")


def goes(person: Erased) -> list[tuple[str, int]]:
    """Said before it is done."""
    notes = ImportedContact.objects.filter(contact=person.contact)
    files = _files()
    return [
        told(notes, lambda n: phrase_n("%(n)s note of an import", "%(n)s notes of imports", n)),
        told(
            _rows(person),
            lambda n: phrase_n("%(n)s row left out of an import", "%(n)s rows left out of imports", n),
        ),
        told(
            files, lambda n: phrase_n("%(n)s file of a finished import", "%(n)s files of finished imports", n)
        ),
    ]


def _rows(person: Erased) -> QuerySet[RejectedRow]:
    return mentioning(RejectedRow.objects.all(), "cells", _in_cells(person))


def _in_cells(person: Erased) -> Traces:
    """A file has first and last names in cells of their own: whoever has the same last name loses a row as well."""
    contact, traces = person.contact, person.traces
    alone = {contact.last_name or contact.first_name} - {""}
    return replace(traces, exact=traces.exact | alone)


def erase(person: Erased) -> None:
    """Notes go, rows left out keep their number and reason; the finished files go, since nobody can look into all."""
    ImportedContact.objects.filter(contact=person.contact).delete()
    traces = _in_cells(person)
    for model in (RejectedRow, PreviewRow):
        mentioning(model.objects.all(), "cells", traces).update(cells=[], details={}, problem="erased")
        redact_rows(model.objects.all(), ["details"], traces)
    mentioning(PreviewRow.objects.all(), "change", traces).update(change=None, problem="erased")
    redact_rows(ImportedContact.objects.all(), ["before", "after"], person.traces.unmistakable)
    redact_rows(ImportedAccount.objects.all(), ["before", "after"], person.traces.unmistakable)
    _blank_samples(person, traces)
    for run in _files():
        for kept in (run.file, run.spool):
            if kept:
                transaction.on_commit(partial(kept.storage.delete, str(kept.name)), robust=True)
    _files().update(file="", spool="")


def _files() -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(status__in=ENDED).exclude(
        (Q(file="") | Q(file__isnull=True)) & Q(spool="")
    )


def _blank_samples(person: Erased, traces: Traces) -> None:
    """Of every import that shows values of the person, and of those whose file has gone."""
    mention = mentioning(ImportRun.objects.all(), "columns", traces)
    for run in [*mention, *_files()]:
        run.columns = [_without_samples(column) for column in run.columns]
        run.save(update_fields=["columns"])
    redact_rows(ImportRun.objects.all(), ["preview", "name"], traces)


def _without_samples(column: dict[str, Any]) -> dict[str, Any]:
    return {**column, "samples": []}


IMPORTS = Erasure(goes=goes, stays=lambda person: [], erase=erase)
