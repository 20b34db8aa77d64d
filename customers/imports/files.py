"""The stored file of a run, read in batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO

from customers.imports import readers
from customers.imports.errors import FileError
from customers.models import ImportRun

BATCH = 500
Row = tuple[int, list[str]]


@contextmanager
def opened(run: ImportRun) -> Iterator[BinaryIO]:
    """The file of a run, open for reading. Raises :class:`FileError` when it is no longer there."""
    try:
        stored = run.file.open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise FileError("lost") from error
    try:
        yield stored.file
    finally:
        run.file.close()


def batches(stream: BinaryIO, layout: dict[str, str], *, skip: int = 0) -> Iterator[list[Row]]:
    """The rows of the file, a batch at a time, after leaving out the first ``skip``."""
    rows = islice(readers.rows(stream, layout), skip, None)
    while batch := list(islice(rows, BATCH)):
        yield batch
