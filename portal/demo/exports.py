"""One finished export of the demo's manager, so that the list of exports is not empty."""

from __future__ import annotations

from django.http import QueryDict

from customers.export_sources import CONTACTS
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.exports.listed import Listed
from helpdesk.exports.making import make
from helpdesk.exports.models import ExportJob
from helpdesk.exports.services import start_export


def load_export(manager: User) -> ExportJob:
    """All contacts as CSV, as if the list were long."""
    actor = Actor.for_user(manager)
    columns = CONTACTS.resource(actor).codes
    job = start_export(CONTACTS, Listed(QueryDict("")), columns=columns, file_format="csv", actor=actor)
    make(job.pk)
    return job


def stored_exports() -> list[str]:
    """Where the files of exports lie."""
    return list(ExportJob.objects.exclude(file="").values_list("file", flat=True))
