"""What a column is called on the screen."""

from __future__ import annotations

from django.utils.translation import gettext as _


def heading(header: str, index: int) -> str:
    """A column's name, or its letter when the file gives it none."""
    return header or _("Column %(letter)s") % {"letter": letters(index)}


def letters(index: int) -> str:
    """``A`` … ``Z``, ``AA`` … as spreadsheets name columns."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
