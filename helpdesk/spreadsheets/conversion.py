"""Foreign files become spools: a child process with limits opens them, and nothing else does.

>>> with convert(upload.file, "contacts.xlsx") as converted:     # raises FileError
...     converted.table.header
...     for number, cells in converted.spool.rows(): ...
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Self

from django.conf import settings

from helpdesk.spreadsheets.errors import FileError, FileTooLargeError
from helpdesk.spreadsheets.limits import max_bytes
from helpdesk.spreadsheets.spool import BrokenSpoolError, Spool, Table

logger = logging.getLogger(__name__)

_CHILD = "helpdesk.spreadsheets.reading.child"
_CHUNK = 1024 * 1024
#: What a Python needs to find its libraries. Everything else (addresses of databases, keys) stays with us.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass
class Converted:
    """A file as a spool; both are temporary, and gone when this is closed."""

    name: str
    digest: str
    """SHA-256 of the original, in hexadecimal digits."""
    file: IO[bytes]
    """The spool, as bytes to be kept."""
    spool: Spool
    _open: ExitStack

    @property
    def table(self) -> Table:
        """What one look through the file told."""
        return self.spool.table

    def close(self) -> None:
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def convert(stream: IO[bytes], name: str, *, sheet: str | None = None) -> Converted:
    """Have a file converted, whatever it is. Raises :class:`FileError` when it cannot be read.

    ``name`` says by its ending what the file should be. Of a workbook, ``sheet`` is read, or the first sheet that looks
    like a table.
    """
    with tempfile.TemporaryFile() as original, ExitStack() as stack:
        digest, size = _copied(stream, original)
        output = stack.enter_context(tempfile.TemporaryFile())
        _run(json.dumps({"name": name, "sheet": sheet}), original, output, seconds=_patience(size))
        spool = _spool(output)
        return Converted(name, digest, output, spool, stack.pop_all())


def _copied(stream: IO[bytes], copy: IO[bytes]) -> tuple[str, int]:
    """Digest and size. The child gets a file of its own: of one on another machine, or in memory, there is no other,
    and two processes that read from one open file move it under each other."""
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes():
            raise FileTooLargeError(max_bytes())
        digest.update(chunk)
        copy.write(chunk)
    copy.flush()
    stream.seek(0)
    return digest.hexdigest(), size


def _patience(size: int) -> float:
    """Seconds by the clock for a file of so many bytes, also on a busy machine."""
    return 60 + 4 * size / 1024**2


def _run(argument: str, original: IO[bytes], output: IO[bytes], *, seconds: float) -> None:
    """Let the child convert. Its limits are its own (`reading.limits`): set from outside, they would need code between
    fork and exec, which a process with threads must not run."""
    child = subprocess.Popen(  # noqa: S603 - our own module, and no shell
        [sys.executable, "-E", "-s", "-X", "utf8", "-m", _CHILD, argument],
        stdin=original,
        stdout=output,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        close_fds=True,
        start_new_session=True,
    )
    try:
        code = child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if code:
        logger.warning("Reading a file of %s bytes ended with %s", original.tell(), code)
    if code != 0:
        raise FileError("cut_off")


def _spool(output: IO[bytes]) -> Spool:
    try:
        spool = Spool(output)
    except BrokenSpoolError as error:
        raise FileError("cut_off") from error
    if spool.refused:
        raise FileError(spool.refused)
    return spool
