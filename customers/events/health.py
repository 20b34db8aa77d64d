"""Events of the page on the health of the data."""

from __future__ import annotations

from customers.events.words import USER
from helpdesk.core.words import phrase_n
from helpdesk.events.declaring import NUMBER, Event, declare

declare(
    Event(
        "health.joined_by_domain",
        lambda d: phrase_n(
            "associated %(n)s %(term_contact)s with the %(term_account)s of its domain",
            "associated %(n)s %(term_contacts)s with the %(term_accounts)s of their domains",
            d["people"],
        ),
        USER,
        data={"people": NUMBER, "accounts": NUMBER},
    ),
    Event(
        "health.joined_by_domain_undone",
        lambda d: phrase_n(
            "took %(n)s %(term_contact)s out of the %(term_account)s of its domain again",
            "took %(n)s %(term_contacts)s out of the %(term_accounts)s of their domains again",
            d["people"],
        ),
        USER,
        data={"people": NUMBER},
    ),
)
