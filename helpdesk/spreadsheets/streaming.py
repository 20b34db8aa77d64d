"""An export on its way to the reader, and the entry that says who took what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any, Protocol

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header

from helpdesk.core.actors import Actor
from helpdesk.core.web.pagination import Order, as_parts
from helpdesk.events.recording import record
from helpdesk.spreadsheets.writers import CONTENT_TYPES, WRITERS, Value


class Table(Protocol):
    """The columns of an export: their headings, and the cells of the rows of a queryset."""

    def get_display_name(self) -> str: ...

    def get_export_headers(self, selected_fields: Sequence[str] | None = None) -> list[str]: ...

    def rows(self, queryset: Any, codes: Sequence[str]) -> Iterator[list[Value]]: ...


def file_name(title: str, day: date, file_format: str) -> str:
    """``Contacts-2026-03-31.csv``."""
    return f"{title}-{day.isoformat()}.{file_format}"


@dataclass
class Export:
    """The rows of `queryset` in `order` (as a list's pages have it), the columns of `codes`, the format.

    `criteria` is what narrowed the list, for the record.
    """

    kind: str
    resource: Table
    codes: Sequence[str]
    queryset: Any
    order: Order
    format: str
    criteria: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0

    def response(self, *, actor: Actor) -> StreamingHttpResponse:
        """The file, sent while it is written."""
        name = file_name(self.resource.get_display_name(), timezone.localdate(), self.format)
        response = StreamingHttpResponse(self.chunks(actor=actor), content_type=CONTENT_TYPES[self.format])
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["Cache-Control"] = "private, no-store"
        response["X-Accel-Buffering"] = "no"
        return response

    def chunks(self, *, actor: Actor) -> Iterator[bytes]:
        """The bytes of the file, in the language and on the clock of now, whenever they are asked for."""
        return self._chunks(actor, translation.get_language() or "en", timezone.get_current_timezone())

    def _chunks(self, actor: Actor, language: str, zone: tzinfo) -> Iterator[bytes]:
        """Runs when the middleware has gone. What was sent is recorded, also when the reader hangs up on the way."""
        complete = False
        try:
            with translation.override(language), timezone.override(zone):
                yield from self.written(self._rows())
            complete = True
        finally:
            self.record(actor, complete=complete)

    def written(self, rows: Iterable[list[Value]]) -> Iterator[bytes]:
        """The bytes of the file with these rows below the headings. Nothing is recorded."""
        headings = self.resource.get_export_headers(selected_fields=self.codes)
        yield from WRITERS[self.format](headings, rows, self.resource.get_display_name())

    def _rows(self) -> Iterator[list[Value]]:
        for part in as_parts(self.order):
            ordered = self.queryset.filter(part.condition).order_by(*part.order)
            for row in self.resource.rows(ordered, self.codes):
                self.count += 1
                yield row

    def record(self, actor: Actor, *, complete: bool) -> None:
        """Record who took what: the columns, what narrowed the list, and the rows counted so far."""
        record(
            "export.made",
            subject=actor.user,
            actor=actor,
            list=self.kind,
            criteria=self.criteria,
            columns=list(self.codes),
            format=self.format,
            rows=self.count,
            complete=complete,
        )
