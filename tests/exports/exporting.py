"""Large exports for the tests: what is long is set down to nothing, so that a few rows are enough."""

import csv
import io

from django.http import QueryDict

from customers.export_sources import CONTACTS
from helpdesk.core.actors import Actor
from helpdesk.exports.listed import Listed
from helpdesk.exports.making import make
from helpdesk.exports.models import ExportJob
from helpdesk.exports.services import start_export
from helpdesk.exports.sources import ExportSource

COLUMNS = ["reference", "last_name"]


def started(
    actor: Actor,
    query: str = "",
    *,
    source: ExportSource = CONTACTS,
    columns: list[str] | None = None,
    ticked: list[int] | None = None,
    file_format: str = "csv",
) -> ExportJob:
    """An export that nobody has begun to write."""
    listed = Listed(QueryDict(query), "contact", [str(pk) for pk in ticked or []])
    return start_export(source, listed, columns=columns or COLUMNS, file_format=file_format, actor=actor)


def written(job: ExportJob) -> ExportJob:
    """The job after a worker had it."""
    make(job.pk)
    return ExportJob.objects.get(pk=job.pk)


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV file, the headings among them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def bytes_in(job: ExportJob) -> bytes:
    """The file of a job."""
    with job.file.open("rb") as file:
        return bytes(file.read())


def rows_in(job: ExportJob) -> list[list[str]]:
    """The rows of the file of a job."""
    return rows_of(bytes_in(job))
