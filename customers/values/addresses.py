"""The form of an e-mail address in which two that one person may well have are the same."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func

_LEFT_OUT = str.maketrans("", "", "._-")


def address_form(address: str) -> str:
    """`AddressForm` in Python, of a folded address."""
    local, at, domain = address.partition("@")
    return local.partition("+")[0].translate(_LEFT_OUT) + at + domain


class AddressForm(Func):
    """``j.moreno+news@harbor.example`` → ``jmoreno@harbor.example``, of a folded address (a `value_key`).

    An expression and not a column: an index over it is derived by the database as well, and adding it to a large
    table rewrites nothing. Both templates use only functions that an index may use.
    """

    arity = 1
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        local = "substr(%(expressions)s, 1, instr(%(expressions)s, '@') - 1)"
        untagged = f"substr({local}, 1, instr({local} || '+', '+') - 1)"
        bare = f"replace(replace(replace({untagged}, '.', ''), '-', ''), '_', '')"
        template = f"({bare} || substr(%(expressions)s, instr(%(expressions)s, '@')))"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        bare = "translate(split_part(split_part((%(expressions)s)::text, '@', 1), '+', 1), '._-', '')"
        template = f"({bare} || '@' || split_part((%(expressions)s)::text, '@', 2))"
        return super().as_sql(compiler, connection, template=template, **context)


class MailDomain(Func):
    """The domain of a folded address."""

    arity = 1
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "substr(%(expressions)s, instr(%(expressions)s, '@') + 1)"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "split_part((%(expressions)s)::text, '@', 2)"
        return super().as_sql(compiler, connection, template=template, **context)
