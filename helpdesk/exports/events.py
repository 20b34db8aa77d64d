"""Events of exports: who took what, and how a large export went."""

from __future__ import annotations

from typing import Any

from helpdesk.core.words import phrase, phrase_n
from helpdesk.events.declaring import CHANGES, FLAG, LIST, NUMBER, TEXT, Event, declare

Data = dict[str, Any]
USER, JOB = "core.user", "exports.exportjob"


def _exported(data: Data) -> str:
    number = data["rows"]
    if data["list"] == "contacts":
        return phrase_n("exported %(n)s %(term_contact)s", "exported %(n)s %(term_contacts)s", number)
    if data["list"] == "accounts":
        return phrase_n("exported %(n)s %(term_account)s", "exported %(n)s %(term_accounts)s", number)
    return phrase_n("exported %(n)s %(term_ticket)s", "exported %(n)s %(term_tickets)s", number)


def _started(data: Data) -> str:
    if data["list"] == "contacts":
        return phrase("started a large export of %(term_contacts)s")
    if data["list"] == "accounts":
        return phrase("started a large export of %(term_accounts)s")
    return phrase("started a large export of %(term_tickets)s")


def _finished(data: Data) -> str:
    if data["problem"]:
        return phrase("could not finish a large export")
    return phrase_n(
        "finished a large export with %(n)s row", "finished a large export with %(n)s rows", data["rows"]
    )


def _downloaded(data: Data) -> str:
    return phrase_n(
        "downloaded a large export with %(n)s row", "downloaded a large export with %(n)s rows", data["rows"]
    )


LISTED = {"list": TEXT}

declare(
    Event(
        "export.made",
        _exported,
        USER,
        data={
            **LISTED,
            "criteria": CHANGES,
            "columns": LIST,
            "format": TEXT,
            "rows": NUMBER,
            "complete": FLAG,
        },
    ),
    Event("export.started", _started, JOB, data={**LISTED, "columns": LIST, "format": TEXT}),
    Event(
        "export.finished",
        _finished,
        JOB,
        data={**LISTED, "rows": NUMBER, "problem": TEXT},
        ends_batch=True,
    ),
    Event("export.cancelled", lambda d: phrase("stopped a large export"), JOB, data=LISTED),
    Event("export.downloaded", _downloaded, JOB, data={**LISTED, "rows": NUMBER}),
)
