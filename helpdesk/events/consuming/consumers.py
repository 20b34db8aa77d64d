"""Consumers: code that acts on entries of the audit feed, registered by an app."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from helpdesk.events.models import AuditEntry

Handle = Callable[[AuditEntry], None]


class Stage(IntEnum):
    """When a consumer has its turn: after those of earlier stages are done with the same entry, or gave it up."""

    SERVICE_LEVELS = 1
    RULES = 2
    TELLING = 3
    """Whatever tells somebody: notifications, letters, webhooks, figures of reports."""


class Batches(StrEnum):
    """What a consumer does with the work of a job, such as an import that changed a thousand contacts."""

    EACH = "each"
    """It handles every entry."""
    ONCE = "once"
    """It handles the entry that ends the job, which holds the counts."""
    ASKED = "asked"
    """As EACH, when whoever started the job chose so (`Actor.asked`)."""
    NEVER = "never"


@dataclass(frozen=True)
class Consumer:
    """What acts on entries of some codes.

    `handle` runs in a transaction of its own, in which the delivery is marked: what it writes to the database happens
    exactly once. It must do nothing outside the database; letters and requests go through the outbox. Entries about
    one subject come in their order. It raises to be tried again.
    """

    name: str
    listens_to: tuple[str, ...]
    handle: Handle
    stage: Stage = Stage.TELLING
    batches: Batches = Batches.NEVER


_consumers: dict[str, Consumer] = {}
_listening: dict[str, tuple[Consumer, ...]] = {}


def register(consumer: Consumer) -> Consumer:
    """Let a consumer hear of what is recorded from now on. Raises `ValueError` for a name that is taken."""
    if consumer.name in _consumers:
        raise ValueError(f"Two consumers are called {consumer.name}")
    _consumers[consumer.name] = consumer
    _note_who_listens()
    return consumer


def unregister(name: str) -> None:
    """Take a consumer out; for a test, or an app that is switched off."""
    _consumers.pop(name, None)
    _note_who_listens()


def _note_who_listens() -> None:
    _listening.clear()
    for consumer in sorted(_consumers.values(), key=lambda each: (each.stage, each.name)):
        for code in consumer.listens_to:
            _listening[code] = (*_listening.get(code, ()), consumer)


def consumer_called(name: str) -> Consumer | None:
    """The consumer of a name, if there is one."""
    return _consumers.get(name)


def consumers() -> list[Consumer]:
    """Every consumer."""
    return list(_consumers.values())


def listeners(code: str) -> Collection[Consumer]:
    """Who listens to a code, in the order of stages."""
    return _listening.get(code, ())
