"""Kinds of jobs: each app declares its own when Django starts; the machine asks them what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.core.actors import Actor
from helpdesk.jobs.models import Job


def _nothing(_job: Any, _event: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Kind:
    """What differs between kinds of jobs."""

    model: type[Job]
    require: Callable[[Any, Actor], None]
    """job, actor: raises `PermissionDenied` when the actor may not start, stop, resume or undo it."""
    steps: Mapping[str, Callable[[int], None]]
    """What a worker does with a job in a busy status, by its id; safe to call twice, or after a crash."""
    data: Callable[[Any, str], dict[str, Any]] = _nothing
    """job, event (``finished``): the data of the entry that is recorded then."""
    channel: Callable[[Any], Actor] = lambda job: Actor.system(job.KIND)
    """Who acts in a job that nobody started by hand."""
    kept_days: str = "HELPDESK_KEEP_JOBS_DAYS"
    """Name of the setting that says for how many days after its end a job is kept, with its files."""

    @property
    def code(self) -> str:
        """Stored with each job, and the first part of the codes of its events: ``import.finished``."""
        return self.model.KIND


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a kind; called from an `AppConfig.ready`."""
    _kinds[kind.code] = kind


def kind_of(job: Job) -> Kind:
    """The kind of a job. Raises `KeyError` for one that is no longer part of the product."""
    return _kinds[job.job_kind or job.KIND]


def kinds() -> Mapping[str, Kind]:
    """All kinds, by code."""
    return _kinds
