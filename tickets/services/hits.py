"""What a search finds among the tickets, the best first: by number, by subject, by what was said, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from helpdesk.core.actors import Actor
from helpdesk.core.web.highlighting import excerpt, spans, words_of
from tickets.models import Message, Ticket
from tickets.services.finding import MOST_NAMES, Found, find, find_called, found_number

MOST_HITS = 50


@dataclass
class Hit:
    """A ticket, and the piece of a message that was found, with marks, when it is that which was found."""

    ticket: Ticket
    said: SafeString | str = ""
    is_note: bool = False
    file_name: str = ""
    """The name of a file that has the words, when the message itself has not."""


@dataclass
class Hits:
    """At most `limit` hits; `is_capped`: older tickets were not looked into."""

    hits: list[Hit]
    found: Found
    is_capped: bool = False

    def named(self, column: str) -> list[int] | None:
        """The people ("contact") or accounts ("account") with the words; None when they are too many to be known."""
        keys = self.found.named.get(column, [])
        return keys if len(keys) <= MOST_NAMES else None


def find_hits(actor: Actor, text: str, *, limit: int = MOST_HITS) -> Hits:
    """The tickets that `actor` may see and that hold `text`, each once: the one with that number, those called so,
    those where it was said, and those of people and accounts called so; the newest first in each."""
    visible = Ticket.objects.visible_to(actor).with_people()
    number = found_number(text)
    tickets = {ticket.pk: ticket for ticket in visible.filter(pk=number)} if number else {}
    called, is_capped = find_called(actor, text, limit=limit)
    found = find(actor, text, most=4 * limit)  # a ticket may have several of them
    newest_said = sorted(found.said, key=lambda pk: (-found.said[pk], -pk))
    wanted = [pk for pk in dict.fromkeys([*called, *newest_said]) if pk not in tickets]
    rows = visible.in_bulk(wanted[: limit - len(tickets)])
    tickets |= {pk: rows[pk] for pk in wanted if pk in rows}
    room = limit - len(tickets)
    if room and found.names is not None:
        others = visible.filter(found.names).exclude(pk__in=list(tickets))
        tickets |= {ticket.pk: ticket for ticket in others.order_by("-updated_at", "-id")[:room]}
    shown = {pk: found.said.get(pk, 0) for pk in tickets if pk not in called and pk != number}
    said = _messages(shown.values())
    hits = [_hit(ticket, said.get(shown.get(pk, 0)), text) for pk, ticket in tickets.items()]
    return Hits(hits, found, is_capped=is_capped or (found.is_capped and len(hits) < limit))


def find_quickly(actor: Actor, text: str, *, limit: int) -> list[Ticket]:
    """A few tickets while somebody types: the one with that number, then the newest that are called so."""
    number = found_number(text)
    called, _is_capped = find_called(actor, text, limit=limit)
    keys = list(dict.fromkeys([*([number] if number else []), *called]))
    found = Ticket.objects.visible_to(actor).with_people().in_bulk(keys)
    return [found[key] for key in keys if key in found][:limit]


def _messages(keys: Iterable[int]) -> dict[int, Any]:
    """Those that hold the words, of tickets that were found through `visible_to`."""
    wanted = [key for key in keys if key]
    rows = Message.objects.filter(pk__in=wanted).only("body", "kind", "file_names", "ticket_id")
    return {message.pk: message for message in rows} if wanted else {}


def _hit(ticket: Ticket, message: Any, text: str) -> Hit:
    if message is None:
        return Hit(ticket)
    words = words_of(text)
    for name in message.file_names.splitlines():
        if spans(name, words) and not spans(message.body, words):
            return Hit(ticket, is_note=message.is_note, file_name=name)
    return Hit(ticket, said=excerpt(message.body, text), is_note=message.is_note)
