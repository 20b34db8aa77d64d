"""The letters that the desk writes: each a code, and a function that makes the text at the moment of sending.

    @letter("tickets.reply")
    def reply_letter(delivery: Delivery) -> Letter | None: ...

The function runs in the reader's language. It asks once more whether the reader may have the letter, and answers None
when not: the delivery is cancelled. It raises `Undeliverable` when the letter is wanted and has nowhere to go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from helpdesk.core.sealing import unseal
from helpdesk.outbox.models import Delivery

SUBJECT_LIMIT = 200
#: Machine-sent: no out-of-office answers it.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Letter:
    """What a mail says. `address` is where the reader is reached by now, when that is no longer where it was."""

    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""
    address: str = ""


class Undeliverable(Exception):
    """A letter that is still wanted and cannot go: the delivery is refused, with this reason."""

    def __init__(self, reason: Delivery.Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


Writer = Callable[[Delivery], Letter | None]


@dataclass(frozen=True)
class Kind:
    """A registered letter; `title` names it to administrators."""

    code: str
    write: Writer
    title: Callable[[], str]


_kinds: dict[str, Kind] = {}


def letter(code: str, *, title: Callable[[], str]) -> Callable[[Writer], Writer]:
    """Register the function that writes letters of this kind. Called at start."""

    def register(write: Writer) -> Writer:
        _kinds[code] = Kind(code, write, title)
        return write

    return register


def kind_of(code: str) -> Kind:
    """The registered letter. Raises `KeyError` for a code that nobody registered."""
    return _kinds[code]


def registered_kinds() -> dict[str, Kind]:
    """Every letter there is."""
    return dict(_kinds)


def title_of(code: str) -> str:
    """The letter's name in the reader's language; of one that is no longer there, its code."""
    kind = _kinds.get(code)
    return kind.title() if kind else code


def secrets_of(delivery: Delivery) -> dict[str, Any]:
    """What the delivery keeps sealed. Raises `helpdesk.core.sealing.Unreadable`."""
    opened: dict[str, Any] = unseal(delivery.sealed) if delivery.sealed else {}
    return opened


def subject_line(text: str) -> str:
    """One line, with the desk's name in front."""
    return short(f"[{settings.HELPDESK_NAME}] {text}")


def short(text: str) -> str:
    """One line of a length that every mail program shows."""
    return " ".join(text.split())[:SUBJECT_LIMIT]
