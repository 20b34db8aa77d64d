"""What a column is called on the screen, and in the file of the rows left out."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
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


def reason() -> str:
    """The heading above the reasons why rows were left out."""
    return _("problem")


def is_reason(header: str) -> bool:
    """Whether a column holds reasons that we wrote, in whatever language."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if header == reason():
                return True
    return False
