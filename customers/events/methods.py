"""Events of the ways to reach a contact."""

from __future__ import annotations

from customers.events.words import CONTACT, Data
from customers.models import ContactMethod
from helpdesk.core.words import phrase
from helpdesk.events.declaring import CHANGES, LIST, TEXT, Event, declare


def _relabelled(data: Data) -> str:
    label = data["label"][1]
    if not label:
        return phrase("removed the label of %(value)s", value=data["value"])
    return phrase("labelled %(value)s “%(label)s”", value=data["value"], label=label)


def _method(data: Data) -> str:
    return str(dict(ContactMethod.Kind.choices).get(data.get("kind", ""), ""))


VALUE = {"kind": TEXT, "value": TEXT}

declare(
    Event(
        "method.added",
        lambda d: phrase("added %(kind)s %(value)s", kind=_method(d), value=d["value"]),
        CONTACT,
        data=VALUE,
        personal=("value",),
    ),
    Event(
        "method.removed",
        lambda d: phrase("removed %(kind)s %(value)s", kind=_method(d), value=d["value"]),
        CONTACT,
        data=VALUE,
        personal=("value",),
    ),
    Event(
        "method.changed",
        lambda d: phrase(
            "changed %(kind)s from %(old)s to %(new)s",
            kind=_method(d),
            old=d["changes"]["value"][0],
            new=d["changes"]["value"][1],
        ),
        CONTACT,
        data={"kind": TEXT, "changes": CHANGES},
        personal=("changes",),
    ),
    Event(
        "method.relabelled", _relabelled, CONTACT, data={**VALUE, "label": LIST}, personal=("value", "label")
    ),
    Event(
        "method.made_default",
        lambda d: phrase("made %(value)s the default", **d),
        CONTACT,
        data=VALUE,
        personal=("value",),
    ),
    Event(
        "method.confirmed",
        lambda d: phrase("confirmed %(value)s by a code", **d),
        CONTACT,
        data=VALUE,
        personal=("value",),
    ),
    Event(
        "method.bouncing",
        lambda d: phrase("noted that %(value)s takes no mail: %(reason)s", **d),
        CONTACT,
        data={"value": TEXT, "reason": TEXT},
        personal=("value", "reason"),
    ),
    Event(
        "method.bouncing_cleared",
        lambda d: phrase("let mail be sent to %(value)s again", **d),
        CONTACT,
        data={"value": TEXT},
        personal=("value",),
    ),
)
