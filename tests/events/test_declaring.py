"""Declarations of events: known after `django.setup()` alone, complete, and held by what is recorded."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.events.declaring import (
    TEXT,
    Event,
    UndeclaredEvent,
    declare,
    declared_codes,
    event_of,
    withdraw,
)
from helpdesk.events.models import AuditEntry
from helpdesk.events.recording import Happening, record, record_many
from tests.factories import DESK
from tests.personas import World

ROOT = Path(__file__).parents[2]
RECORDERS = {"record", "record_happening", "Happening"}


def recorded_codes() -> dict[str, str]:
    """Every code that the product records, as a constant, and where: the first argument of `record` and
    `Happening`; a name stands for the module's constant."""
    found = {}
    for path in sorted(
        p for app in ("helpdesk", "customers", "tickets", "portal") for p in (ROOT / app).rglob("*.py")
    ):
        for code in codes_in(ast.parse(path.read_text())):
            found[code] = str(path.relative_to(ROOT))
    return found


def codes_in(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDERS and node.args:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value[1:]:
                    yield part.value
                elif isinstance(part, ast.Name) and "." in str(constants.get(part.id, "")):
                    yield constants[part.id]


def test_every_recorded_code_is_declared_after_setup_alone() -> None:
    """As in the worker, which imports no view."""
    script = (
        "import django; django.setup()\n"
        "from helpdesk.events.declaring import declared_codes\n"
        "print('\\n'.join(sorted(declared_codes())))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    recorded = recorded_codes()
    assert len(recorded) > 70
    # Of a code put together at run time only the beginning, or the end, stands in the source.
    missing = {
        code: where
        for code, where in recorded.items()
        if not any(full.startswith(code) or (code[0] == "." and full.endswith(code)) for full in said)
    }
    assert missing == {}
    assert set(said) == declared_codes()


def test_an_undeclared_code_is_an_error(world: World) -> None:
    with pytest.raises(UndeclaredEvent, match="nobody.knows"):
        record("nobody.knows", subject=world.harbor, actor=DESK)
    with pytest.raises(UndeclaredEvent, match="unknown data “colour”"):
        record("account.created", subject=world.harbor, actor=DESK, name="x", colour="red")
    with pytest.raises(UndeclaredEvent, match="“name” is int"):
        record_many([Happening("account.created", world.harbor, None, {"name": 3})], actor=DESK)
    with pytest.raises(UndeclaredEvent, match="subject “customers.account”"):
        record("contact.created", subject=world.harbor, actor=DESK, name="x")
    assert not AuditEntry.objects.filter(data__has_key="colour").exists()


def test_in_production_nothing_is_compared(world: World, settings) -> None:
    settings.HELPDESK_CHECKS_EVENTS = False
    assert record("nobody.knows", subject=world.harbor, actor=DESK).code == "nobody.knows"


def test_a_code_is_declared_once_and_personal_data_is_data() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare(Event("contact.created", lambda d: ""))
    with pytest.raises(ValueError, match="no data"):
        Event("thing.made", lambda d: "", data={"name": TEXT}, personal=("email",))


def test_declarations_are_taken_back() -> None:
    declare(Event("thing.made", lambda d: "made it"))
    assert event_of("thing.made")
    withdraw(["thing.made"])
    assert event_of("thing.made") is None
