"""The sentences of the audit feed, made when somebody reads it, in the reader's language and the desk's words.

Apps register one function per code; it takes the entry's data and returns a sentence without its actor, such as
"changed status from New to Open". `told` puts the actor's name to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpdesk.core.models import AuditEntry
from helpdesk.core.words import phrase, phrase_n

Worder = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Place:
    """Where a feed's reader finds the thing that an entry is about: a link and its words, such as ``1042``."""

    words: str
    url: str


_worders: dict[str, Worder] = {}
_places: dict[str, Callable[[int], Place]] = {}


def register(code: str, worder: Worder) -> None:
    """Say how entries of `code` read."""
    _worders[code] = worder


def register_place(label: str, place: Callable[[int], Place]) -> None:
    """Say where things of a model (``app.model``) are found, by their id alone: a feed asks nothing per row."""
    _places[label] = place


def place_of(entry: AuditEntry) -> Place | None:
    """Where the entry's subject is found; None for what has no page of its own, and for what is gone."""
    find = _places.get(entry.subject_type)
    return None if find is None or entry.code.endswith(".deleted") else find(entry.subject_id)


def registered_codes() -> set[str]:
    """Every code that has words."""
    return set(_worders)


def sentence(entry: AuditEntry) -> str:
    """What happened, without who did it. A code nobody words is shown as it is rather than hidden."""
    worder = _worders.get(entry.code)
    if worder is None:
        return entry.code
    try:
        return worder(entry.data)
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


register("user.created", lambda d: phrase("created the sign-in of %(email)s", email=d["email"]))
register("user.changed", lambda d: phrase("changed the sign-in of %(email)s", email=d["email"]))
register(
    "user.preferences_changed", lambda d: phrase("changed the preferences of %(email)s", email=d["email"])
)
register("user.deleted", lambda d: phrase("deleted the sign-in of %(email)s", email=d["email"]))
register(
    "user.signed_out",
    lambda d: phrase_n(
        "ended a sign-in of %(email)s", "ended %(n)s sign-ins of %(email)s", d["number"], email=d["email"]
    ),
)
register(
    "user.second_factor_set",
    lambda d: phrase("set up two-step sign-in for %(email)s", email=d["email"]),
)
register(
    "user.second_factor_changed",
    lambda d: phrase("set up another authenticator app for %(email)s", email=d["email"]),
)
register(
    "user.second_factor_removed",
    lambda d: phrase("turned off two-step sign-in for %(email)s", email=d["email"]),
)
register(
    "user.second_factor_reset",
    lambda d: phrase("reset two-step sign-in for %(email)s", email=d["email"]),
)
register(
    "user.recovery_codes_made",
    lambda d: phrase("made new recovery codes for %(email)s", email=d["email"]),
)
register(
    "term.changed",
    lambda d: phrase("set the word for %(key)s to %(singular)s", key=d["key"], singular=d["singular"]),
)
register("term.deleted", lambda d: phrase("took back the word for %(key)s", key=d["key"]))
register("definition.changed", lambda d: phrase("defined %(name)s", name=d["name"]))
register("definition.deleted", lambda d: phrase("deleted the definition %(name)s", name=d["name"]))
