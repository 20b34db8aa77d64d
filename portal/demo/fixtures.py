"""Reading `fixtures/`: YAML files, and times written relative to now so that the desk always looks fresh."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import yaml
from django.conf import settings

FOLDER = settings.BASE_DIR / "fixtures"
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(name: str) -> Any:
    """The content of one file, such as ``accounts.yaml``."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)  # noqa: S506  either one is a safe loader


def read_tickets() -> list[dict[str, Any]]:
    """The tickets of every file in `fixtures/tickets/`, the oldest first."""
    tickets = []
    for path in sorted((FOLDER / "tickets").glob("*.yaml")):
        content = read(f"tickets/{path.name}")
        tickets += [ticket | {"department": content["department"]} for ticket in content["tickets"]]
    return sorted(tickets, key=lambda ticket: duration(ticket["opened"]), reverse=True)


def duration(text: str) -> timedelta:
    """``"2d 4h 10m"`` as a length of time. Raises `ValueError` for anything else."""
    if not re.fullmatch(r"\d+[dhm]( \d+[dhm])*", text):
        raise ValueError(f"not a length of time such as 2d 4h: {text!r}")
    return timedelta(**{UNITS[part[-1]]: int(part[:-1]) for part in text.split()})


def moment(day: date, now: datetime) -> datetime:
    """The morning of `day`, and before the oldest ticket whatever the clock of the machine says."""
    return min(datetime.combine(day, time(9), tzinfo=UTC), now - timedelta(days=90))
