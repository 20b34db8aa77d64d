"""What large exports keep of a person: the files, and what somebody searched for."""

from __future__ import annotations

from customers.erasing.contacts import Erased, told
from customers.registry import Erasure
from helpdesk.core.words import phrase_n
from helpdesk.events.redaction import redact_rows
from helpdesk.exports.models import ExportJob
from helpdesk.exports.services import finished_files, forget_files


def goes(person: Erased) -> list[tuple[str, int]]:
    """Said before it is done."""
    files = finished_files()
    return [
        told(files, lambda n: phrase_n("%(n)s file of a large export", "%(n)s files of large exports", n))
    ]


def erase(person: Erased) -> None:
    """The files go, since nobody can look into all; those that are being written are begun anew."""
    forget_files()
    redact_rows(ExportJob.objects.all(), ["criteria"], person.traces)


EXPORTS = Erasure(goes=goes, stays=lambda person: [], erase=erase)
