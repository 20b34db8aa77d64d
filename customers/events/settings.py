"""Events of what the desk sets up: custom fields, saved views, tags."""

from __future__ import annotations

from customers.events.words import USER, Data, changes_of, field_label
from customers.models import CustomField, SavedView
from helpdesk.core.words import phrase
from helpdesk.events.declaring import CHANGES, TEXT, Event, declare


def _view_changes(data: Data) -> str:
    """The query is an address: that it changed says enough, and comes last, however the database keeps them."""
    parts = []
    audiences = dict(SavedView.Audience.choices)
    for name, (old, new) in sorted(
        data["changes"].items(), key=lambda change: (change[0] == "query", change)
    ):
        label = field_label(SavedView, name, {})
        if name == "query":
            parts.append(phrase("changed what it shows"))
        else:
            old, new = audiences.get(old, old), audiences.get(new, new)
            parts.append(phrase("changed %(field)s from %(old)s to %(new)s", field=label, old=old, new=new))
    return ", ".join(parts)


FIELD, VIEW, TAG = "customers.customfield", "customers.savedview", "customers.tag"
NAMED, CHANGED = {"name": TEXT}, {"name": TEXT, "changes": CHANGES}

declare(
    Event(
        "custom_field.created",
        lambda d: phrase("added the field %(name)s", **d),
        FIELD,
        data={"name": TEXT, "module": TEXT, "kind": TEXT},
    ),
    Event(
        "custom_field.changed",
        lambda d: phrase(
            "changed the field %(name)s: %(changes)s", name=d["name"], changes=changes_of(CustomField, d)
        ),
        FIELD,
        data=CHANGED,
    ),
    Event(
        "custom_field.deleted",
        lambda d: phrase("deleted the field %(name)s; its values are kept", **d),
        FIELD,
        data={"name": TEXT, "module": TEXT},
    ),
    Event(
        "saved_view.created",
        lambda d: phrase("saved the view %(name)s", **d),
        VIEW,
        data={"name": TEXT, "audience": TEXT},
    ),
    Event(
        "saved_view.changed",
        lambda d: phrase("changed the view %(name)s: %(changes)s", name=d["name"], changes=_view_changes(d)),
        VIEW,
        data=CHANGED,
    ),
    Event(
        "saved_view.deleted",
        lambda d: phrase("deleted the view %(name)s", **d),
        VIEW,
        data={"name": TEXT, "module": TEXT},
    ),
    Event(
        "saved_view.made_default",
        lambda d: phrase("made %(name)s the default view", **d),
        USER,
        data={"name": TEXT, "module": TEXT},
    ),
    Event(
        "saved_view.default_ended",
        lambda d: phrase("ended having a default view"),
        USER,
        data={"module": TEXT},
    ),
    Event("tag.created", lambda d: phrase("made the tag %(name)s", **d), TAG, data=NAMED),
    Event(
        "tag.renamed",
        lambda d: phrase(
            "renamed the tag %(old)s to %(new)s", old=d["changes"]["name"][0], new=d["changes"]["name"][1]
        ),
        TAG,
        data=CHANGED,
    ),
    Event("tag.deleted", lambda d: phrase("deleted the tag %(name)s", **d), TAG, data=NAMED),
)
