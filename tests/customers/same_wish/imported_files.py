"""A small file, imported through all its steps."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from customers.imports.engine import dryrun, lifecycle
from customers.imports.engine import run as import_run
from customers.models import ImportRun
from tests.customers.imports.conftest import csv_text
from tests.personas import World


def import_file(
    rows: Sequence[Sequence[object]],
    mapping: list[str],
    world: World,
    *,
    kind: str = "contacts",
    mode: str = "overwrite",
) -> None:
    """Import rows, the headings first, each column as `mapping` says. Fails when a row is refused."""
    file = SimpleUploadedFile("records.csv", csv_text(rows).encode())
    run = lifecycle.receive(file, actor=world.max.actor, kind=kind)
    run = lifecycle.match_columns(run, mapping, mode, actor=world.max.actor)
    dryrun.check(run.pk)
    run = lifecycle.start(ImportRun.objects.get(pk=run.pk), actor=world.max.actor)
    import_run.carry_out(run.pk)
    run.refresh_from_db()
    assert run.status == "done" and not run.failed, (run.status, run.failed)
