"""The child process that opens a foreign file: `python -m helpdesk.spreadsheets.reading.child`.

The file is the standard input, the spool the standard output; the one argument is JSON with the name of the file and
the sheet to read. It ends with 0 when the spool says what the file holds, or why it is refused. Whatever a parser
does to the process meanwhile, also by a fault of its own, happens here alone: no database, no settings, no secrets.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from helpdesk.spreadsheets.reading import csv_files, inspection, workbooks
from helpdesk.spreadsheets.reading.kinds import kind_of
from helpdesk.spreadsheets.reading.limits import MOST, Allowance, allowance
from helpdesk.spreadsheets.reading.packages import unpacked_size
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.spool import SheetInfo, SpoolWriter

_FILES = 16  # open at once


def main(argument: str) -> None:
    """Convert the standard input to a spool on the standard output."""
    _forbid_sockets()
    _confine(MOST)
    wanted = json.loads(argument)
    with os.fdopen(os.dup(0), "rb") as stream, os.fdopen(os.dup(1), "r+b") as output:
        _silence()
        spool = SpoolWriter(output)
        try:
            convert(stream, wanted["name"], spool, sheet=wanted["sheet"], confine=_confine)
        except Unreadable as error:
            spool.refuse(error.code)
        except MemoryError:
            spool.refuse("bomb")
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            spool.refuse("bomb")


def convert(
    stream: BinaryIO,
    name: str,
    spool: SpoolWriter,
    *,
    sheet: str | None = None,
    confine: Callable[[Allowance], None],
) -> None:
    """Write the rows of a file, and what one look through it told. Raises :class:`Unreadable`.

    Of a workbook, ``sheet`` is read, or the first sheet that looks like a table. ``confine`` is told what the file may
    take as soon as its size is known.
    """
    kind = kind_of(stream, name)
    if kind == "text":
        confine(allowance(stream.seek(0, 2), streamed=True))
        layout = csv_files.layout(stream)
        found = inspection.inspect(csv_files.TextSource(stream, layout), spool)
        spool.end(_table(layout, found, []))
        return
    confine(allowance(stream.seek(0, 2) if kind == "xls" else unpacked_size(stream), streamed=False))
    with workbooks.opened(stream, kind) as sources:
        sheets, chosen, found = inspection.choose(sources, sheet, spool)
    spool.end(_table({"format": kind, "sheet": chosen}, found, sheets))


def _table(layout: dict[str, Any], found: inspection.Inspection, sheets: list[SheetInfo]) -> dict[str, Any]:
    return {
        "layout": {**layout, "header": found.number},
        "header": found.header,
        "samples": found.samples,
        "row_count": found.row_count,
        "sheets": [{"name": sheet.name, "rows": sheet.rows} for sheet in sheets],
    }


def _confine(allowed: Allowance) -> None:
    """Let the process take no more than this. Without more processor time it is ended by the system (SIGXCPU), and
    where it waits instead, by the alarm; without more memory a parser written in Rust ends itself (SIGABRT)."""
    _limit(resource.RLIMIT_AS, allowed.memory)
    _limit(resource.RLIMIT_CPU, allowed.seconds)
    _limit(resource.RLIMIT_FSIZE, allowed.output)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _FILES)
    signal.alarm(10 + 4 * allowed.seconds)


def _limit(what: int, most: int) -> None:
    """What is limited more narrowly already stays so."""
    _soft, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _forbid_sockets() -> None:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")):
            raise PermissionError(event)

    sys.addaudithook(hook)


def _silence() -> None:
    """What a library prints is no part of the spool."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)


if __name__ == "__main__":
    main(sys.argv[1])
