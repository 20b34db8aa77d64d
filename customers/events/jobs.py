"""Events of imports and bulk updates."""

from __future__ import annotations

from customers.events.words import EXPOSURE, Data
from customers.services.exposure import opened
from helpdesk.core.words import phrase, phrase_n
from helpdesk.events.declaring import LIST, NUMBER, TEXT, Event, declare


def _uploaded(data: Data) -> str:
    return phrase_n(
        "uploaded %(name)s with %(n)s row", "uploaded %(name)s with %(n)s rows", data["rows"], **data
    )


def _import_started(data: Data) -> str:
    return phrase("started the import of %(name)s", **data) + opened(data)


def _import_finished(data: Data) -> str:
    if data.get("kind") == "accounts":
        return phrase_n(
            "finished the import of %(name)s: %(n)s %(term_account)s added, %(updated)s updated",
            "finished the import of %(name)s: %(n)s %(term_accounts)s added, %(updated)s updated",
            data["created"],
            **data,
        )
    return phrase_n(
        "finished the import of %(name)s: %(n)s %(term_contact)s added, %(updated)s updated",
        "finished the import of %(name)s: %(n)s %(term_contacts)s added, %(updated)s updated",
        data["created"],
        **data,
    )


def _cancelled(data: Data) -> str:
    return phrase("stopped the import of %(name)s", **data)


def _undo_import_started(data: Data) -> str:
    return phrase("took back the import of %(name)s", **data)


def _import_undone(data: Data) -> str:
    return phrase_n(
        "finished taking back the import of %(name)s: %(n)s record restored",
        "finished taking back the import of %(name)s: %(n)s records restored",
        data["records"],
        **data,
    )


def _update_started(data: Data) -> str:
    return phrase_n(
        "started a bulk update of %(n)s %(term_contact)s",
        "started a bulk update of %(n)s %(term_contacts)s",
        data["contacts"],
    ) + opened(data)


def _update_finished(data: Data) -> str:
    return phrase_n(
        "finished a bulk update: %(n)s %(term_contact)s changed, %(left_out)s left out",
        "finished a bulk update: %(n)s %(term_contacts)s changed, %(left_out)s left out",
        data["changed"],
        left_out=data["left_out"],
    )


def _update_undone(data: Data) -> str:
    return phrase_n(
        "finished taking back a bulk update: %(n)s %(term_contact)s as before",
        "finished taking back a bulk update: %(n)s %(term_contacts)s as before",
        data["contacts"],
    ) + opened(data)


RUN, UPDATE, NAMED = "customers.importrun", "customers.bulkupdate", {"name": TEXT}
COUNTS = {"created": NUMBER, "updated": NUMBER, "unchanged": NUMBER, "skipped": NUMBER, "failed": NUMBER}

declare(
    Event("import.uploaded", _uploaded, RUN, data={**NAMED, "rows": NUMBER}),
    Event("import.started", _import_started, RUN, data={**NAMED, "rows": NUMBER, "mode": TEXT, **EXPOSURE}),
    Event("import.finished", _import_finished, RUN, data={**NAMED, "kind": TEXT, **COUNTS}, ends_batch=True),
    Event("import.cancelled", _cancelled, RUN, data=NAMED),
    Event("import.resumed", lambda d: phrase("let the import of %(name)s go on", **d), RUN, data=NAMED),
    Event("import.undo_started", _undo_import_started, RUN, data=NAMED),
    Event(
        "import.undone",
        _import_undone,
        RUN,
        data={**NAMED, "records": NUMBER, "kept": NUMBER, **EXPOSURE},
        ends_batch=True,
    ),
    Event(
        "bulk_update.started",
        _update_started,
        UPDATE,
        data={"contacts": NUMBER, "fields": LIST, **EXPOSURE},
    ),
    Event(
        "bulk_update.finished",
        _update_finished,
        UPDATE,
        data={"changed": NUMBER, "unchanged": NUMBER, "left_out": NUMBER},
        ends_batch=True,
    ),
    Event("bulk_update.cancelled", lambda d: phrase("stopped a bulk update"), UPDATE),
    Event("bulk_update.resumed", lambda d: phrase("let a bulk update go on"), UPDATE),
    Event("bulk_update.undo_started", lambda d: phrase("took back a bulk update"), UPDATE),
    Event(
        "bulk_update.undone",
        _update_undone,
        UPDATE,
        data={"contacts": NUMBER, "kept": NUMBER, **EXPOSURE},
        ends_batch=True,
    ),
)
