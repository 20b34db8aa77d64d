"""Events of contacts: the record, tags, sign-in, PIN, erasure."""

from __future__ import annotations

from customers.events.words import CONTACT, EXPOSURE, USER, Data, changes_of
from customers.models import Contact
from customers.services.exposure import opened
from helpdesk.core.words import phrase
from helpdesk.events.declaring import CHANGES, FLAG, LIST, NUMBER, TEXT, Event, declare


def _tagged(data: Data) -> str:
    parts = []
    if added := ", ".join(data["added"]):
        parts.append(phrase("added the tags %(tags)s", tags=added))
    if removed := ", ".join(data["removed"]):
        parts.append(phrase("removed the tags %(tags)s", tags=removed))
    return ", ".join(parts)


def _left(data: Data) -> str:
    if data["to"]:
        return phrase(
            "noted that %(name)s has left, and that %(to)s takes over", name=data["name"], to=data["to"]
        )
    return phrase("noted that %(name)s has left, and that nobody takes over", name=data["name"])


NAME = {"name": TEXT}

declare(
    Event(
        "contact.created",
        lambda d: phrase("created this %(term_contact)s"),
        CONTACT,
        data=NAME,
        personal=("name",),
    ),
    Event(
        "contact.changed",
        lambda d: changes_of(Contact, d) + opened(d),
        CONTACT,
        data={"changes": CHANGES, "labels": CHANGES, **EXPOSURE},
        personal=("changes",),
        edits_form=True,
    ),
    Event(
        "contact.tagged",
        _tagged,
        CONTACT,
        data={"added": LIST, "removed": LIST},
        personal=("added", "removed"),
        edits_form=True,
    ),
    Event(
        "contact.left",
        lambda d: _left(d) + opened(d),
        CONTACT,
        CONTACT,
        data={**NAME, "to": TEXT, "handed": CHANGES, "sign_in": FLAG, **EXPOSURE},
        personal=("name",),
    ),
    Event(
        "contact.returned",
        lambda d: phrase("let %(name)s in again", **d) + opened(d),
        CONTACT,
        "customers.account",
        data={**NAME, **EXPOSURE},
        personal=("name",),
    ),
    Event(
        "contact.erased",
        lambda d: phrase("erased the personal data of this %(term_contact)s"),
        CONTACT,
        data={"entries": NUMBER, "messages": FLAG, "attachments": FLAG},
    ),
    Event(
        "contact.deleted", lambda d: phrase("deleted %(name)s", **d), CONTACT, data=NAME, personal=("name",)
    ),
    Event(
        "contact.sign_in_opened",
        lambda d: phrase("opened the help center sign-in for %(email)s", **d),
        CONTACT,
        data={"email": TEXT},
        personal=("email",),
    ),
    Event(
        "contact.linked_to_desk",
        lambda d: phrase("said that this is %(name)s of the desk", **d),
        CONTACT,
        USER,
        data=NAME,
        personal=("name",),
    ),
    Event(
        "contact.unlinked_from_desk",
        lambda d: phrase("said that this is not %(name)s of the desk", **d),
        CONTACT,
        USER,
        data=NAME,
        personal=("name",),
    ),
    Event(
        "contact.help_center_looked_at",
        lambda d: phrase("looked at the help center as this %(term_contact)s sees it"),
        CONTACT,
    ),
    Event(
        "duplicate.dismissed",
        lambda d: phrase("told %(contact)s and %(other)s apart", **d),
        CONTACT,
        CONTACT,
        data={"contact": TEXT, "other": TEXT},
        personal=("contact", "other"),
    ),
    Event(
        "duplicate.restored",
        lambda d: phrase("took back that %(contact)s and %(other)s are two people", **d),
        CONTACT,
        CONTACT,
        data={"contact": TEXT, "other": TEXT},
        personal=("contact", "other"),
    ),
    Event("pin.given", lambda d: phrase("got a support PIN"), CONTACT),
    Event("pin.renewed", lambda d: phrase("renewed the support PIN"), CONTACT),
    Event("pin.revealed", lambda d: phrase("revealed the support PIN"), CONTACT),
    Event("pin.found", lambda d: phrase("found this %(term_contact)s by the support PIN"), CONTACT),
    Event("pin.not_found", lambda d: phrase("looked for a support PIN that nobody has"), USER),
    # The subject is the record that is worked on: the contact, or one of a floor above, such as a ticket.
    Event(
        "pin.confirmed",
        lambda d: phrase("confirmed the identity of %(contact)s by the support PIN", **d),
        related=CONTACT,
        data={"contact": TEXT},
        personal=("contact",),
    ),
    Event(
        "pin.refused",
        lambda d: phrase("entered a support PIN that does not match %(contact)s", **d),
        related=USER,
        data={"contact": TEXT},
        personal=("contact",),
    ),
)
