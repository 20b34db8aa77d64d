"""What can be wrong with a whole file. Each says it in a sentence a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import DomainError

#: Sentences by code: a run keeps the code, the page says the sentence in the reader's language.
SENTENCES = {
    "empty": gettext_lazy("The file is empty."),
    "no_header": gettext_lazy(
        "The first row must hold the names of the columns, but it already holds a record. "
        "Add a row with column names on top."
    ),
    "no_rows": gettext_lazy("There are column names in the file, but no rows below them."),
    "unknown_kind": gettext_lazy("This kind of file cannot be read. Upload a CSV, XLS, XLSX or ODS file."),
    "not_text": gettext_lazy("The file is named as text, but its content is not text. Save it as CSV again."),
    "not_workbook": gettext_lazy(
        "The file is named as a workbook, but its content is not one. Save it as XLSX, XLS, ODS or CSV again."
    ),
    "other_workbook": gettext_lazy(
        "The content of this workbook is of another kind than its name says. Rename it, or save it again."
    ),
    "web_page": gettext_lazy(
        "The content of this file is a web page and not a table. "
        "Open it in a spreadsheet and save it as XLSX or CSV."
    ),
    "encrypted": gettext_lazy("The workbook is protected by a password. Save a copy without one."),
    "corrupt": gettext_lazy(
        "The workbook is damaged and cannot be read. Open it in a spreadsheet and save it again."
    ),
    "bomb": gettext_lazy("The workbook unpacks to more than can be taken in. Save it as CSV, or split it."),
    "open_quote": gettext_lazy(
        "A quotation mark is opened and never closed, so the rest of the file would be one cell. "
        "Correct it first."
    ),
    "long_cell": gettext_lazy(
        "A cell is longer than can be taken in. Often a quotation mark is opened and never closed. "
        "Correct it first."
    ),
    "no_sheet": gettext_lazy("There is no sheet of this name in the workbook. Choose another one."),
    "too_large": gettext_lazy("The file is larger than can be taken in. Split it into smaller files."),
    "too_many_rows": gettext_lazy("The file has more rows than can be taken in at once. Split it."),
    "too_many_columns": gettext_lazy("The file has more columns than can be taken in. Remove some."),
    "lost": gettext_lazy("The uploaded file is no longer there. Upload it again."),
    "cut_off": gettext_lazy(
        "Reading the file was cut off, most often because it takes too much memory or time. "
        "Save it as CSV or split it, and upload it again."
    ),
    "crashed": gettext_lazy("Something unforeseen stopped this import. What was imported until then stays."),
}


class FileError(DomainError):
    """The file as a whole cannot be imported; ``code`` is a key of :data:`SENTENCES`."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code = code
        super().__init__(message or sentence(code))


class FileTooLargeError(FileError):
    """More bytes than the desk takes; says how many it does take."""

    def __init__(self, limit: int) -> None:
        message = _("The file is larger than %(limit)s MB. Split it into smaller files.")
        super().__init__("too_large", message % {"limit": f"{limit / 1024**2:g}"})


def sentence(code: str) -> str:
    """The sentence for a stored code, in the reader's language."""
    return str(SENTENCES.get(code, SENTENCES["crashed"]))
