"""What may have been raised already: open tickets of an account whose subject shares words with a new one."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Q

from customers.models import Account
from helpdesk.core.actors import Actor
from helpdesk.core.search import search_form
from tickets.models import Ticket

CANDIDATES = 200
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


def similar_tickets(actor: Actor, account: Account | None, subject: str, limit: int = 5) -> list[Ticket]:
    """Open tickets of `account` that the actor may see, those with most words in common first, then the newest.

    Each has `matched_words`, for marking them. Without an account or a telling word: none.
    """
    words = similar_words(subject)
    if account is None or not words:
        return []
    condition = Q()
    for word in words:
        condition |= Q(search__contains=word)
    candidates = list(
        Ticket.objects.visible_to(actor)
        .open()
        .filter(condition, account=account)
        .select_related("contact", "account")
        .with_following(actor)[:CANDIDATES]
    )
    for ticket in candidates:
        ticket.matched_words = [word for word in words if word in ticket.search]
    candidates.sort(key=lambda ticket: len(ticket.matched_words), reverse=True)
    return candidates[:limit]
