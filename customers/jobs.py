"""The kinds of background jobs that customers' records have: imports and bulk updates."""

from __future__ import annotations

from typing import Any

from customers.bulk import lifecycle as bulk_lifecycle
from customers.bulk import run as bulk_run
from customers.bulk import undo as bulk_undo
from customers.bulk.wanted import Wanted
from customers.imports.engine import dryrun
from customers.imports.engine import lifecycle as import_lifecycle
from customers.imports.engine import run as import_run
from customers.imports.engine import undo as import_undo
from customers.models import BulkUpdate, ImportRun
from helpdesk.core.actors import Actor
from helpdesk.jobs.kinds import Kind, register
from helpdesk.jobs.models import Job

Status = Job.Status


# --- Imports -------------------------------------------------------------------
def _require_import(_run: ImportRun, actor: Actor) -> None:
    actor.require(import_lifecycle.PERMISSION)


def _import_data(run: ImportRun, event: str) -> dict[str, Any]:
    data: dict[str, Any] = {"name": run.name}
    if event == "finished":
        data |= {"kind": run.kind, **run.counts}
    if event == "undone":
        data |= {"records": run.undone_records, "kept": run.kept_records}
    return data


# --- Bulk updates --------------------------------------------------------------
def _require_bulk(run: BulkUpdate, actor: Actor) -> None:
    bulk_lifecycle.require(Wanted.from_json(run.wanted), actor)


def _bulk_data(run: BulkUpdate, event: str) -> dict[str, Any]:
    if event == "finished":
        return {"changed": run.changed, "unchanged": run.unchanged, "left_out": run.left_out}
    if event == "undone":
        return {"contacts": run.undone_records, "kept": run.kept_records}
    return {}


register(
    Kind(
        model=ImportRun,
        require=_require_import,
        steps={
            Status.CHECKING: dryrun.check,
            Status.RUNNING: import_run.carry_out,
            Status.UNDOING: import_undo.take_back,
        },
        data=_import_data,
        channel=lambda run: Actor.system(run.name),
    )
)
register(
    Kind(
        model=BulkUpdate,
        require=_require_bulk,
        steps={Status.RUNNING: bulk_run.carry_out, Status.UNDOING: bulk_undo.take_back},
        data=_bulk_data,
        channel=lambda _run: Actor.system("bulk update"),
    )
)
