"""Events of responsibilities: who acts for which account."""

from __future__ import annotations

from customers.events.words import ACCOUNT, CONTACT, EXPOSURE, days
from customers.services.exposure import opened
from helpdesk.core.words import phrase
from helpdesk.events.declaring import NUMBER, TEXT, Event, declare

NAMES = {"account": TEXT, "responsibility": TEXT, "relationship": NUMBER, "responsibility_id": NUMBER}

declare(
    Event(
        "contact_relationship.created",
        lambda d: (
            phrase("let %(contact)s act for %(account)s as %(responsibility)s", **d) + days(d) + opened(d)
        ),
        CONTACT,
        ACCOUNT,
        data={"contact": TEXT, **NAMES, "starts_on": TEXT, "ends_on": TEXT, **EXPOSURE},
        personal=("contact",),
    ),
    Event(
        "contact_relationship.deleted",
        lambda d: phrase("ended that %(contact)s acts for %(account)s as %(responsibility)s", **d),
        CONTACT,
        ACCOUNT,
        data={"contact": TEXT, **NAMES},
        personal=("contact",),
    ),
    Event(
        "contact_relationship.begun",
        lambda d: phrase("acts for %(account)s as %(responsibility)s from today on", **d),
        CONTACT,
        ACCOUNT,
        data=NAMES,
    ),
    Event(
        "contact_relationship.ended",
        lambda d: phrase(
            "no longer acts for %(account)s as %(responsibility)s: the last day has passed", **d
        ),
        CONTACT,
        ACCOUNT,
        data=NAMES,
    ),
    Event(
        "contact_relationship.eligible",
        lambda d: phrase("made it possible again to act for this %(term_account)s"),
        CONTACT,
        ACCOUNT,
        data=NAMES,
    ),
    Event(
        "contact_relationship.no_longer_eligible",
        lambda d: phrase("ended the link that acting for this %(term_account)s stood on"),
        CONTACT,
        ACCOUNT,
        data=NAMES,
    ),
)
