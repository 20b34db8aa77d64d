"""Numbers by which PostgreSQL narrows a search for words, inside the index of the words themselves.

A ticket and each of its public messages has the key of its account (unless the ticket is private), that of its
requester, and that of its block: how old it is, roughly. An internal note has its block alone, so that no search of a
customer comes near it. The database keeps them: on tickets a generated column, on messages triggers
(`tickets/migrations/0006_search_of_messages.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Func

from helpdesk.core.search import KeysField

ACCOUNT, CONTACT, BLOCK = 1, 2, 3
"""What is left of a key when it is divided by four."""
BLOCK_SIZE = 10_000
"""So many rows, by their numbers, are a block."""


def account_keys(accounts: Iterable[int]) -> list[int]:
    return [account * 4 + ACCOUNT for account in accounts]


def contact_key(contact: int) -> int:
    return contact * 4 + CONTACT


def block_of(pk: int) -> int:
    return pk // BLOCK_SIZE


def block_keys(blocks: Iterable[int]) -> list[int]:
    return [block * 4 + BLOCK for block in blocks]


class TicketKeys(Func):
    """The keys of a ticket's row; SQLite, which has no index to narrow, keeps none."""

    output_field = KeysField()

    def __init__(self) -> None:
        super().__init__(F("account"), F("contact"), F("id"), F("is_private"))

    def deconstruct(self) -> Any:
        return f"{self.__module__}.{type(self).__name__}", (), {}

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return "NULL", []

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        account, contact, pk, is_private = (
            compiler.compile(part)[0] for part in self.get_source_expressions()
        )
        account = f"CASE WHEN NOT {is_private} THEN {account} * 4 + {ACCOUNT} END"
        keys = f"{account}, {contact} * 4 + {CONTACT}, {pk} / {BLOCK_SIZE} * 4 + {BLOCK}"
        return f"array_remove(ARRAY[{keys}]::bigint[], NULL)", []


def ticket_keys() -> models.GeneratedField:
    """The column of a ticket."""
    return models.GeneratedField(
        expression=TicketKeys(), output_field=KeysField(), db_persist=True, editable=False
    )
