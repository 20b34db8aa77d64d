"""Looking for words in the tickets that somebody may see, with a limit on how much is read.

No index knows the words of messages. So the newest tickets that the person may see are taken first, and only these are
looked into: what is read depends on the person, never on the size of the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, IntegerField, Max, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from helpdesk.core.keys import key_in
from helpdesk.core.lookups import one_of
from helpdesk.core.search import asked, search_form
from tickets.models import Message, Ticket

LOOKED_AT = 2000
"""So many tickets are looked into, the newest ones."""
MOST_WORDS = 12


@dataclass(frozen=True)
class Found:
    """The tickets that were found; `is_capped`: there are older ones that were not looked into."""

    tickets: set[int]
    is_capped: bool = False


def newest(tickets: Any, *columns: str) -> tuple[list[tuple[Any, ...]], bool]:
    """The newest of `tickets` by their last public word, as rows (id, columns), and whether there are more.

    The order is that of an expression on purpose: by a column the database would walk an index of the whole desk until
    it has met enough tickets of this person.
    """
    heard_at = Coalesce("last_reply_at", "created_at")
    rows = list(tickets.order_by(heard_at.desc(), "-id").values_list("pk", *columns)[: LOOKED_AT + 1])
    return rows[:LOOKED_AT], len(rows) > LOOKED_AT


def find_said(tickets: Any, text: str) -> Found:
    """Of `tickets`, which came from `visible_to`, those with every word of `text` in the subject or in what was said
    publicly, or with that number: three queries, whatever is asked."""
    meant = asked(text)
    words = list(dict.fromkeys(meant.words.replace("\x00", "").split()))[:MOST_WORDS]
    rows, is_capped = newest(tickets, "search")
    said = _said([pk for pk, _subject in rows], words)
    found = {
        pk
        for pk, subject in rows
        if all(said.get(pk, 0) >> n & 1 or _is_called(word, pk, subject) for n, word in enumerate(words))
    }
    if meant.number and not words:
        found = set()
    number = meant.number or (key_in(words[0].lstrip("#")) if len(words) == 1 else None)
    if number:  # is found however old the ticket is
        found |= set(tickets.filter(pk=number).values_list("pk", flat=True))
    return Found(found, is_capped)


def _is_called(word: str, pk: int, subject: str) -> bool:
    """As `querysets.called`, on a row."""
    parts = search_form(word).split()
    return key_in(word.lstrip("#")) == pk or (bool(parts) and all(part in subject for part in parts))


def _said(tickets: list[int], words: list[str]) -> dict[int, int]:
    """For each ticket whose public messages have some of the words, which of them: bit n for word n.

    A number for each ticket, not a condition on messages: that the database answers ticket by ticket, through the index
    of a conversation. Of a condition it may make one pass over all messages of the desk.
    """
    if not tickets or not words:
        return {}
    messages = Message.objects.filter(ticket=OuterRef("pk"), kind=Message.Kind.PUBLIC).order_by()
    has = [
        Max(Case(When(body__icontains=word, then=Value(1 << n)), default=Value(0)))
        for n, word in enumerate(words)
    ]
    which = messages.values("ticket").annotate(words=reduce(add, has)).values("words")
    rows = Ticket.objects.filter(one_of("id", tickets)).order_by()
    found = rows.annotate(words=Subquery(which, output_field=IntegerField())).values_list("pk", "words")
    return {pk: found_words for pk, found_words in found if found_words}
