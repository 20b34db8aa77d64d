"""Numbers of an XLS workbook whose number format matters, read by xlrd; and whether the workbook has a password."""

from __future__ import annotations

import io
from typing import BinaryIO

from xlrd import XL_CELL_NUMBER, Book, XLRDError, open_workbook

from helpdesk.spreadsheets.reading.number_formats import Mask, mask
from helpdesk.spreadsheets.reading.refusal import Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The streams that stand in place of the workbook in one that is protected as a whole.
_ENCRYPTED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))


def is_protected(stream: BinaryIO) -> bool:
    """Whether the container holds a workbook that is encrypted as a whole, or what is left of one."""
    stream.seek(0)
    content = stream.read()
    return any(name in content for name in _ENCRYPTED)


class XlsFormats:
    """The number formats of the cells of a workbook. Raises :class:`Unreadable` when it is none."""

    def __init__(self, content: bytes) -> None:
        try:
            self._book: Book = open_workbook(
                file_contents=content,
                formatting_info=True,
                ragged_rows=True,  # two far cells are no grid
                on_demand=True,
                logfile=io.StringIO(),
            )
        except Exception as error:  # xlrd raises whatever a damaged record makes of it
            raise Unreadable(_reason(error)) from error
        formats = self._book.format_map
        self._masks = [mask(_code(formats, style.format_key)) for style in self._book.xf_list]

    def displayed(self, sheet: str) -> dict[int, dict[int, Mask]]:
        """By row (from 1) and column (from 0): the number format of those numbers whose format matters."""
        if not any(self._masks):
            return {}
        try:
            found = self._displayed(sheet)
        except Exception as error:
            raise Unreadable(_reason(error)) from error
        self._book.unload_sheet(sheet)
        return found

    def _displayed(self, name: str) -> dict[int, dict[int, Mask]]:
        sheet, found = self._book.sheet_by_name(name), dict[int, dict[int, Mask]]()
        for row in range(sheet.nrows):
            for column, kind in enumerate(sheet.row_types(row)):
                if kind != XL_CELL_NUMBER:
                    continue
                if shown := self._masks[sheet.cell_xf_index(row, column)]:
                    found.setdefault(row + 1, {})[column] = shown
        return found


def _code(formats: dict[int, object], key: int) -> str:
    return str(getattr(formats.get(key), "format_str", ""))


def _reason(error: Exception) -> str:
    if not isinstance(error, XLRDError):
        return "corrupt"
    if "encrypted" in str(error):
        return "encrypted"
    return "not_workbook" if "Can't find workbook" in str(error) else "corrupt"
