"""What a dry run has to remember, on disk: it writes nothing to the desk, yet later rows of the file
must find what earlier ones would have done. Memory stays flat however long the file is.
"""

from __future__ import annotations

import json
import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from customers.snapshots.states import AccountRef, Company, Person

Key = tuple[str, str]
Remembered = tuple[Any, int | None, bool]
_CHUNK = 400

_TABLES = """
    CREATE TABLE owner (kind TEXT, key TEXT, ref BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID;
    CREATE TABLE state (
        kind TEXT, ref BLOB, state BLOB, own INTEGER, is_new INTEGER, PRIMARY KEY (kind, ref)
    ) WITHOUT ROWID;
    CREATE TABLE result (json TEXT);
"""


class Scratch:
    """States and their keys by kind (``person``, ``account``), in a temporary database of this process alone."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # "" is a file that is gone when closed
        self._database.executescript(_TABLES)

    def close(self) -> None:
        self._database.close()

    def owners(self, kind: str, keys: Iterable[Key]) -> dict[Key, AccountRef | None]:
        """Whose keys these are, as far as earlier rows told; None for those that are nobody's any more."""
        by_text = {_text(key): key for key in keys}
        found = self._rows("SELECT key, ref FROM owner WHERE kind = ? AND key IN (%s)", kind, list(by_text))
        return {by_text[key]: ref for key, ref in found}

    def states(self, kind: str, refs: Iterable[AccountRef]) -> dict[AccountRef, Remembered]:
        """The states of those that earlier rows changed: state, the row that is about it, whether this file creates
        it."""
        texts = list(refs)
        rows = self._rows(
            "SELECT ref, state, own, is_new FROM state WHERE kind = ? AND ref IN (%s)", kind, texts
        )
        # Written by this very object a moment ago, in a file that no other process can open.
        return {ref: (pickle.loads(blob), own, bool(new)) for ref, blob, own, new in rows}  # noqa: S301

    def keep(
        self,
        kind: str,
        states: Iterable[tuple[AccountRef, Person | Company, Iterable[Key], int | None, bool]],
    ) -> None:
        """Remember states with their keys, the row that is about each, and whether this file creates it."""
        state_rows, key_rows = [], []
        for ref, state, keys, own, is_new in states:
            state_rows.append((kind, ref, pickle.dumps(state), own, is_new))
            key_rows += [(kind, _text(key), ref) for key in keys]
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?)", state_rows)
        self._database.executemany("INSERT OR REPLACE INTO owner VALUES (?, ?, ?)", key_rows)
        self._database.execute("COMMIT")

    def know(self, kind: str, owners: Mapping[Key, AccountRef | None]) -> None:
        """Remember whose keys these are."""
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR REPLACE INTO owner VALUES (?, ?, ?)",
            [(kind, _text(key), ref) for key, ref in owners.items()],
        )
        self._database.execute("COMMIT")

    def add_results(self, rows: Iterable[Any]) -> None:
        """Put rows of the report aside, as JSON."""
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO result VALUES (?)", [(json.dumps(row),) for row in rows])
        self._database.execute("COMMIT")

    def results(self) -> Iterator[Any]:
        """The rows that were put aside, in their order."""
        for (text,) in self._database.execute("SELECT json FROM result ORDER BY rowid"):
            yield json.loads(text)

    def _rows(self, statement: str, kind: str, texts: list[Any]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            yield from self._database.execute(statement % ",".join("?" * len(chunk)), [kind, *chunk])


def _text(key: Key) -> str:
    return "\0".join(key)
