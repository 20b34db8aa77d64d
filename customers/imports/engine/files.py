"""The stored file of a run, read in batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO

from customers.imports import readers
from customers.imports.errors import FileError
from customers.imports.matching.targets import ACCOUNT_CUSTOM, CUSTOM
from customers.models import CustomField, ImportRun

BATCH = 1000
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


def batches(stream: BinaryIO, layout: dict[str, Any], *, skip: int = 0) -> Iterator[list[Row]]:
    """The rows of the file, a batch at a time, after leaving out the first ``skip``."""
    rows = readers.rows(stream, layout, skip=skip)
    while batch := list(islice(rows, BATCH)):
        yield batch


def custom_fields(run: ImportRun) -> dict[str, CustomField]:
    """The desk's own fields that the columns of a run fill, by target code."""
    wanted = [code for code in run.mapping if code.startswith((CUSTOM, ACCOUNT_CUSTOM))]
    if not wanted:
        return {}
    prefixes: dict[str, str] = {
        CustomField.Module.CONTACT: CUSTOM,
        CustomField.Module.ACCOUNT: ACCOUNT_CUSTOM,
    }
    found = {f"{prefixes[field.module]}{field.key}": field for field in CustomField.objects.all()}
    return {code: found[code] for code in wanted if code in found}
