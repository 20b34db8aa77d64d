"""What is packed in an XLSX or ODS workbook: its parts, and whether they unpack to more than can be taken in."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from helpdesk.spreadsheets.reading.limits import MAX_PARTS, MAX_RATIO, MAX_UNPACKED
from helpdesk.spreadsheets.reading.refusal import Unreadable

_LARGE = 20_000_000
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MANIFEST = "META-INF/manifest.xml"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ExpatError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
)


@contextmanager
def unpacked(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The parts of a workbook. What is wrong with them is raised as :class:`Unreadable`."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            yield archive
    except _DAMAGED as error:
        raise Unreadable("corrupt") from error
    except RuntimeError as error:  # zipfile's way to ask for a password
        raise Unreadable("encrypted") from error


def unpacked_size(stream: BinaryIO) -> int:
    """Bytes of all parts, as the archive states them. Refuses an archive that states too much, or has a password.

    One that lies is cut off by the limits of the process, or found damaged where it is read.
    """
    with unpacked(stream) as archive:
        entries = archive.infolist()
        size = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_PARTS or size > MAX_UNPACKED:
            raise Unreadable("bomb")
        if any(entry.compress_type not in _PACKED for entry in entries):
            raise Unreadable("corrupt")
        if any(entry.file_size > max(_LARGE, entry.compress_size * MAX_RATIO) for entry in entries):
            raise Unreadable("bomb")
        if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
            raise Unreadable("encrypted")
        return size
