"""What an error of the database means: it went away, it took too long, or somebody else was in the way."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError, connection
from psycopg.errors import QueryCanceled

LINE = 500


def is_lost(error: BaseException) -> bool:
    """Whether the database went away under the work: whatever was asked may well succeed once it is back."""
    return isinstance(error, OperationalError | InterfaceError) and not connection.is_usable()


def is_timeout(error: BaseException | None) -> bool:
    """Whether the database stopped a question of this process because it took too long (`statement_timeout`)."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled)


def is_database_away(error: BaseException | None) -> bool:
    """Whether a page could not be made because the database does not answer."""
    return isinstance(error, OperationalError | InterfaceError) and not is_timeout(error)


def last_line(error: BaseException) -> str:
    """The error as the last line of its traceback tells it."""
    text = f"{type(error).__name__}: {error}".replace("\x00", "")
    return " ".join(text.split())[:LINE]
