"""Consumers that tests register, and a table that their effects go to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from helpdesk.core.models import Tally
from helpdesk.events.consuming import consumers
from helpdesk.events.consuming.consumers import Batches, Consumer, Stage
from helpdesk.events.models import AuditEntry


@contextmanager
def listening(
    name: str, handle: Callable[[AuditEntry], Any], codes: Sequence[str], **more: Any
) -> Iterator[Consumer]:
    """A consumer for as long as the block lasts."""
    consumer = consumers.register(Consumer(name, tuple(codes), handle, **more))
    try:
        yield consumer
    finally:
        consumers.unregister(name)


class Notebook:
    """What consumers did, in order: (consumer, id of the entry)."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    def by(self, name: str) -> Callable[[AuditEntry], None]:
        return lambda entry: self.lines.append((name, entry.pk))


__all__ = ["Batches", "Notebook", "Stage", "Tally", "listening"]
