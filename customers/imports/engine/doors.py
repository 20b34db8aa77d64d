"""An import from the file to its end in one go, for the doors that have no steps: the admin and the command line.

The workspace takes the same steps one page at a time, see :mod:`customers.imports.engine.lifecycle`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from customers.imports.engine import dryrun, lifecycle
from customers.imports.engine import run as running
from customers.imports.engine.modes import ADD
from customers.imports.matching import targets
from customers.imports.matching.columns import normal
from customers.models import CustomField, ImportRun
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs import running as jobs_running
from helpdesk.spreadsheets.conversion import Converted
from helpdesk.spreadsheets.errors import FileError


@dataclass(frozen=True)
class Order:
    """How a file is to be imported; ``chosen`` says by heading what a column fills, the others are guessed."""

    mode: str = ADD
    also_add: bool = False
    kind: str = targets.CONTACTS
    sheet: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


class UnknownColumnError(DomainError):
    """A choice is about a column that the file does not have."""

    def __init__(self, heading: str) -> None:
        super().__init__(_("The file has no column called “%(heading)s”.") % {"heading": heading})


class UnknownFieldError(DomainError):
    """A column is to fill a field that there is not."""

    def __init__(self, code: str, known: list[str]) -> None:
        message = _("There is no field called “%(code)s”. Choose one of: %(known)s")
        super().__init__(message % {"code": code, "known": ", ".join(known)})


def take_in(
    upload: File[Any], order: Order, *, actor: Actor, converted: Converted | None = None
) -> ImportRun:
    """Receive a file and match its columns; what is left is :func:`check`. When it raises, nothing is kept.

    Raises :class:`FileError`, :class:`MappingError` and the errors of this module.
    """
    run = lifecycle.receive(upload, actor=actor, kind=order.kind, converted=converted)  # type: ignore[arg-type]
    try:
        if order.sheet and order.sheet != run.layout.get("sheet"):
            run = lifecycle.choose(run, actor=actor, sheet=_sheet(run, order.sheet))
        mapping = _mapping(run, order.chosen)
        return lifecycle.match_columns(run, mapping, order.mode, actor=actor, also_add=order.also_add)
    except DomainError:
        discard(run)
        raise


def _sheet(run: ImportRun, name: str) -> str:
    if name not in {sheet["name"] for sheet in run.sheets}:
        raise FileError("no_sheet")
    return name


def _mapping(run: ImportRun, chosen: Mapping[str, str]) -> list[str]:
    headings = [normal(column["header"]) for column in run.columns]
    mapping = list(run.mapping)
    for heading, code in chosen.items():
        if normal(heading) not in headings:
            raise UnknownColumnError(heading)
        if not targets.is_known(run.kind, code) or not _is_here(code):
            raise UnknownFieldError(code, [target.code for target in targets.TARGETS[run.kind]])
        mapping[headings.index(normal(heading))] = code
    guessed = {
        index for index, heading in enumerate(headings) if heading not in {normal(one) for one in chosen}
    }
    for columns in targets.twice_filled(mapping).values():
        for index in guessed.intersection(columns):
            mapping[index] = targets.IGNORE  # a choice takes its field from a guess
    return mapping


def _is_here(code: str) -> bool:
    """A field that the desk added has to have been added."""
    modules = {
        targets.CUSTOM: CustomField.Module.CONTACT,
        targets.ACCOUNT_CUSTOM: CustomField.Module.ACCOUNT,
    }
    prefix, colon, key = code.partition(":")
    return not colon or CustomField.objects.filter(module=modules[prefix + colon], key=key).exists()


def check(run: ImportRun) -> ImportRun:
    """Make the dry run now. Raises :class:`FileError` when the file turns out to be unreadable."""
    dryrun.check(run.pk)
    run.refresh_from_db()
    if run.status == ImportRun.Status.FAILED:
        raise FileError(run.problem)
    return run


def carry_out(
    run: ImportRun,
    *,
    actor: Actor,
    agreed: str | None = None,
    watch: Callable[[ImportRun], None] | None = None,
) -> ImportRun:
    """Start a checked import (raises as `lifecycle.start`), or go on with one that stopped, and stay until its end.

    ``watch`` is told of the run after each batch.
    """
    if run.status == ImportRun.Status.READY:
        run = lifecycle.start(run, actor=actor, agreed=agreed)
    else:
        run = jobs.resume(run, actor=actor)
    try:
        running.carry_out(run.pk, watch=watch)
    except KeyboardInterrupt:  # the batch it was at is rolled back, and no worker is to go on with the rest
        jobs_running.finish(run, ImportRun.Status.CANCELLED)
    run.refresh_from_db()
    return run


def discard(run: ImportRun) -> None:
    """Forget a file of which nothing was imported. That it was uploaded stays on record."""
    if run.started_at is None:
        run.file.delete(save=False)
        run.spool.delete(save=False)
        run.delete()
