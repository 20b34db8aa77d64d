"""The container of XLS workbooks: a small file system in a file, which is read here just far enough.

Source: [MS-CFB]. What it is needed for: to tell a password before a parser fails on it, and to look at the
cells of a workbook before a parser lays them out (:mod:`helpdesk.spreadsheets.reading.biff`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.reading import biff

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # sector numbers from here on are marks
_ENTRY = 128
_ENCRYPTED = ("EncryptedPackage", "EncryptionInfo")
_LOOKED_AT = 1 << 20


def check(stream: BinaryIO) -> None:
    """Refuse what has a password, is no workbook, or would be laid out to too much."""
    biff.check(workbook(stream))


def workbook(stream: BinaryIO) -> bytes:
    """The stream of records that is the workbook."""
    try:
        return _Container(stream).workbook()
    except (struct.error, LookupError, ValueError, OSError) as error:
        raise FileError("encrypted" if _names_password(stream) else "corrupt") from error


def _names_password(stream: BinaryIO) -> bool:
    """What is left of a damaged file may still tell that the workbook had a password."""
    stream.seek(0)
    start = stream.read(_LOOKED_AT)
    return any(part.encode("utf-16-le") in start for part in _ENCRYPTED)


class _Container:
    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        stream.seek(0)
        header = stream.read(512)
        self.sector = 1 << struct.unpack_from("<H", header, 0x1E)[0]
        self.mini = 1 << struct.unpack_from("<H", header, 0x20)[0]
        if self.sector not in (512, 4096) or self.mini != 64:
            raise ValueError("sector size")
        (self.directory_start,) = struct.unpack_from("<I", header, 0x30)
        (self.cutoff, self.mini_start) = struct.unpack_from("<II", header, 0x38)
        self.table = self._table(header)

    def workbook(self) -> bytes:
        entries = self._entries()
        if not entries.keys().isdisjoint(_ENCRYPTED):
            raise FileError("encrypted")
        found = entries.get("Workbook") or entries.get("Book")
        if not found:
            raise FileError("not_workbook" if entries else "corrupt")
        start, size = found
        if size >= self.cutoff:
            return self._read(start)[:size]
        return self._small(start, entries["Root Entry"][0])[:size]

    def _table(self, header: bytes) -> list[int]:
        """For each sector the number of the one after it."""
        places = list(struct.unpack_from("<109I", header, 0x4C))
        (more,) = struct.unpack_from("<I", header, 0x44)
        seen: set[int] = set()
        while more < _LAST and more not in seen:
            seen.add(more)
            *further, more = self._numbers(self._sector(more))
            places += further
        table: list[int] = []
        for place in places:
            if place < _LAST:
                table += self._numbers(self._sector(place))
        return table

    def _entries(self) -> dict[str, tuple[int, int]]:
        """Name, first sector and size of everything in the container."""
        directory = self._read(self.directory_start)
        entries: dict[str, tuple[int, int]] = {}
        for offset in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            (length,) = struct.unpack_from("<H", directory, offset + 64)
            start, size = struct.unpack_from("<II", directory, offset + 116)
            if 2 <= length <= 64:
                name = directory[offset : offset + length - 2].decode("utf-16-le", "replace")
                entries.setdefault(name, (start, size))
        return entries

    def _small(self, start: int, root: int) -> bytes:
        """Small streams share the sectors of the root entry."""
        minis, following = self._read(root), self._numbers(self._read(self.mini_start))
        places = _chain(following, start)
        return b"".join(minis[place * self.mini : (place + 1) * self.mini] for place in places)

    def _read(self, start: int) -> bytes:
        return b"".join(self._sector(place) for place in _chain(self.table, start))

    def _sector(self, place: int) -> bytes:
        self.stream.seek((place + 1) * self.sector)
        return self.stream.read(self.sector)

    @staticmethod
    def _numbers(data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _chain(table: list[int], start: int) -> Iterator[int]:
    """The sectors of one stream, in order. A chain that bites its tail is damage."""
    seen = 0
    while start < _LAST:
        yield start
        start, seen = table[start], seen + 1
        if seen > len(table):
            raise FileError("corrupt")
