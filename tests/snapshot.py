"""A world that is built once and put back for each test: its rows as they were written, its objects as they were made.

Building goes through the services, with all that they check and record; what comes of it is the same each time, so the
tests after the first get the rows in a few statements.
"""

import pickle
from collections.abc import Callable, Collection
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import FileField, Model

from helpdesk.core.database.bulk import insert_rows

Rows = list[tuple[Any, ...]]


class Snapshot:
    """What `build` makes of an empty desk. It must not depend on anything but the roles."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self._roles: list[int] = []
        self._rows: dict[type[Model], Rows] = {}
        self._files: dict[tuple[type[Model], str, str], bytes] = {}
        self._built = b""

    def put(self) -> Any:
        """The world, in the database and as fresh objects."""
        roles = list(Group.objects.order_by("pk").values_list("pk", flat=True))
        if roles == self._roles:
            self._put_back()
            return pickle.loads(self._built)  # noqa: S301  our own, made a moment ago
        before = {model: set(_keys(model)) for model in kept_models()}
        built = self._build()
        self._roles, self._built = roles, pickle.dumps(built)
        self._rows = {model: rows for model in kept_models() if (rows := rows_of(model, before[model]))}
        self._files = {key: content for model in self._rows for key, content in _files(model)}
        return built

    def _put_back(self) -> None:
        with transaction.atomic():
            for model, rows in self._rows.items():
                insert_rows(model, columns_of(model), rows)
        for (model, field, name), content in self._files.items():
            storage = model._meta.get_field(field).storage  # type: ignore[union-attr]
            if not storage.exists(name):
                storage.save(name, ContentFile(content))


def kept_models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def columns_of(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.local_concrete_fields if not field.generated]


def _keys(model: type[Model]) -> list[Any]:
    return list(model._base_manager.values_list("pk", flat=True))


def rows_of(model: type[Model], before: Collection[Any] = ()) -> Rows:
    """Those that were not there before."""
    rows = model._base_manager.exclude(pk__in=before).order_by("pk")
    return list(rows.values_list(*columns_of(model)))


def _files(model: type[Model]) -> list[tuple[tuple[type[Model], str, str], bytes]]:
    names = [field.name for field in model._meta.local_concrete_fields if isinstance(field, FileField)]
    found = []
    for row in model._base_manager.all() if names else ():
        for name in names:
            if kept := getattr(row, name):
                with kept.open("rb") as content:
                    found.append(((model, name, kept.name), content.read()))
    return found
