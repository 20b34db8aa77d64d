"""What a column of an export is, and the Resource that is made of columns.

A Resource of django-import-export is the one definition of a list's columns: the screens and the Django admin export
by it, and its `import_data` is where an import of the same columns comes in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from import_export.fields import Field
from import_export.resources import ModelResource

from customers.services.custom_fields import PREFIX
from helpdesk.core.actors import Actor

Value = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    """One column: its code (that of the import's target where there is one), its heading, and a row's value."""

    code: str
    heading: str | Promise
    value: Callable[[Any], Value]
    group: str | Promise = ""
    permission: str = ""
    """Whom the column is for, when not everybody may export it."""


class TableResource(ModelResource):
    """A Resource whose fields are `columns`, headed in the reader's language when it is made.

    `actor` narrows the columns to those that one may export; without one they are all there.
    """

    columns: ClassVar[Sequence[Column]] = ()
    in_list: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Codes of the columns that show what a column of the list does, by that one's key; elsewhere the two are alike."""
    own_prefix = ""

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
            (column.code, Field(column_name=str(column.heading), dehydrate_method=column.value))
            for column in self.offered
        )

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.model._meta.verbose_name_plural)

    def listed(self, keys: Iterable[str]) -> set[str]:
        """The codes of what a list shows in the columns with these keys."""
        return {
            code for key in keys for code in self.in_list.get(key, (key.replace(PREFIX, self.own_prefix),))
        }

    def custom_columns(self) -> Iterable[Column]:
        """Columns that the desk added itself."""
        return ()

    def prepared(self, queryset: Any) -> Any:
        """The queryset with all that the columns read, so that a batch costs the same few queries."""
        return queryset

    def iter_queryset(self, queryset: Any) -> Iterator[Any]:
        """Batch by batch, with what the columns read and nothing else."""
        return self.prepared(queryset.prefetch_related(None)).iterator(chunk_size=self.get_chunk_size())

    def reader(self, codes: Sequence[str]) -> Callable[[Any], list[Value]]:
        """What makes a record the cells of these columns."""
        readers = [column.value for column in self.offered if column.code in codes]
        return lambda record: [read(record) for read in readers]
