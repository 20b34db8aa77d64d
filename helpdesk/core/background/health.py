"""Whether this process can serve, asked within two seconds whatever hangs.

The questions run in a thread with a connection of its own, outside the pool: a probe neither waits for a free
connection nor for a database that does not answer.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from helpdesk.core.database.shared_cache import cache_table_is_missing
from helpdesk.core.models import Worker

SECONDS = 1.7
QUEUE_LATE_SECONDS = 600
WORKER_LATE = timedelta(seconds=30)
Age = Callable[[datetime], float]

_ages: dict[str, Age] = {}
_asking = threading.Lock()


def register_age(name: str, age: Age) -> None:
    """Let a higher floor say how many seconds what it looks after has waited, or how much of it went wrong. It is
    told, and refuses nothing."""
    _ages[name] = age


@dataclass
class Readiness:
    """What the probe found. `told` is the answer as JSON; what is missing was not found out in time."""

    told: dict[str, Any] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        refusals = ("database", "migrations", "settings", "worker", "disk")
        late = self.told.get("queue_age_seconds", 0) >= QUEUE_LATE_SECONDS
        return all(self.told.get(name) for name in refusals) and not late

    def to_json(self) -> dict[str, Any]:
        return {"ready": self.is_ready, **self.told}


def readiness() -> Readiness:
    """Database, migrations, settings that fit what is stored, a living worker, free space, and how late things are."""
    disk = has_space()
    found = _ask_the_database()
    return Readiness({"database": bool(found), **found, "disk": disk})


# --- The database ----------------------------------------------------------------------
def _ask_the_database() -> dict[str, Any]:
    """The answers, or none when they do not come in time. A question that still hangs is not asked a second time."""
    if not _asking.acquire(blocking=False):
        return {}
    answers: dict[str, Any] = {}
    try:
        thread = threading.Thread(target=_ask, args=(answers,), name="readyz", daemon=True)
        thread.start()
    except BaseException:
        _asking.release()
        raise
    thread.join(SECONDS)
    return {} if thread.is_alive() else answers


def _ask(answers: dict[str, Any]) -> None:
    """In a thread of its own, whose connection is nobody else's."""
    try:
        connections[DEFAULT_DB_ALIAS] = _short_connection()
        found = _found()
        answers.update(found)
    except Exception:  # noqa: S110 - whatever it is, the database did not answer
        pass
    finally:
        connections.close_all()
        _asking.release()


def _short_connection() -> Any:
    present = connections[DEFAULT_DB_ALIAS]
    values = {**present.settings_dict, "CONN_MAX_AGE": 0}
    options = {name: value for name, value in values["OPTIONS"].items() if name != "pool"}
    if present.vendor == "postgresql":
        options |= {"connect_timeout": 2, "options": "-c statement_timeout=1500"}
    else:
        options |= {"timeout": 1}
    return type(present)({**values, "OPTIONS": options}, DEFAULT_DB_ALIAS)


def _found() -> dict[str, Any]:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    pending = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    problems = run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
    now = timezone.now()
    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").first()
    age = (now - oldest.enqueued_at).total_seconds() if oldest else 0.0
    return {
        "migrations": not pending,
        "settings": not (any(problem.is_serious() for problem in problems) or cache_table_is_missing()),
        "worker": has_worker(),
        "queue_age_seconds": round(age),
        **{name: round(tell(now)) for name, tell in _ages.items()},
    }


def has_worker() -> bool:
    """Whether a worker has said within half a minute that it lives."""
    return Worker.objects.filter(seen_at__gte=Now() - WORKER_LATE).exists()


# --- The disk --------------------------------------------------------------------------
def has_space() -> bool:
    """Whether attachments, and a database that is a file, have room to grow."""
    return all(
        shutil.disk_usage(_existing(place)).free >= settings.HELPDESK_MIN_FREE_BYTES for place in _places()
    )


def _places() -> list[Path]:
    database = settings.DATABASES[DEFAULT_DB_ALIAS]
    places = [Path(settings.MEDIA_ROOT)]
    if database["ENGINE"].endswith("sqlite3") and os.sep in str(database["NAME"]):
        places.append(Path(str(database["NAME"])).parent)
    return places


def _existing(place: Path) -> Path:
    """The folder itself, or the one that it will be made in."""
    return next(each for each in (place, *place.absolute().parents) if each.exists())
