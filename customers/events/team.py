"""Events of the people of an account: invitations, requests to join, sign-ins closed, handovers."""

from __future__ import annotations

from customers.events.words import ACCOUNT, CONTACT, Data
from helpdesk.core.words import phrase
from helpdesk.events.declaring import CHANGES, FLAG, LIST, NUMBER, TEXT, Event, declare


def _invited(data: Data) -> str:
    if data["role"] == "administrator":
        return phrase("invited %(email)s as a customer administrator", email=data["email"])
    return phrase("invited %(email)s", email=data["email"])


def _handed_over(data: Data) -> str:
    if data["to"]:
        return phrase(
            "noted that %(name)s has left, and that %(to)s takes over", name=data["name"], to=data["to"]
        )
    return phrase("noted that %(name)s has left, and that nobody takes over", name=data["name"])


EMAIL, PERSON = {"email": TEXT}, {"contact": TEXT}

declare(
    Event("invitation.sent", _invited, ACCOUNT, data={**EMAIL, "role": TEXT, "invitation": NUMBER}),
    Event(
        "invitation.withdrawn",
        lambda d: phrase("withdrew the invitation of %(email)s", **d),
        ACCOUNT,
        data=EMAIL,
    ),
    Event(
        "invitation.accepted",
        lambda d: phrase("accepted the invitation"),
        ACCOUNT,
        CONTACT,
        data={"name": TEXT},
    ),
    Event(
        "invitation.declined",
        lambda d: phrase("noted that %(email)s declined the invitation", **d),
        ACCOUNT,
        data=EMAIL,
    ),
    Event(
        "join_request.made",
        lambda d: phrase("noted that %(contact)s asks to join this %(term_account)s", **d),
        CONTACT,
        ACCOUNT,
        data=PERSON,
        personal=("contact",),
    ),
    Event(
        "join_request.accepted",
        lambda d: phrase("accepted that %(contact)s joins", **d),
        CONTACT,
        ACCOUNT,
        data=PERSON,
        personal=("contact",),
    ),
    Event(
        "join_request.declined",
        lambda d: phrase("declined that %(contact)s joins", **d),
        CONTACT,
        ACCOUNT,
        data=PERSON,
        personal=("contact",),
    ),
    Event(
        "contact.deactivated",
        lambda d: phrase("closed the sign-in of %(name)s", **d),
        CONTACT,
        ACCOUNT,
        data={"name": TEXT, "sign_in": FLAG},
        personal=("name",),
    ),
    Event(
        "contact.handed_over",
        _handed_over,
        CONTACT,
        ACCOUNT,
        data={"name": TEXT, "to": TEXT, "handed": CHANGES},
        personal=("name",),
    ),
    # What the two below tell stands in entries of their own, read by people; these are for the letters.
    Event(
        "contact.rights_changed",
        lambda d: phrase("changed what this %(term_contact)s may do"),
        CONTACT,
        ACCOUNT,
        data={"kind": TEXT, "by": NUMBER, "who": NUMBER, "tickets": NUMBER},
        in_timelines=False,
    ),
    Event(
        "contact.sign_in_addresses_changed",
        lambda d: phrase("changed the addresses with which this %(term_contact)s signs in"),
        CONTACT,
        data={"added": LIST, "removed": LIST, "told": LIST, "by": NUMBER},
        personal=("added", "removed", "told"),
        in_timelines=False,
    ),
)
