"""How much one file may bring. The size in bytes is a setting, the rest protects the worker."""

from __future__ import annotations

from django.conf import settings

MAX_ROWS = 1_048_576  # what a spreadsheet takes on one sheet
MAX_COLUMNS = 200
MAX_CELL = 32_767  # what a spreadsheet takes in one cell
MAX_LINE = 8_000_000  # bytes of a text file without a line end
MAX_UNPACKED = 1_000_000_000  # bytes of all that is packed in a workbook
MAX_RATIO = 250  # of a large part of a workbook to what it is packed to; real ones stay below 50
MAX_PARTS = 5_000
MAX_GRID = 30_000_000  # cells that a sheet may span, empty ones included: 26 columns of a full sheet
MAX_REPEATED = 10_000  # rows, or columns, that one filled row or cell may stand for


def max_bytes() -> int:
    """The largest file that can be uploaded."""
    return int(settings.HELPDESK_IMPORT_MAX_BYTES)
