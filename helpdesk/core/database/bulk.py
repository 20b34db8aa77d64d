"""Many rows into a table at once, faster than `bulk_create` by an order of magnitude: COPY on PostgreSQL, one prepared
statement on SQLite. For services that work on sets; their constraints and generated columns stay the database's.

Ids are drawn before the rows are written, so that rows of other tables can point at them without a second look.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models, transaction

from helpdesk.core.database.lookups import one_of
from helpdesk.core.text.model_fields import CanonicalField
from helpdesk.core.validation import Unique

AT_ONCE = 500


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that no other row gets. On SQLite the transaction, which holds the one write lock, keeps them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up once, in a subquery; beside `nextval` it would be, for every id.
            drawn = "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)"
            cursor.execute(drawn, [table, count])
            return [identifier for (identifier,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return list(range(last + 1, last + count + 1))


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    canonical: bool = False,
) -> None:
    """Insert tuples of plain values for `columns` (attribute names). Raises the database's `IntegrityError`.

    No defaults are added and nothing is checked but by the database: `columns` names all that have none there.
    `canonical` says that the service has made all texts canonical, as those do that compare them first.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    quoted = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    ready = _prepared(fields, rows, canonical=canonical)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", list(ready))  # noqa: S608 - our own names


def insert(rows: Sequence[models.Model]) -> None:
    """Insert instances, all new and of one model; each that has none yet gets its id."""
    if not rows:
        return
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    without = [row for row in rows if row.pk is None]
    for row, identifier in zip(without, new_ids(model, len(without)), strict=True):
        row.pk = identifier
    names = [field.attname for field in fields]
    insert_rows(model, names, ([field.pre_save(row, add=True) for field in fields] for row in rows))
    for (
        row
    ) in rows:  # another `save` is an update, and what the database derives is read when it is asked for
        row._state.adding = False


def update_each(model: type[models.Model], name: str, values: Mapping[int, Any]) -> None:
    """Give a field (its attribute name) of each row, by key, a value of its own; those that are gone are passed over.

    `bulk_update` makes a case of each row, which takes the database several times as long to read as to answer.
    """
    if not values:
        return
    field: Any = model._meta.get_field(name)
    table, column = (connection.ops.quote_name(part) for part in (model._meta.db_table, field.column))
    ready = {key: field.get_db_prep_save(value, connection) for key, value in values.items()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kind = field.cast_db_type(connection)
            pairs = f"unnest(%s::bigint[], %s::{kind}[]) AS given (id, value)"
            cursor.execute(
                f"UPDATE {table} SET {column} = given.value FROM {pairs} WHERE {table}.id = given.id",  # noqa: S608 - our own names
                [list(ready), list(ready.values())],
            )
        else:
            rows = [(value, key) for key, value in ready.items()]
            cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", rows)  # noqa: S608 - our own names


def update_rows(
    rows: Sequence[models.Model], names: Collection[str], *, unique: Iterable[Unique] = ()
) -> None:
    """Write these fields of instances of one model that exist, and when: an upsert, many times faster than
    `bulk_update`'s CASE. Of fields that are `unique`, rows may swap values."""
    for each in unique:
        if each.field in names:
            _let_go(rows, each)
    type(rows[0])._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*sorted(names), "updated_at"],
        batch_size=AT_ONCE,
    )


def _let_go(rows: Sequence[models.Model], unique: Unique) -> None:
    """The database looks at one row at a time: of two that swap a value, one lets go of it first."""
    wanted = {unique.key(value): row.pk for row in rows if (value := getattr(row, unique.field))}
    table = type(rows[0])._default_manager.filter(one_of("id", [row.pk for row in rows]))
    for pk, value in table.exclude(**{unique.field: None}).values_list("pk", unique.field):
        if wanted.get(unique.key(value), pk) != pk:
            table.filter(pk=pk).update(**{unique.field: unique.nobodys()})


def delete_rows(model: type[models.Model], keys: Collection[int]) -> None:
    """Delete rows with all that hangs on them, as each relation says (CASCADE, SET_NULL, PROTECT): one statement a
    relation, where Django's own deletion reads every row first. Nobody is told by signals.

    Raises `ProtectedError`. Relations of other kinds are left to the database.
    """
    if not keys:
        return
    relation: Any
    for relation in model._meta.get_fields(include_hidden=True):
        if (
            not relation.auto_created
            or relation.concrete
            or not (relation.one_to_many or relation.one_to_one)
        ):
            continue
        related, name = relation.related_model, relation.field.attname
        rows = related._base_manager.filter(one_of(name, keys))
        if relation.on_delete is models.SET_NULL:
            rows.update(**{name: None})
        elif relation.on_delete is models.PROTECT:
            if protected := set(rows[:1]):
                raise models.ProtectedError(f"{related._meta.label} refers to what is deleted", protected)
        elif relation.on_delete is models.CASCADE:
            delete_rows(related, list(rows.values_list("pk", flat=True)))
    doomed = model._base_manager.filter(one_of("pk", keys))
    doomed._raw_delete(doomed.db)


def _prepared(
    fields: Sequence[Any], rows: Iterable[Sequence[Any]], *, canonical: bool
) -> Iterable[Sequence[Any]]:
    """The rows as the driver takes them: canonical text, JSON as text, moments as this database keeps them."""
    converters = [
        (index, convert)
        for index, field in enumerate(fields)
        if not (canonical and isinstance(field, CanonicalField)) and (convert := _converter(field))
    ]
    for row in rows:
        values = list(row)
        for index, convert in converters:
            if values[index] is not None:
                values[index] = convert(values[index])
        yield values


_EMPTY_JSON: dict[type, str] = {
    dict: "{}",
    list: "[]",
}  # what most rows have: an encoder takes its time to say it


def _converter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        encode = (field.encoder or json.JSONEncoder)().encode
        return lambda value: encode(value) if value else _EMPTY_JSON.get(type(value)) or encode(value)
    if isinstance(field, CanonicalField):
        return type(field).canonical
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=64)(_moment_text)  # mostly one moment, many times
    return None


def _moment_text(moment: datetime) -> str | None:
    """A moment as the database reads it; the driver of PostgreSQL would do the same, each time anew."""
    if connection.vendor == "postgresql":
        return moment.isoformat()
    return connection.ops.adapt_datetimefield_value(moment)
