"""Looking for a person in every column of every table that the database has."""

from collections.abc import Iterator

from django.db import connection

CLUES = (
    "Carla",
    "Moreno",
    "carla@people.example",
    "2345-6789",
    "23456789",
    "carla_old@",
    "CRM-77",
    "김카를라",
)
SPOKEN = {
    ("tickets_message", "body"),
    ("tickets_message", "html"),
    ("tickets_message", "search"),
    ("tickets_message", "file_names"),
    ("tickets_ticket", "subject"),
}


def text_columns() -> Iterator[tuple[str, str]]:
    """Every column that can hold words, of every table that the database has."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                try:
                    kind = connection.introspection.get_field_type(column.type_code, column)
                except KeyError:  # an array of numbers
                    continue
                if kind in {"CharField", "TextField", "JSONField"} or connection.vendor == "sqlite":
                    yield table, column.name


def finds(clues: tuple[str, ...] = (*CLUES, "\\uae40\\uce74\\ub974\\ub77c")) -> list[tuple[str, str, str]]:
    """Where a clue to the person is still written, but for what people said."""
    found = []
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, column in text_columns():
            if (table, column) in SPOKEN or table == "django_session":
                continue
            for clue in clues:
                escaped = clue.replace("\\", "\\\\") if connection.vendor == "postgresql" else clue
                where = f"{quote(table)} WHERE lower(CAST({quote(column)} AS text)) LIKE %s"
                sql = f"SELECT count(*) FROM {where}"  # noqa: S608 - names that the database itself gave
                cursor.execute(sql, [f"%{escaped.lower()}%"])
                if cursor.fetchone()[0]:
                    found.append((table, column, clue))
    return found
