"""A contact is changed by the page, a cell, the Django admin, a bulk update or an import: the same wish leaves the same
rows and the same history by each. What a door cannot say is not among the doors of a wish.

`except` in the history: who, when, and which batch it belonged to.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from customers.models import Association, Contact, ContactMethod
from customers.services.associations import Entry
from customers.services.contacts import FIELDS, create_contact
from customers.services.custom_fields import CONTACT, create_custom_field
from customers.services.method_values import NewMethod
from customers.services.tags import add_tags
from helpdesk.events.models import AuditEntry
from tests.customers.same_wish.contact_doors import DOORS, Wish
from tests.factories import DESK, AccountFactory
from tests.personas import World

WISHES: dict[str, tuple[Wish, str]] = {
    "names": (Wish({"first_name": "Mina", "last_name": "Oh"}), "page admin import"),
    "a name alone": (Wish({"first_name": "  Min  a "}), "page admin import"),
    "language and time zone": (
        Wish({"language": "ko", "time_zone": "Asia/Seoul"}),
        "page admin bulk import",
    ),
    "no language any more": (Wish({"language": ""}), "page admin bulk"),
    "notes of several lines": (Wish({"notes": "One\nTwo"}), "page admin bulk import"),
    "a reference": (Wish({"reference": "R-77"}), "page admin"),
    "no reference any more": (Wish({"reference": ""}), "page admin"),
    "an external id": (Wish({"external_id": "X-77"}), "page admin import"),
    "custom fields": (Wish(custom={"floor": "12", "tier": "Silver"}), "page admin bulk import"),
    "a custom field written otherwise": (Wish(custom={"tier": "silver "}), "page admin import"),
    "a custom field taken away": (Wish(custom={"tier": ""}), "page admin bulk"),
    "nothing": (Wish({"first_name": "Lee"}), "page admin import"),
    "deactivated": (Wish(is_active=False), "admin bulk"),
    "a job title": (Wish(job_title="Head of floor"), "page cell admin bulk import"),
    "no job title any more": (Wish(job_title=""), "page cell admin bulk"),
    "an account more, the first": (
        Wish(accounts=("Gamma House", "Alpha House", "Beta House")),
        "page cell admin bulk",
    ),
    "an account more with a title": (
        Wish(accounts=("Gamma House",), job_title="Guest"),
        "page cell admin bulk",
    ),
    "an account less": (Wish(accounts=("Beta House",)), "page cell admin bulk"),
    "another primary": (Wish(accounts=("Beta House", "Alpha House")), "page cell admin bulk"),
    "no account": (Wish(accounts=()), "page cell admin bulk"),
    "a role": (Wish(role="administrator"), "page cell admin bulk"),
    "what is shared with one person": (Wish(sharing="own"), "page cell admin"),
    "tags": (Wish(tags=("vip", "Key client")), "page bulk import"),
    "a tag less": (Wish(tags=()), "page bulk"),
    "an address more": (Wish(method_added=("email", "Third@x.example")), "page admin"),
    "an address more, the default": (
        Wish(method_added=("email", "third@x.example"), made_default="third@x.example"),
        "page admin import",
    ),
    "a mobile more, the first of its kind": (
        Wish(method_added=("mobile", "010-5550-0177")),
        "page admin import",
    ),
    "a mobile more with a label": (
        Wish(method_added=("mobile", "010-5550-0177"), label="Private"),
        "page admin import",
    ),
    "an address corrected": (Wish(method_changed=("lee@x.example", "lee.kim@x.example")), "page cell admin"),
    "an address written otherwise": (
        Wish(method_changed=("lee@x.example", "Lee@x.example")),
        "page cell admin",
    ),
    "a number corrected": (Wish(method_changed=("+8225550142", "02-555-0199")), "page cell admin"),
    "an address labelled": (
        Wish(method_changed=("work@x.example", "work@x.example"), label="Work"),
        "page admin",
    ),
    "another default": (Wish(made_default="work@x.example"), "page admin"),
    "an address less": (Wish(method_removed="work@x.example"), "page admin"),
    "the default less": (Wish(method_removed="lee@x.example"), "page admin"),
    "all at once": (
        Wish(
            {"language": "ko", "notes": "Moved"},
            {"floor": "7"},
            job_title="Guard",
            tags=("vip", "Moved"),
        ),
        "page bulk import",
    ),
}


@pytest.fixture
def contact(world: World) -> Contact:
    """Somebody with a list of each kind."""
    alpha, beta, _gamma = (AccountFactory(name=f"{name} House") for name in ("Alpha", "Beta", "Gamma"))
    create_custom_field(CONTACT, "Floor", actor=DESK, kind="number")
    create_custom_field(CONTACT, "Tier", actor=DESK, kind="choice", choices=["Gold", "Silver"])
    found = create_contact(
        {"first_name": "Lee", "last_name": "Kim", "language": "en", "custom_fields": {"tier": "Gold"}},
        actor=DESK,
        accounts=[Entry(alpha.pk, "Tenant"), Entry(beta.pk, "Owner", sharing="see")],
        methods=[
            NewMethod("email", "lee@x.example", "Home"),
            NewMethod("email", "work@x.example"),
            NewMethod("phone", "+82 2 555 0142"),
        ],
    )
    create_contact({"last_name": "Bystander"}, actor=DESK, accounts=[Entry(alpha.pk)])
    add_tags([found.pk], ["vip"], actor=DESK)
    return found


Outcome = tuple[dict[str, Any], list[str]]


def rows_of(contact: Contact) -> dict[str, Any]:
    """What the database has of the contact, but for moments and for the keys of rows that come anew."""
    places = ("account__name", "position", "job_title", "role", "sharing")
    methods = ("kind", "value", "value_key", "label", "is_default", "unconfirmed_since", "bouncing_since")
    return {
        "fields": Contact.objects.filter(pk=contact.pk).values(*FIELDS, "name", "search", "user").get(),
        "accounts": list(
            Association.objects.filter(contact=contact).values_list(*places).order_by("position")
        ),
        "methods": list(
            ContactMethod.objects.filter(contact=contact).values_list(*methods).order_by("kind", "value")
        ),
        "tags": sorted(contact.tags.values_list("name", flat=True)),
    }


def history_of(contact: Contact, since: int) -> list[str]:
    """What was recorded about the contact: code, other side and data."""
    entries = AuditEntry.objects.filter(pk__gt=since, subject_type="customers.contact", subject_id=contact.pk)
    return sorted(
        f"{entry.code} {entry.related_type} {entry.related_id} {json.dumps(entry.data, sort_keys=True)}"
        for entry in entries
    )


def differences(one: Outcome, other: Outcome) -> list[tuple[Any, Any]]:
    """The parts of two outcomes that are not the same."""
    pairs = [(one[0][name], other[0][name]) for name in one[0]] + [(one[1], other[1])]
    return [pair for pair in pairs if pair[0] != pair[1]]


@pytest.mark.parametrize("wish", WISHES)
def test_every_door_leaves_the_same(world: World, contact: Contact, wish: str) -> None:
    wanted, doors = WISHES[wish]
    since, found = AuditEntry.objects.latest("id").pk, {}
    for door in doors.split():
        with transaction.atomic():
            DOORS[door](world, Contact.objects.get(pk=contact.pk), wanted)
            found[door] = (rows_of(contact), history_of(contact, since))
            transaction.set_rollback(True)
    first = next(iter(found))
    assert {door: differences(found[first], each) for door, each in found.items()} == dict.fromkeys(found, [])
    assert (found[first][1] == []) is (wish == "nothing" or wish == "no reference any more")


def test_every_wish_is_taken_to_two_doors_at_least() -> None:
    assert all(len(doors.split()) > 1 for _wish, doors in WISHES.values())
