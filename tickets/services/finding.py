"""Looking for words in the tickets that somebody may see: in subjects, in what was said, in the names of files, and, at
the desk, in who asked and for which account.

On PostgreSQL an index knows the words of subjects and messages, narrowed to what the person may see and, the newest
first, to blocks of the desk (`tickets.search_keys`): what is read depends on what is found, not on the size of the
desk. Where no index helps (SQLite, words of one or two letters) the newest tickets are looked into, and `is_capped`
says that there are older ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import add, or_
from typing import Any

from django.db import connection, models
from django.db.models import Case, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from customers.models import Account, Contact
from helpdesk.core.actors import Actor
from helpdesk.core.database.lookups import one_of
from helpdesk.core.search import asked, containing, has_any_key, has_word, is_indexed, matching, search_form
from helpdesk.core.web.keys import key_in
from tickets.models import Message, Ticket
from tickets.querysets import called, keys_within_reach
from tickets.search_keys import BLOCK_SIZE, block_keys, block_of

LOOKED_AT = 2000
"""So many tickets are looked into where no index helps, the newest ones."""
MOST = 1000
"""So many messages with the words are taken, the newest ones."""
MOST_OF_CONTACT = 500
"""So many messages, and so many subjects, of what a contact may see."""
MOST_WORDS = 12
MOST_NAMES = 200
"""So many people and accounts with the words stand in a query by their numbers; of more, the names are looked into."""
NEWER = 18
"""So many of the newest blocks are searched before all others."""


@dataclass(frozen=True)
class Found:
    """What was found beside the words of subjects."""

    said: dict[int, int] = field(default_factory=dict)
    """Tickets with the words in what was said, each with the newest message that says so, or 0 when they stand in
    several places."""
    names: Q | None = None
    """Tickets of people and accounts that are called so, as a condition. At the desk alone."""
    named: dict[str, list[int]] = field(default_factory=dict)
    """Those people ("contact") and accounts ("account"), up to `MOST_NAMES` and one of each."""
    is_capped: bool = False
    """There is more, in older tickets, that was not looked into."""


def find(actor: Actor, text: str, *, most: int = MOST) -> Found:
    """What is found of `text`, which may have been pasted, in at most so many messages; asked once a page."""
    return actor.once(("found", text, most), _Search(actor, text, most).found)


def found_by(actor: Actor, text: str) -> Q:
    """Tickets, which must come from `visible_to`, with every word of `text`, or with that number."""
    if not actor.is_staff:
        return _found_by_contact(actor, text)
    found = find(actor, text)
    condition = called(text)
    if found.said:
        condition |= Q(one_of("id", list(found.said)))
    return condition | found.names if found.names is not None else condition


def find_as_contact(actor: Actor, text: str) -> Found:
    """As `find`, with the tickets that are called so among what was said: all that a contact finds but a number.

    A list of a contact asks for the numbers of these tickets alone, as it asks several times of the same words.
    """

    def ask() -> Found:
        found = find(actor, text, most=MOST_OF_CONTACT)
        called_so, is_capped = find_called(actor, text, limit=MOST_OF_CONTACT)
        said = dict.fromkeys(called_so, 0) | found.said
        return Found(said, is_capped=found.is_capped or is_capped or len(called_so) == MOST_OF_CONTACT)

    return actor.once(("found as contact", text), ask)


def _found_by_contact(actor: Actor, text: str) -> Q:
    number = found_number(text)
    found = [*find_as_contact(actor, text).said, *([number] if number else [])]
    return Q(one_of("id", found)) if found else Q(pk__in=[])


def find_called(actor: Actor, text: str, *, limit: int) -> tuple[list[int], bool]:
    """The newest tickets with every word in the subject; whether older ones were not looked into."""
    return _Search(actor, text).called(limit)


def newest(tickets: Any, *columns: str) -> tuple[list[tuple[Any, ...]], bool]:
    """The newest of `tickets` by their last public word, as rows (id, columns), and whether there are more.

    The order is that of an expression on purpose: by a column the database would walk an index of the whole desk until
    it has met enough tickets of this person.
    """
    heard_at = Coalesce("last_reply_at", "created_at")
    rows = list(tickets.order_by(heard_at.desc(), "-id").values_list("pk", *columns)[: LOOKED_AT + 1])
    return rows[:LOOKED_AT], len(rows) > LOOKED_AT


class _Search:
    def __init__(self, actor: Actor, text: str, most: int = MOST) -> None:
        self.actor = actor
        self.most = most
        self.text = asked(text).words
        self.words = list(dict.fromkeys(search_form(self.text).split()))[:MOST_WORDS]
        self.tickets = Ticket.objects.visible_to(actor)
        # What a contact may see the index keys say; whoever of the desk is limited is asked for at each step.
        self.all_tickets = self.tickets if actor.is_limited else Ticket.objects.all()
        self.messages = Message.objects.all() if actor.is_staff else Message.objects.public()
        if actor.is_limited:
            self.messages = self.messages.filter(ticket__in=self.tickets.order_by().values("pk"))

    def found(self) -> Found:
        if not self.words:
            return Found()
        said, is_capped = self._indexed() if self._has_index else self._walked()
        named = self._keys_named(self.text) if self.actor.is_staff else {}
        conditions = [self._of_those_named(column, keys) for column, keys in named.items()]
        return Found(said, reduce(or_, conditions) if conditions else None, named, is_capped)

    def called(self, limit: int) -> tuple[list[int], bool]:
        if not self.words:
            return [], False
        if connection.vendor != "postgresql":  # few enough to be gone through
            called_so = self.tickets.filter(self._all_words()).order_by("-id")
            return list(called_so.values_list("pk", flat=True)[:limit]), False
        if self._has_index:
            rows = self._newest_with(self.all_tickets, self.words, limit)
            return [pk for pk, _ticket in rows[:limit]], False
        looked_into, is_capped = self._newest("search")
        found = [pk for pk, subject in looked_into if all(has_word(subject, word) for word in self.words)]
        return found[:limit], is_capped and len(found) < limit

    @property
    def _has_index(self) -> bool:
        return connection.vendor == "postgresql" and all(is_indexed(word) for word in self.words)

    # --- Who asked, and for which account --------------------------------------------
    def _of_those_named(self, column: str, keys: list[int]) -> Q:
        if len(keys) > MOST_NAMES:
            return matching(self.text, column=f"{column}__search", initials=f"{column}__initials")
        return Q(one_of(f"{column}_id", keys))

    def _keys_named(self, text: str) -> dict[str, list[int]]:
        """People and accounts called so, up to `MOST_NAMES` and one of each, where there are any."""
        kinds: dict[str, Any] = {"contact": Contact.objects, "account": Account.objects}
        found = {}
        for column, rows in kinds.items():
            named = rows.visible_to(self.actor).matching(text).order_by().values_list("pk", flat=True)
            found[column] = list(named[: MOST_NAMES + 1])
        return {column: keys for column, keys in found.items() if keys}

    # --- Through the index ------------------------------------------------------------
    def _indexed(self) -> tuple[dict[int, int], bool]:
        """First tickets with one message that has all words; then those with the words in several places.

        Of one word, the longest, all tickets are taken, and these looked into for the others. When it has too many,
        the next one is tried.
        """
        said, is_capped = self._said(self.words)
        if len(self.words) == 1:
            return said, is_capped
        for word in sorted(self.words, key=len, reverse=True):
            candidates, is_capped = self._candidates(word)
            said = self._with_all_words(candidates) | said
            if not is_capped:
                break
        return said, is_capped

    def _candidates(self, word: str) -> tuple[set[int], bool]:
        said, is_capped = self._said([word])
        called_so = self._newest_with(self.all_tickets, [word], self.most)
        found = said.keys() | {pk for pk, _ticket in called_so}
        is_capped = is_capped or len(called_so) > self.most
        for column, keys in self._keys_named(word).items() if self.actor.is_staff else ():
            theirs = self.tickets.filter(one_of(f"{column}_id", keys)).order_by("-updated_at", "-id")
            tickets = list(theirs.values_list("pk", flat=True)[: self.most + 1])
            found |= set(tickets)
            is_capped = is_capped or len(keys) > MOST_NAMES or len(tickets) > self.most
        return found, is_capped

    def _said(self, words: list[str]) -> tuple[dict[int, int], bool]:
        """Tickets with these words in one message, with the newest such message; whether there are more of them."""
        rows = self._newest_with(self.messages, words, self.most)
        newest_of: dict[int, int] = {}
        for message, ticket in rows[: self.most]:
            newest_of.setdefault(ticket, message)
        return newest_of, len(rows) > self.most

    def _newest_with(
        self, rows: models.QuerySet[Any], words: list[str], limit: int = MOST
    ) -> list[tuple[int, int]]:
        """Up to `limit` and one, the newest first, of tickets or messages with all these words; each with its ticket.

        The keys decide what a contact finds; whoever shows any of it starts with `visible_to` all the same. A block at
        first: what is common fills the list at once, and what is rare is found quickly in all the others.
        """
        rows = rows.filter(self._all_words(words))
        if not self.actor.is_staff:
            rows = rows.filter(has_any_key(self._keys))
        # By the number itself the database would walk the whole table backwards.
        rows = rows.order_by((F("id") + 0).desc())
        columns = rows.values_list("pk", "ticket_id" if rows.model is Message else "pk")
        found: list[tuple[int, int]] = []
        for part in _parts(rows.model, at_first=2 if self.actor.is_staff else NEWER):
            found += columns.filter(part)[: limit + 1 - len(found)]
            if len(found) > limit:
                break
        return found

    def _all_words(self, words: list[str] | None = None) -> Q:
        return matching(" ".join(words or self.words))

    @cached_property
    def _keys(self) -> list[int]:
        return keys_within_reach(self.actor)

    # --- Where no index helps -----------------------------------------------------------
    def _walked(self) -> tuple[dict[int, int], bool]:
        rows, is_capped = self._newest()
        return self._with_all_words([pk for (pk,) in rows]), is_capped

    def _newest(self, *columns: str) -> tuple[list[Any], bool]:
        if not self.actor.is_staff:
            return newest(self.tickets, *columns)
        rows = list(self.tickets.order_by("-updated_at", "-id").values_list("pk", *columns)[: LOOKED_AT + 1])
        return rows[:LOOKED_AT], len(rows) > LOOKED_AT

    def _with_all_words(self, tickets: Iterable[int]) -> dict[int, int]:
        """Those of these tickets with every word somewhere, and at least one of them in what was said, a name or an
        address; each with the newest message that has a word."""
        tickets = list(tickets)
        if not tickets:
            return {}
        said, names = self._words_said(tickets), self._names_of_words() if self.actor.is_staff else []
        columns = ("pk", "search", "contact_id", "contact__search", "account_id", "account__search")
        rows = self.tickets.filter(one_of("id", tickets)).order_by().values_list(*columns)
        found = {}
        for pk, subject, contact, name, account, account_name in rows:
            bits, message = said.get(pk, (0, 0))
            has = [bits >> n & 1 or has_word(subject, word) for n, word in enumerate(self.words)]
            if self.actor.is_staff and not all(has):
                texts = f"{name} {account_name or ''}"
                has = [
                    known
                    or has_word(texts, word)
                    or contact in named.get("contact", ())
                    or account in named.get("account", ())
                    for known, word, named in zip(has, self.words, names, strict=True)
                ]
            if all(has):
                found[pk] = message or 0
        return found

    def _names_of_words(self) -> list[dict[str, list[int]]]:
        """For each word that may be an address or a number, the people and accounts that it finds."""
        found = []
        for word in self.words:
            may_be = "@" in word or any(letter.isdigit() for letter in word)
            found.append(self._keys_named(word) if may_be else {})
        return found

    def _words_said(self, tickets: list[int]) -> dict[int, tuple[int, int]]:
        """For each ticket with some of the words in its messages, which of them (bit n for word n), and the newest
        such message.

        Numbers for each ticket, not a condition on messages: that the database answers ticket by ticket, through the
        index of a conversation. Of a condition it may make one pass over all messages of the desk.
        """
        messages = self.messages.filter(ticket=OuterRef("pk")).order_by()
        tests = [containing("search", word) for word in self.words]
        has = [
            Max(Case(When(test, then=Value(1 << n)), default=Value(0), output_field=IntegerField()))
            for n, test in enumerate(tests)
        ]
        last = Max(Case(*(When(test, then=F("id")) for test in tests), output_field=models.BigIntegerField()))
        of_ticket = messages.values("ticket")
        which = of_ticket.annotate(words=reduce(add, has)).values("words")
        message = of_ticket.annotate(last=last).values("last")
        rows = Ticket.objects.filter(one_of("id", tickets)).order_by()
        found = rows.annotate(
            words=Subquery(which, output_field=IntegerField()),
            message=Subquery(message, output_field=models.BigIntegerField()),
        ).values_list("pk", "words", "message")
        return {pk: (words, last or 0) for pk, words, last in found if words}


def _parts(model: type[models.Model], at_first: int) -> Iterator[Q]:
    """All rows in up to three parts: the newest `at_first` blocks, the last of which may just have begun, then `NEWER`
    blocks together with these, and the rest."""
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return
    after = block_of(last) + 1
    newer, older = max(after - at_first, 0), max(after - NEWER, 0)
    yield has_any_key(block_keys(range(newer, after)))
    if older < newer:
        yield has_any_key(block_keys(range(older, newer)))
    if older > 0:
        yield Q(pk__lt=older * BLOCK_SIZE)


def found_number(text: str) -> int:
    """The number of a ticket that is meant by a text; 0 when none is."""
    meant = asked(text)
    return meant.number or key_in(meant.words.lstrip("#"))
