"""Events of merging contacts, and accounts."""

from __future__ import annotations

from customers.events.words import ACCOUNT, CONTACT, EXPOSURE
from customers.services.exposure import opened
from helpdesk.core.words import phrase
from helpdesk.events.declaring import NUMBER, TEXT, Event, declare

MERGED = {"name": TEXT, "survivor": TEXT, "merge": NUMBER, "kept": NUMBER, **EXPOSURE}
PLACE = {"contact": TEXT, "old": TEXT, "new": TEXT}

for _kind, _label in (("contact", CONTACT), ("account", ACCOUNT)):
    declare(
        Event(
            f"{_kind}.merged",
            lambda d: phrase("merged %(name)s into %(survivor)s", **d) + opened(d),
            _label,
            _label,
            data=MERGED,
            personal=("name", "survivor"),
            edits_form=True,
        ),
        Event(
            f"{_kind}.merge_undone",
            lambda d: phrase("undid the merge of %(name)s into %(survivor)s", **d) + opened(d),
            _label,
            _label,
            data=MERGED,
            personal=("name", "survivor"),
            edits_form=True,
        ),
    )
declare(
    Event(
        "association.merged",
        lambda d: phrase("merged %(old)s, which %(contact)s belonged to, into %(new)s", **d),
        CONTACT,
        ACCOUNT,
        data=PLACE,
        personal=("contact", "old", "new"),
        edits_form=True,
    ),
    Event(
        "association.merge_undone",
        lambda d: phrase("undid the merge of %(old)s, which %(contact)s had belonged to, into %(new)s", **d),
        CONTACT,
        ACCOUNT,
        data=PLACE,
        personal=("contact", "old", "new"),
        edits_form=True,
    ),
)
