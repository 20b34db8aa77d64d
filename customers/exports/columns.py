"""What a column of an export is, and the Resource that is made of columns.

A Resource of django-import-export is the one definition of a list's columns: the screens and the Django admin export
by it, and its `import_data` is where an import of the same columns comes in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any, ClassVar

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource

from customers.services.custom_fields import PREFIX
from helpdesk.core.actors import Actor
from helpdesk.spreadsheets.writers import Value

BATCH = 2000


@dataclass(frozen=True)
class Column:
    """One column: its code (that of the import's target where there is one), its heading, and what makes its cells.

    `of` names what is read of a row: its fields, those of what it points at (``account__name``), and what the Resource
    has `annotated` or `beside`. `cell` makes the value of that; without it the one field is the value.
    """

    code: str
    heading: str | Promise
    of: str | tuple[str, ...]
    cell: Callable[..., Value] | Labels | Moments | None = None
    group: str | Promise = ""
    permission: str = ""
    """Whom the column is for, when not everybody may export it."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.of,) if isinstance(self.of, str) else self.of


@dataclass(frozen=True)
class Labels:
    """Cells that are the words for a field's value."""

    choices: Iterable[tuple[Any, Any]]

    def here(self) -> Callable[[Any], str]:
        """In the language and the terms of now, which are looked up once."""
        words = {value: str(label) for value, label in self.choices}
        return lambda value: words.get(value, value or "")


@dataclass(frozen=True)
class Moments:
    """Cells that are moments. PostgreSQL hands them out as text, which Python reads several times as fast as the driver
    makes moments of what it gets."""

    def here(self) -> Callable[[Any], datetime | None]:
        return lambda value: datetime.fromisoformat(value) if type(value) is str else value


MOMENT = Moments()
YES_OR_NO = Labels([(True, _("Yes")), (False, _("No"))])


class TableResource(ModelResource):
    """A Resource whose fields are `columns`, headed in the reader's language when it is made.

    `actor` narrows the columns to those that one may export; without one they are all there.
    """

    columns: ClassVar[Sequence[Column]] = ()
    in_list: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Codes of the columns that show what a column of the list does, by that one's key; elsewhere the two are alike."""
    own_prefix = ""
    annotated: ClassVar[Mapping[str, Any]] = {}
    """Expressions by the name under which columns read them."""
    beside: ClassVar[Mapping[str, Callable[[list[int]], Mapping[int, Any]]]] = {}
    """What comes from rows of another table, by name: of the keys of a batch the value for each that has one."""

    class Meta:
        fields: tuple[str, ...] = ()
        chunk_size = 1000

    def __init__(self, *, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offered = [
            column
            for column in (*self.columns, *self.custom_columns())
            if not column.permission or actor is None or actor.can(column.permission)
        ]
        self.fields = OrderedDict(
            (column.code, Field(column_name=str(column.heading))) for column in self.offered
        )

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.model._meta.verbose_name_plural)

    @property
    def codes(self) -> list[str]:
        """Of all columns that are offered."""
        return [column.code for column in self.offered]

    def listed(self, keys: Iterable[str]) -> set[str]:
        """The codes of what a list shows in the columns with these keys."""
        return {
            code for key in keys for code in self.in_list.get(key, (key.replace(PREFIX, self.own_prefix),))
        }

    def custom_columns(self) -> Iterable[Column]:
        """Columns that the desk added itself."""
        return ()

    def rows(self, queryset: Any, codes: Sequence[str]) -> Iterator[list[Value]]:
        """The cells of these columns for each record of `queryset`, in its order.

        Plain values and no records: of each table only what the columns read, a batch at a time.
        """
        chosen = [column for column in self.offered if column.code in codes]
        moments = {column.names[0] for column in chosen if isinstance(column.cell, Moments)}
        named = list(dict.fromkeys(name for column in chosen for name in column.names))
        beside = [name for name in named if name in self.beside]
        paths = ["pk", *(name for name in named if name not in self.beside)]
        places = {name: place for place, name in enumerate([*paths, *beside])}
        readers = [_reader(column, [places[name] for name in column.names]) for column in chosen]
        annotated = {name: self.annotated[name] for name in paths if name in self.annotated}
        columns: list[Any] = list(paths)
        if connection.vendor == "postgresql":
            columns = [Cast(path, TextField()) if path in moments else path for path in paths]
        rows = queryset.prefetch_related(None).annotate(**annotated).values_list(*columns)
        for batch in _batches(rows.iterator(chunk_size=BATCH)):
            keys = [row[0] for row in batch]
            found = [self.beside[name](keys) for name in beside]
            for row in batch:
                whole = (*row, *(values.get(row[0]) for values in found)) if found else row
                yield [read(whole) for read in readers]


def _reader(column: Column, places: list[int]) -> Callable[[Sequence[Any]], Value]:
    """What makes the cell of a column out of a row of values."""
    cell = column.cell.here() if isinstance(column.cell, Labels | Moments) else column.cell
    if cell is None:
        return itemgetter(places[0])
    if len(places) == 1:
        place = places[0]
        return lambda row: cell(row[place])
    return lambda row: cell(*[row[place] for place in places])


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
