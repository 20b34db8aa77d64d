"""How fast the database itself can take in the same rows of the same tables, with their indexes and constraints:
contacts, addresses, associations, accounts, history, and the notes for an undo. Nothing is matched or checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.utils import timezone

from customers.models import ImportRun

_STAGING = (
    "CREATE TEMPORARY TABLE staging (n INTEGER, first TEXT, last TEXT, email TEXT, account TEXT, title TEXT)"
)
_STATEMENTS = (
    """INSERT INTO customers_account
         (name, number, type, phone, website, address, notes, custom_fields, external_id, sharing,
          created_at, updated_at)
       SELECT DISTINCT account, '', 'customer', '', '', '', '', {empty}, '', 'reply', {now}, {now} FROM staging""",
    """INSERT INTO customers_contact
         (first_name, last_name, reference, language, time_zone, notes, custom_fields, external_id, is_active,
          created_at, updated_at)
       SELECT first, last, 'C-' || n, '', '', '', {empty}, '', {true}, {now}, {now} FROM staging""",
    """INSERT INTO customers_contactmethod
         (contact_id, kind, value, value_key, label, is_default, bounce_reason, created_at)
       SELECT c.id, 'email', s.email, s.email, '', {true}, '', {now}
       FROM staging s JOIN customers_contact c ON c.reference = 'C-' || s.n""",
    """INSERT INTO customers_association (contact_id, account_id, position, job_title, role, sharing, created_at)
       SELECT c.id, a.id, 1, s.title, 'customer', '', {now}
       FROM staging s JOIN customers_contact c ON c.reference = 'C-' || s.n
                      JOIN customers_account a ON a.name = s.account""",
    """INSERT INTO events_auditentry
         (code, subject_type, subject_id, related_type, related_id, data, actor_kind, actor_label, depth, created_at)
       SELECT 'contact.created', 'customers.contact', id, '', NULL, {empty}, 'system', 'floor', 0, {now}
       FROM customers_contact""",
    """INSERT INTO events_auditentry
         (code, subject_type, subject_id, related_type, related_id, data, actor_kind, actor_label, depth, created_at)
       SELECT 'association.added', 'customers.contact', contact_id, 'customers.account', account_id, {empty},
              'system', 'floor', 0, {now}
       FROM customers_association""",
    """INSERT INTO customers_importedcontact (run_id, contact_id, number, is_created, written_at, is_undone, kept)
       SELECT {run}, id, 1, {true}, {now}, {false}, {list} FROM customers_contact""",
)


def load_as_fast_as_possible(rows: Iterable[Sequence[str]]) -> None:
    """One transaction for all rows."""
    run = ImportRun.objects.create(name="floor", digest="floor")
    values = {"run": run.pk} | (
        {"empty": "'{}'::jsonb", "list": "'[]'::jsonb", "true": "TRUE", "false": "FALSE", "now": "now()"}
        if connection.vendor == "postgresql"
        else {"empty": "'{}'", "list": "'[]'", "true": "1", "false": "0", "now": f"'{timezone.now():%F %T}'"}
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGING)
        numbered = ((number, *row) for number, row in enumerate(rows))
        if connection.vendor == "postgresql":
            with cursor.copy("COPY staging FROM STDIN") as copy:
                for row in numbered:
                    copy.write_row(row)
            cursor.execute("ANALYZE staging")
        else:
            cursor.executemany("INSERT INTO staging VALUES (%s, %s, %s, %s, %s, %s)", numbered)
        for statement in _STATEMENTS:
            cursor.execute(statement.format(**values))
        cursor.execute("DROP TABLE staging")
