"""What the reader chooses before an export: the columns and the kind of file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.exports.columns import Column, TableResource
from helpdesk.spreadsheets.writers import CSV, XLSX

FORMATS = [(XLSX, _("Excel (XLSX)")), (CSV, _("CSV"))]


class ExportForm(forms.Form):
    """Columns by their codes and a format. `before` is what was chosen the last time (`choice`); without it all
    columns are ticked."""

    column = forms.MultipleChoiceField(error_messages={"required": _("Tick at least one column.")})
    format = forms.ChoiceField(choices=FORMATS)

    def __init__(self, resource: TableResource, given: Any = None, *, before: Mapping[str, Any]) -> None:
        super().__init__(given)
        self.columns = resource.offered
        left_out = set(before.get("left_out", ()))
        fields: dict[str, Any] = self.fields
        fields["column"].choices = [(column.code, column.heading) for column in self.columns]
        fields["column"].initial = [c.code for c in self.columns if c.code not in left_out]
        fields["format"].initial = before.get("format", XLSX)

    @property
    def groups(self) -> list[tuple[str, list[tuple[Column, bool]]]]:
        """The columns under their groups, with whether each is ticked."""
        ticked = set(self["column"].value() or ())
        groups: dict[str, list[tuple[Column, bool]]] = {}
        for column in self.columns:
            groups.setdefault(str(column.group), []).append((column, column.code in ticked))
        return list(groups.items())

    @property
    def choice(self) -> dict[str, Any]:
        """To remember: what was left out, so that a column that comes later is ticked."""
        chosen = set(self.cleaned_data["column"])
        left_out = [column.code for column in self.columns if column.code not in chosen]
        return {"left_out": left_out, "format": self.cleaned_data["format"]}
