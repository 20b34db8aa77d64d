"""Rows by thousands of values at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F
from django.db.models.lookups import Lookup


def one_of(name: str, values: Iterable[str | int]) -> OneOf:
    """As ``name__in=values`` (relations by ``…_id``), for long lists: ``rows.filter(one_of("contact_id", ids))``.

    The values go to the database as one array. `in` makes a placeholder of each, and for a thousand of them Django and
    the driver take several times as long to write and take apart the statement as the database takes to answer it.
    """
    return OneOf(F(name), list(values))


class OneOf(Lookup):
    """``column = ANY(array)``; on SQLite ``column IN`` the elements of a JSON array."""

    lookup_name = "one_of"
    prepare_rhs = False
    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not self.rhs:
            raise EmptyResultSet  # as `in` does: nothing is asked
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            # Of the column's own type, or the server compares with one element after the other instead of hashing.
            # Texts as such: the type of a column may be one that cuts them off.
            is_text = isinstance(self.rhs[0], str)
            kind = "text" if is_text else self.lhs.output_field.cast_db_type(connection)
            return f"{column} = ANY(%s::{kind}[])", [*params, self.rhs]
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.rhs)]  # noqa: S608 - our own column
