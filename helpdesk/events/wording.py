"""The sentences of the audit feed, made when somebody reads it, in the reader's language and the desk's words.

The declaration of an event makes the sentence without its actor, such as "changed status from New to Open". `told`
puts the actor's name to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.core.words import phrase
from helpdesk.events.declaring import event_of
from helpdesk.events.models import AuditEntry


@dataclass(frozen=True)
class Place:
    """Where a feed's reader finds the thing that an entry is about: a link and its words, such as ``1042``."""

    words: str
    url: str


_places: dict[str, Callable[[int], Place]] = {}


def register_place(label: str, place: Callable[[int], Place]) -> None:
    """Say where things of a model (``app.model``) are found, by their id alone: a feed asks nothing per row."""
    _places[label] = place


def place_of(entry: AuditEntry) -> Place | None:
    """Where the entry's subject is found; None for what has no page of its own, and for what is gone."""
    find = _places.get(entry.subject_type)
    return None if find is None or entry.code.endswith(".deleted") else find(entry.subject_id)


def sentence(entry: AuditEntry) -> str:
    """What happened, without who did it. A code nobody words is shown as it is rather than hidden."""
    event = event_of(entry.code)
    if event is None:
        return entry.code
    try:
        return event.words(entry.data)
    except (KeyError, TypeError, ValueError):
        return entry.code


def told(entry: AuditEntry) -> str:
    """The whole sentence: who did what. A person is named with the courtesy of the language, the desk without it."""
    what = sentence(entry)
    if entry.actor_kind in (AuditEntry.ActorKind.AGENT, AuditEntry.ActorKind.CONTACT):
        return phrase("%(person)s %(what)s", person=actor_name(entry), what=what)
    return phrase("%(program)s %(what)s", program=actor_name(entry), what=what)


def actor_name(entry: AuditEntry) -> str:
    """Who did it: the person's present name, else the name at the time, else the desk."""
    if entry.actor_user:
        return entry.actor_user.get_full_name()
    return entry.actor_label or phrase("The help desk")
