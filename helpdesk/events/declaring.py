"""Declarations of events: which codes there are, what data an entry of each carries, and how it reads.

An app declares its events in one module, `events.py`, which its `AppConfig.ready` imports. Everything that has to know
a code reads the declaration: wording, redaction, the version of forms, the fan-out to consumers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Words = Callable[[dict[str, Any]], str]

TEXT, NUMBER, FLAG, LIST, CHANGES = str, int, bool, list, dict
"""What a key of an entry's data holds. CHANGES is ``{field: [before, after]}``, LIST a list or one ``[before, after]``.
None is allowed everywhere."""


@dataclass(frozen=True)
class Event:
    """One thing that can happen.

    `subject` and `related` are labels of models (``customers.contact``); an empty `subject` allows any. `data` says
    what may stand under which key. `words` makes the sentence without its actor from the data. `personal` names the
    keys (``name``, or ``changes.job_title`` inside one) that tell who the subject is: the erasure of a contact empties
    them, the others lose only the person's name and addresses. `edits_form`: the subject's form shows what changed, so
    a form that was open meanwhile is stale. `ends_batch`: the entry ends the work of a job, or of its undo, and holds
    the counts. `in_timelines`: people read it; else another entry tells them the same, and this is for consumers.
    """

    code: str
    words: Words
    subject: str | tuple[str, ...] = ""
    related: str | tuple[str, ...] = ""
    data: Mapping[str, type] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    edits_form: bool = False
    ends_batch: bool = False
    in_timelines: bool = True

    def __post_init__(self) -> None:
        if missing := {path.partition(".")[0] for path in self.personal} - set(self.data):
            raise ValueError(f"{self.code} has no data {sorted(missing)}")

    def faults(self, subject: str, related: str, data: Mapping[str, Any]) -> list[str]:
        """What an entry says that the declaration does not allow; empty when all is well."""
        found = [f"unknown data “{key}”" for key in data if key not in self.data]
        found += [
            f"“{key}” is {type(data[key]).__name__}"
            for key, kind in self.data.items()
            if data.get(key) is not None and not isinstance(data[key], kind)
        ]
        if self.subject and subject not in _labels(self.subject):
            found.append(f"subject “{subject}”")
        if related and related not in _labels(self.related):
            found.append(f"related “{related}”")
        return found


def _labels(labels: str | tuple[str, ...]) -> tuple[str, ...]:
    return (labels,) if isinstance(labels, str) else labels


_events: dict[str, Event] = {}


class UndeclaredEvent(Exception):
    """A code, or data of it, that no app has declared."""


def declare(*events: Event) -> None:
    """Make events known. Raises `ValueError` for a code that is declared already."""
    for event in events:
        if event.code in _events:
            raise ValueError(f"{event.code} is declared twice")
        _events[event.code] = event


def withdraw(codes: Iterable[str]) -> None:
    """Take declarations back; for an app that a test made."""
    for code in codes:
        _events.pop(code, None)


def event_of(code: str) -> Event | None:
    """The declaration of a code, if there is one: a feed may hold codes of an app that was taken out."""
    return _events.get(code)


def declared_codes() -> frozenset[str]:
    """Every declared code."""
    return frozenset(_events)


def editing_codes(label: str) -> list[str]:
    """The codes that change what the form of a model's records (``customers.contact``) shows."""
    found = (event for event in _events.values() if event.edits_form and label in _labels(event.subject))
    return sorted(event.code for event in found)


def ending_codes() -> list[str]:
    """The codes that end the work of a job."""
    return sorted(event.code for event in _events.values() if event.ends_batch)


def hidden_codes() -> list[str]:
    """The codes that no timeline shows."""
    return sorted(event.code for event in _events.values() if not event.in_timelines)


def check(code: str, subject: str, related: str, data: Mapping[str, Any]) -> None:
    """Raise `UndeclaredEvent` for an entry that does not follow its declaration."""
    event = event_of(code)
    if event is None:
        raise UndeclaredEvent(f"No app declares “{code}” (see docs/events.md)")
    if found := event.faults(subject, related, data):
        raise UndeclaredEvent(f"{code}: {', '.join(found)} not declared")
