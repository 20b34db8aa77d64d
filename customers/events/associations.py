"""Events of the associations of contacts with accounts."""

from __future__ import annotations

from customers.events.words import ACCOUNT, CONTACT, EXPOSURE, Data, changes_of
from customers.models import Association
from customers.services.exposure import opened
from helpdesk.core.words import phrase
from helpdesk.events.declaring import CHANGES, FLAG, LIST, TEXT, Event, declare


def _removed(data: Data) -> str:
    if data.get("deleted"):
        return phrase("deleted %(account)s, which %(contact)s belonged to", **data)
    return phrase("removed %(contact)s from %(account)s", **data)


def _added(data: Data) -> str:
    if data.get("primary"):
        return phrase("added %(contact)s to %(account)s as the primary %(term_account)s", **data)
    return phrase("added %(contact)s to %(account)s", **data)


PLACE = {"contact": TEXT, "account": TEXT}

declare(
    Event(
        "association.added",
        lambda d: _added(d) + opened(d),
        CONTACT,
        ACCOUNT,
        data={**PLACE, "primary": FLAG, **EXPOSURE},
        personal=("contact",),
        edits_form=True,
    ),
    Event(
        "association.removed",
        lambda d: _removed(d) + opened(d),
        (CONTACT, ACCOUNT),
        ACCOUNT,
        data={**PLACE, "primary": FLAG, "deleted": FLAG, **EXPOSURE},
        personal=("contact",),
        edits_form=True,
    ),
    Event(
        "association.changed",
        lambda d: (
            phrase(
                "%(changes)s for %(contact)s at %(account)s",
                contact=d["contact"],
                account=d["account"],
                changes=changes_of(Association, d),
            )
            + opened(d)
        ),
        (CONTACT, ACCOUNT),
        ACCOUNT,
        data={**PLACE, "changes": CHANGES, **EXPOSURE},
        personal=("contact", "changes.job_title"),
        edits_form=True,
    ),
    Event(
        "association.primary_changed",
        lambda d: phrase(
            "changed the primary %(term_account)s of %(contact)s from %(old)s to %(new)s",
            contact=d["contact"],
            old=d["old"],
            new=d["new"],
        ),
        CONTACT,
        ACCOUNT,
        data={**PLACE, "old": TEXT, "new": TEXT},
        personal=("contact", "old", "new"),
        edits_form=True,
    ),
    Event(
        "association.reordered",
        lambda d: phrase("changed the order of the %(term_accounts)s of %(contact)s", **d),
        CONTACT,
        data={"contact": TEXT, "accounts": LIST},
        personal=("contact",),
        edits_form=True,
    ),
    Event(
        "association.opened",
        lambda d: phrase("let %(contact)s see more", **d) + opened(d),
        CONTACT,
        data={"contact": TEXT, **EXPOSURE},
        personal=("contact",),
    ),
    Event(
        "sight.given_back",
        lambda d: phrase("gave back what was seen before") + opened(d),
        ("customers.importrun", "customers.bulkupdate"),
        data=EXPOSURE,
    ),
)
