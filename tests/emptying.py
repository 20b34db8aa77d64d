"""Empties the database after a test that committed: what the migrations left stands there again, nothing else.

Django empties every table and makes permissions and roles anew, half a second on PostgreSQL. Most tables are empty
anyway, so one question finds those that are not, and only what differs is written.
"""

from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Model

from helpdesk.core.database.bulk import insert_rows
from tests.snapshot import Rows, columns_of, kept_models, rows_of


@dataclass
class Emptying:
    """Remembers the rows of the fresh database of this process."""

    rows: dict[type[Model], Rows] = field(default_factory=dict)

    def remember(self) -> None:
        self.rows = {model: rows for model in kept_models() if (rows := rows_of(model))}

    def restore(self) -> None:
        """Leave the remembered rows and no other."""
        models = {model._meta.db_table: model for model in kept_models()}
        changed = [models[table] for table in _filled(list(models)) if self._is_changed(models[table])]
        lost = [model for model in self.rows if not model._base_manager.exists()]
        if not changed and not lost:
            return
        with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
            for model in changed:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our own names
            for model in (*changed, *lost):
                insert_rows(model, columns_of(model), self.rows.get(model, []))

    def _is_changed(self, model: type[Model]) -> bool:
        return model not in self.rows or self.rows[model] != rows_of(model)


def _filled(tables: list[str]) -> list[str]:
    """Those with a row in them."""
    quote = connection.ops.quote_name
    questions = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in tables)  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        return [table for (table,) in cursor.fetchall()]
