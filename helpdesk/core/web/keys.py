"""Keys of rows that come with a request. Anybody can write anything there, and whatever is no key names no row.

A number longer than a database's integers would be an error of the server rather than "not found", and Python takes
digits of every script for digits.
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 18
"""As many digits as surely fit into 64 bits."""


def is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST


def key_in(text: str) -> int:
    """The key that `text` is; 0, which no row has, for anything else."""
    return int(text) if is_key(text) else 0


def keys_in(texts: Iterable[str]) -> list[int]:
    """The keys among `texts`, in their order."""
    return [int(text) for text in texts if is_key(text)]
