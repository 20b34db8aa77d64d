"""How much one file may bring. The size in bytes is a setting, the rest protects the worker."""

from __future__ import annotations

from django.conf import settings

MAX_ROWS = 500_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # what a spreadsheet takes in one cell
MAX_UNPACKED = 300_000_000
MAX_GRID = 30_000_000  # cells that a workbook may span, empty ones included


def max_bytes() -> int:
    """The largest file that can be uploaded."""
    return int(settings.HELPDESK_IMPORT_MAX_BYTES)
