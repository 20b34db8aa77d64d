"""Converting files in the process of the test: for tests about what becomes of the rows, not about the reading."""

import json
from collections.abc import Iterator
from typing import IO
from unittest.mock import patch

import pytest

from helpdesk.spreadsheets import conversion
from helpdesk.spreadsheets.reading import child
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.spool import SpoolWriter


def convert_here(argument: str, original: IO[bytes], output: IO[bytes], *, seconds: float) -> None:
    """What the child process does, without its limits."""
    wanted, spool = json.loads(argument), SpoolWriter(output)
    original.seek(0)
    try:
        child.convert(original, wanted["name"], spool, sheet=wanted["sheet"], confine=lambda _allowed: None)
    except Unreadable as error:
        spool.refuse(error.code)


@pytest.fixture(autouse=True, scope="module")
def no_child_process() -> Iterator[None]:
    """A process a file takes longer than most tests of an import; `tests/spreadsheets` starts real ones."""
    with patch.object(conversion, "_run", convert_here):
        yield
