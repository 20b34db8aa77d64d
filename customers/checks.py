"""What the system checks ask of customers' records; `migrate`, the worker and /readyz run those of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from customers.health.limits import over_limit
from customers.models import Association
from customers.services.associations import account_limit


@register(Tags.database)
def account_limit_fits(databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """A limit can be lowered only when nobody is above it."""
    if not databases or "default" not in databases or not _is_migrated():
        return []
    over = over_limit()
    if not over.number:
        return []
    names = ", ".join(f"{reference} {name} ({number})" for reference, name, number in over.first)
    rest = f" and {over.number - len(over.first)} more" if over.number > len(over.first) else ""
    return [
        Error(
            f"HELPDESK_MAX_ACCOUNTS_PER_CONTACT is {account_limit()}, but these {over.number} contacts have more "
            f"accounts: {names}{rest}.",
            hint=f"Set it to {over.most} or more, or take accounts from them first: "
            "`manage.py contacts_over_limit` lists them all.",
            id="customers.E001",
        )
    ]


def _is_migrated() -> bool:
    """The checks also run before the first migration."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        return Association._meta.db_table in connection.introspection.table_names(cursor)
