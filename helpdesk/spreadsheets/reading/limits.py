"""How much one file may hold, and what its reading may take of the machine."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ROWS = 1_048_576  # what a spreadsheet takes on one sheet
MAX_RECORDS = 2 * MAX_ROWS  # of a text file, blank ones included
MAX_COLUMNS = 200
MAX_DELIMITERS = 5_000  # in one line of a text file; commas of prose stay far below
MAX_LINE = 8_000_000  # bytes of a text file without a line end
MAX_SHEETS = 200
#: Rows of a sheet that follow each other and are the same: one that is written once, with a number.
MAX_EQUAL = 10_000
MAX_UNPACKED = 1_000_000_000  # bytes of all that is packed in a workbook
MAX_RATIO = 250  # of a large part of a workbook to what it is packed to; real ones stay below 50
MAX_PARTS = 5_000

_MB = 1024**2


@dataclass(frozen=True)
class Allowance:
    """What the child process may take: bytes of address space, seconds of processor, bytes of spool."""

    memory: int
    seconds: int
    output: int


#: Before anything is known of the file. No file gets more.
MOST = Allowance(memory=1536 * _MB, seconds=180, output=4096 * _MB)


def allowance(weight: int, *, streamed: bool) -> Allowance:
    """What a file of ``weight`` bytes (unpacked) may take. ``streamed`` says that it is read row by row, so that its
    size needs no memory; a workbook is laid out as a whole."""
    return Allowance(
        memory=min(384 * _MB + (0 if streamed else 4 * weight), MOST.memory),
        seconds=min(4 + weight // (4 * _MB if streamed else 8 * _MB), MOST.seconds),
        output=min(64 * _MB + 6 * weight, MOST.output),
    )
