"""Events of accounts and of relationships between them."""

from __future__ import annotations

from customers.events.words import ACCOUNT, EXPOSURE, changes_of, days
from customers.models import Account
from customers.services.exposure import opened
from helpdesk.core.words import phrase
from helpdesk.events.declaring import CHANGES, NUMBER, TEXT, Event, declare

LINK = {"from": TEXT, "to": TEXT, "type": TEXT}

declare(
    Event("account.created", lambda d: phrase("created this %(term_account)s"), ACCOUNT, data={"name": TEXT}),
    Event(
        "account.changed",
        lambda d: changes_of(Account, d) + opened(d),
        ACCOUNT,
        data={"changes": CHANGES, "labels": CHANGES, **EXPOSURE},
        edits_form=True,
    ),
    Event(
        "account.domains_changed",
        lambda d: changes_of(Account, d),
        ACCOUNT,
        data={"changes": CHANGES},
        edits_form=True,
    ),
    Event(
        "account.deleted",
        lambda d: phrase("deleted %(name)s", **d),
        ACCOUNT,
        data={"name": TEXT, "contacts": NUMBER},
    ),
    Event(
        "account_relationship.created",
        lambda d: phrase("linked %(from)s and %(to)s: %(type)s", **d) + days(d) + opened(d),
        ACCOUNT,
        ACCOUNT,
        data={**LINK, "starts_on": TEXT, "ends_on": TEXT, **EXPOSURE},
    ),
    Event(
        "account_relationship.deleted",
        lambda d: phrase("ended the link of %(from)s and %(to)s: %(type)s", **d),
        ACCOUNT,
        ACCOUNT,
        data=LINK,
    ),
)
