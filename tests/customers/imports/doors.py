"""The three doors that a file comes in by, each taken as a person takes it; and what they left behind."""

import io
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from customers.imports.engine.opening import opened_by
from customers.models import ImportRun
from helpdesk.jobs.tasks import advance
from tests.customers.imports.conftest import csv_text
from tests.personas import World

Rows = Sequence[Sequence[object]]
COUNTS = ("created", "updated", "unchanged", "skipped", "failed")


def content(rows: Rows | bytes) -> bytes:
    return rows if isinstance(rows, bytes) else csv_text(rows).encode()


def by_workspace(world: World, rows: Rows | bytes, mode: str, **options: Any) -> ImportRun:
    """Max goes through the pages, and the worker does its part."""
    client, also_add = world.max.client, options.get("also_add", False)
    file = SimpleUploadedFile(options.get("name", "people.csv"), content(rows))
    client.post(reverse("customers:import_create"), {"file": file})
    run = ImportRun.objects.latest("pk")
    if kind := options.get("kind"):
        client.post(reverse("customers:import_choose", args=[run.pk]), {"kind": kind})
        run.refresh_from_db()
    choices = {f"column_{index}": target for index, target in enumerate(run.mapping)}
    choices |= {"mode": mode} | ({"also_add": "on"} if also_add else {})
    checked = client.post(reverse("customers:import_match", args=[run.pk]), choices)
    assert checked.status_code == 302, checked.context["form"].errors
    press_start(client, run)
    advance.call(run.pk)
    run.refresh_from_db()
    return run


def press_start(client: Client, run: ImportRun) -> Any:
    """Press *Import* on the preview, and agree with it to what it says is opened."""
    return client.post(reverse("customers:import_start", args=[run.pk]), agreement(run))


def agreement(run: ImportRun) -> dict[str, Any]:
    """What the form of a preview sends."""
    run.refresh_from_db()
    return {"run": run.pk, "agreed": opened_by(run).key}


def by_admin(world: World, rows: Rows | bytes, mode: str, **options: Any) -> ImportRun:
    """Root uploads in the Django admin, looks at the preview and confirms."""
    client, model = world.root.client, options.get("kind", "contacts")[:-1]
    file = SimpleUploadedFile(options.get("name", "people.csv"), content(rows))
    form = {"import_file": file, "format": "0", "resource": "0", "mode": mode}
    form |= {"also_add": "on"} if options.get("also_add") else {}
    preview = client.post(reverse(f"admin:customers_{model}_import"), form)
    assert preview.status_code == 200
    assert not preview.context["form"].errors
    run = preview.context["result"].run
    client.post(reverse(f"admin:customers_{model}_process_import"), agreement(run))
    run.refresh_from_db()
    return run


def by_command(world: World, rows: Rows | bytes, mode: str, **options: Any) -> ImportRun:
    """Max types `manage.py import_contacts`."""
    path = Path(options["folder"]) / options.get("name", "people.csv")
    path.write_bytes(content(rows))
    also_add = ["--also-add"] if options.get("also_add") else []
    out = io.StringIO()
    kind = ["--kind", options.get("kind", "contacts")]
    user = ["--user", "max@desk.example"]
    call_command("import_contacts", str(path), "--mode", mode, *also_add, *kind, *user, stdout=out)
    run = ImportRun.objects.latest("pk")
    said = re.search(r"(\d+) created \+ (\d+) updated \+ .* = (\d+) rows", out.getvalue())
    assert [int(number) for number in said.groups()] == [
        run.created,
        run.changed,
        run.processed,
    ]
    return run


DOORS: dict[str, Callable[..., ImportRun]] = {
    "workspace": by_workspace,
    "admin": by_admin,
    "command": by_command,
}


def counts(run: ImportRun) -> dict[str, int]:
    """The outcomes that came about, once it is sure that they add up to the rows read."""
    found = {outcome: run.counts[outcome] for outcome in COUNTS}
    assert sum(found.values()) == run.processed == run.total
    return {outcome: number for outcome, number in found.items() if number}


def state_of(*models: Any) -> str:
    """All rows of some tables as text: the same text means that nothing was changed, not even a date."""
    return json.dumps([list(model.objects.order_by("pk").values()) for model in models], default=str)
