"""The two forms of an import: the file, and what its columns are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.forms.health import regions
from customers.imports.engine.lifecycle import MappingError
from customers.imports.engine.modes import ADD, MODES
from customers.imports.matching import columns, targets
from customers.imports.matching.headers import heading
from customers.imports.screens.mode_cases import Case, cases
from customers.models import CustomField, ImportRun
from helpdesk.core.words import phrase, phrase_n
from helpdesk.spreadsheets.errors import FileTooLargeError
from helpdesk.spreadsheets.limits import max_bytes

ACCEPT = ".csv,.tsv,.txt,.xlsx,.xls,.ods"
_REASONS: dict[str, str | Promise] = {
    columns.BY_HEADING: gettext_lazy("Matched by its heading"),
    columns.BY_VALUES: gettext_lazy("Matched by its values"),
    columns.REMEMBERED: gettext_lazy("As chosen last time"),
    columns.OWN: gettext_lazy("A field of this desk has this name"),
    columns.TAKEN: gettext_lazy("Another column fills this field"),
    columns.EMPTY: gettext_lazy("No values in the file"),
}


class UploadForm(forms.Form):
    """One file. What is in it is judged by its conversion, whose sentence :meth:`refuse` puts at the field."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT, "data-files": True}),
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


@dataclass(frozen=True)
class ModeCard:
    """One mode to choose, how it is explained for this kind of file, and what it does in two cases."""

    code: str
    label: str | Promise
    explanation: str | Promise
    cases: list[Case]
    is_chosen: bool


class TargetSelect(forms.Select):
    """Each choice carries what is said about it, so that the note beside the column can follow the choice."""

    kind = targets.CONTACTS

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if note := target_note(self.kind, str(value)):
            option["attrs"]["data-note"] = note
        return option


class MatchForm(forms.Form):
    """The mode, and one choice of a field for each column of the file."""

    mode = forms.ChoiceField(choices=[(mode.code, mode.label) for mode in MODES.values()])
    also_add = forms.BooleanField(required=False)

    phone_region = forms.ChoiceField(
        label=gettext_lazy("Phone numbers without a country code belong to"), required=False, choices=regions
    )

    def __init__(self, data: Any = None, *, run: ImportRun, remembered: dict[str, str]) -> None:
        self.run = run
        self._remembered = remembered
        # Whoever goes on to a mode that updates usually wants the rest of the file in as well.
        initial: dict[str, Any] = {"mode": run.mode, "also_add": run.also_add or run.mode == ADD}
        initial |= {_name(index): target for index, target in enumerate(run.mapping)}
        initial["phone_region"] = run.phone_region or settings.HELPDESK_PHONE_REGION
        super().__init__(data, initial=initial)
        offered = _choices(run.kind)
        for index, column in enumerate(run.columns):
            field = forms.ChoiceField(
                choices=offered,
                required=False,
                label=heading(column["header"], index),
                widget=TargetSelect(attrs={"data-target": True}),
            )
            field.widget.kind = run.kind
            self.fields[_name(index)] = field

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
        headers = [column["header"] for column in self.run.columns]
        samples = [column["samples"] for column in self.run.columns]
        guesses = columns.guess(headers, samples, kind=self.run.kind, remembered=self._remembered)
        for index, (column, guess) in enumerate(zip(self.run.columns, guesses, strict=True)):
            field = self[_name(index)]
            note = self._note(field.value() or "", guess)
            yield ColumnRow(heading(column["header"], index), column["samples"], field, note)

    def _note(self, target: str, guess: columns.Guess) -> str | Promise:
        if target == targets.ACCOUNT and (new := self._new_accounts()):
            return new
        if note := target_note(self.run.kind, target):
            return note
        return _REASONS.get(guess.reason, "") if target == guess.target else ""

    def _new_accounts(self) -> str:
        """How many names the dry run did not know, once there was one."""
        number = self.run.preview.get("accounts", 0) if self.run.kind == targets.CONTACTS else 0
        if not number:
            return ""
        return phrase_n(
            "%(n)s name is new and would be created", "%(n)s names are new and would be created", number
        )

    @property
    def wrong_columns(self) -> str:
        """How many columns have an error."""
        number = sum(name.startswith("column_") for name in self.errors)
        if not number:
            return ""
        return phrase_n("%(n)s column needs another choice", "%(n)s columns need another choice", number)

    def modes(self) -> Iterator[ModeCard]:
        """The modes to choose from."""
        chosen = self["mode"].value() or self.run.mode
        of_contacts = self.run.kind == targets.CONTACTS
        for mode in MODES.values():
            explained = mode.explanation if of_contacts else mode.explanation_of_accounts
            examples = cases(self.run.kind, mode.code)
            yield ModeCard(mode.code, mode.label, explained, examples, mode.code == chosen)


def _name(index: int) -> str:
    return f"column_{index}"


def _choices(kind: str) -> list[tuple[str, Any]]:
    """For a select: leaving the column out first, then the fields in groups, those of the desk, a new one."""
    own = list(CustomField.objects.all())
    offered: list[tuple[str, Any]] = [(targets.IGNORE, targets.ignored())]
    if kind == targets.CONTACTS:
        person = _group(kind, targets.PERSON, own, CustomField.Module.CONTACT, targets.CUSTOM)
        offered.append((phrase("%(Term_contact)s"), person))
    company = _group(kind, targets.COMPANY, own, CustomField.Module.ACCOUNT, targets.ACCOUNT_CUSTOM)
    return [
        *offered,
        (phrase("%(Term_account)s"), company),
        (targets.CREATE, _("Create a field with this name")),
    ]


def _group(kind: str, group: str, own: list[CustomField], module: str, prefix: str) -> list[tuple[str, str]]:
    fields = [(target.code, str(target.label)) for target in targets.of_group(kind, group)]
    return fields + [(f"{prefix}{field.key}", field.label) for field in own if field.module == module]


def target_note(kind: str, target: str) -> str:
    """What is said about a field beside the column that fills it."""
    if not target:
        return ""
    if target in (targets.PHONE, targets.MOBILE):
        return _("Kept with the country code; the country of local numbers is chosen below")
    return targets.note(kind, target)
