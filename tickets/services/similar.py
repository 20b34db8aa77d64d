"""What may have been raised already: open tickets whose subject shares words with a new one."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from customers.models import Account
from helpdesk.core.actors import Actor
from helpdesk.core.search import search_form
from tickets.models import Ticket
from tickets.services.finding import newest

HERE, ELSEWHERE = 5, 3
"""So many suggestions of the ticked account, and so many of others."""
MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_COMMON_WORDS = """
THE AND FOR NOT ARE BUT WITH FROM OUR YOUR HAVE HAS HAD CAN CANNOT DOES DOESN THIS THAT WAS WERE WILL
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def similar_words(subject: str) -> list[str]:
    """The words of a subject that say something, in search form; a Korean word also without its last syllable.

    The last syllable is most often a particle: 리더기가 and 리더기는 are about the same thing.
    """
    words: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFC", subject)):
        if _HANGUL.search(word):
            stem = word[:-1] if len(word) >= 3 else word
            if len(stem) >= 2:
                words.append(search_form(stem))
        elif len(word) >= 3 and word.upper() not in _COMMON:
            words.append(search_form(word))
    return list(dict.fromkeys(words))[:MOST_WORDS]


def similar_tickets(
    actor: Actor, account: Account | None, subject: str, limit: int = HERE, elsewhere: int = ELSEWHERE
) -> list[Ticket]:
    """Open tickets that the actor may see, up to `limit` of `account` first, then up to `elsewhere` of others; in each
    part those with most words in common come first, then the newest.

    Each has `matched_words`, for marking them. Without a telling word: none. It looks into the newest open tickets that
    the actor may see (`finding.newest`).
    """
    words = similar_words(subject)
    if not words:
        return []
    visible = Ticket.objects.visible_to(actor).open()
    rows, _is_capped = newest(visible, "account", "search")
    matched = [(pk, place, [word for word in words if word in text]) for pk, place, text in rows]
    matched = sorted((row for row in matched if row[2]), key=lambda row: -len(row[2]))
    here = account.pk if account else None
    chosen = [row for row in matched if here is not None and row[1] == here][:limit]
    chosen += [row for row in matched if here is None or row[1] != here][:elsewhere]
    tickets = visible.select_related("contact", "account").with_following(actor)
    return _read(tickets, {pk: words for pk, _place, words in chosen})


def _read(tickets: Any, matched: dict[int, list[str]]) -> list[Ticket]:
    found = tickets.in_bulk(list(matched))
    for pk, ticket in found.items():
        ticket.matched_words = matched[pk]
    return [found[pk] for pk in matched if pk in found]
