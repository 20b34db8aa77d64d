"""The two forms of an import: the file, and what its columns are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.imports import columns
from customers.imports.errors import FileTooLargeError
from customers.imports.lifecycle import MappingError
from customers.imports.limits import max_bytes
from customers.imports.modes import MODES
from customers.imports.targets import BY_CODE, choices
from customers.models import ImportRun

ACCEPT = ".csv,.tsv,.txt,.xlsx,.xls,.ods"
_REASONS: dict[str, str | Promise] = {
    columns.BY_HEADING: gettext_lazy("Matched by its heading"),
    columns.BY_VALUES: gettext_lazy("Matched by its values"),
    columns.TAKEN: gettext_lazy("Another column fills this field"),
    columns.EMPTY: gettext_lazy("No values in the file"),
}


class UploadForm(forms.Form):
    """One file. What is in it is judged by the readers, whose sentence :meth:`refuse` puts at the field."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )

    def refuse(self, message: str) -> None:
        """Say at the field why the file is not taken, instead of what was said there before."""
        self.errors["file"] = self.error_class([message], renderer=self.renderer)

    def refuse_as_too_large(self) -> None:
        self.refuse(FileTooLargeError(max_bytes()).message)


@dataclass(frozen=True)
class ColumnRow:
    """A line of the table that matches columns."""

    header: str
    samples: list[str]
    field: forms.BoundField
    note: str | Promise


class MatchForm(forms.Form):
    """The mode, and one choice of a field for each column of the file."""

    mode = forms.ChoiceField(choices=[(mode.code, mode.label) for mode in MODES.values()])

    def __init__(self, data: Any = None, *, run: ImportRun) -> None:
        self.run = run
        initial = {"mode": run.mode} | {_name(index): target for index, target in enumerate(run.mapping)}
        super().__init__(data, initial=initial)
        for index, column in enumerate(run.columns):
            self.fields[_name(index)] = forms.ChoiceField(
                choices=choices(), required=False, label=heading(column["header"], index)
            )

    @property
    def mapping(self) -> list[str]:
        """The chosen fields in the order of the columns."""
        return [self.cleaned_data.get(_name(index), "") for index in range(len(self.run.columns))]

    def refuse(self, error: MappingError) -> None:
        """Put an error of the mapping at its columns, or above the form."""
        for index in error.columns:
            self.add_error(_name(index), error.message)
        if not error.columns:
            self.add_error(None, error.message)

    def column_rows(self) -> Iterator[ColumnRow]:
        """The table as the screen shows it."""
        samples = [column["samples"] for column in self.run.columns]
        guesses = columns.guess([column["header"] for column in self.run.columns], samples)
        for index, (column, guess) in enumerate(zip(self.run.columns, guesses, strict=True)):
            field = self[_name(index)]
            yield ColumnRow(
                heading(column["header"], index), column["samples"], field, _note(field.value() or "", guess)
            )

    def modes(self) -> Iterator[tuple[Any, bool]]:
        """Each mode, and whether it is the chosen one."""
        for mode in MODES.values():
            yield mode, mode.code == (self["mode"].value() or self.run.mode)


def _name(index: int) -> str:
    return f"column_{index}"


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


def _note(target: str, guess: columns.Guess) -> str | Promise:
    if target and target in BY_CODE and BY_CODE[target].note:
        return BY_CODE[target].note
    if target == guess.target:
        return _REASONS.get(guess.reason, "")
    return ""
