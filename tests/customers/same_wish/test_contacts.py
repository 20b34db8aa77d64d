"""A contact is changed by the page, a cell, the Django admin, a bulk update or an import: the same wish leaves the same
rows and the same history by each. What a door cannot say is not among the doors of a wish.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from customers.models import Contact
from customers.services.associations import Entry
from customers.services.contacts.changes import create_contact
from customers.services.custom_fields import CONTACT, create_custom_field
from customers.services.methods.values import NewMethod
from customers.services.tags import add_tags
from helpdesk.events.models import AuditEntry
from tests.customers.same_wish.contact_doors import DOORS, Wish, account_named
from tests.customers.same_wish.filled_forms import form_with, send
from tests.customers.same_wish.imported_files import import_file
from tests.customers.same_wish.outcomes import Outcome, by_each_door, of_contact
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


@pytest.mark.parametrize("wish", WISHES)
def test_every_door_leaves_the_same(world: World, contact: Contact, wish: str) -> None:
    wanted, doors = WISHES[wish]
    since = AuditEntry.objects.latest("id").pk

    def take(door: str) -> Outcome:
        DOORS[door](world, Contact.objects.get(pk=contact.pk), wanted)
        return of_contact(contact, since)

    outcome = by_each_door(doors, take)
    assert (outcome["history"] == []) is (wish in ("nothing", "no reference any more"))


NEW: dict[str, dict[str, Any]] = {
    "a name alone": {"last_name": "Shin"},
    "all that there is": {
        "first_name": "Yuna",
        "last_name": "Shin",
        "reference": "R-9",
        "language": "ko",
        "time_zone": "Asia/Seoul",
        "external_id": "X-9",
        "notes": "New here",
        "email": "Yuna@x.example",
        "phone": "02-555-0177",
        "account": "Alpha House",
        "job_title": "Guard",
        "floor": "3",
    },
}


def new_by_page(world: World, values: dict[str, Any]) -> None:
    address = reverse("customers:contact_create")
    sent = form_with(world.max.client.get(address), "first_name")
    own = {name: value for name, value in values.items() if name not in ("account", "job_title", "floor")}
    sent |= {name: [value] for name, value in own.items()}
    if "account" in values:
        key = str(account_named(values["account"]).pk)
        sent |= {"assoc_account": [key], "assoc_job_title": [values["job_title"]], "assoc_primary": [key]}
        sent |= {"assoc_role": ["customer"], "assoc_sharing": [""], "custom:floor": [values["floor"]]}
    send(world.max.client, address, sent)


def new_by_admin(world: World, values: dict[str, Any]) -> None:
    address = reverse("admin:customers_contact_add")
    sent = form_with(world.root.client.get(address), "first_name")
    sent |= {name: [value] for name, value in values.items() if name in sent}
    if "account" in values:
        place = {"account": str(account_named(values["account"]).pk), "job_title": values["job_title"]}
        sent |= {f"associations-0-{name}": [value] for name, value in place.items()}
        for row, kind in enumerate(("email", "phone")):
            sent |= {f"methods-{row}-kind": [kind], f"methods-{row}-value": [values[kind]]}
            sent |= {f"methods-{row}-label": [""], f"methods-{row}-id": [""]}
        sent |= {"methods-TOTAL_FORMS": ["2"], "custom_fields": [json.dumps({"floor": values["floor"]})]}
    send(world.root.client, address, sent)


def new_by_import(world: World, values: dict[str, Any]) -> None:
    targets = ["custom:floor" if name == "floor" else name for name in values]
    import_file([list(values), list(values.values())], targets, world, mode="add")


NEW_DOORS = {"page": new_by_page, "admin": new_by_admin, "import": new_by_import}


@pytest.mark.parametrize("new", NEW)
def test_every_door_creates_the_same(world: World, contact: Contact, new: str) -> None:
    since = AuditEntry.objects.latest("id").pk

    def take(door: str) -> Outcome:
        NEW_DOORS[door](world, NEW[new])
        created = Contact.objects.get(last_name="Shin")
        return without_keys(of_contact(created, since), created.pk)

    outcome = by_each_door("page admin import", take)
    assert any(entry.startswith("contact.created") for entry in outcome["history"])


def without_keys(outcome: Outcome, pk: int) -> Outcome:
    """The same, whatever id the contact got: an id that was drawn does not come back with the transaction."""
    own = {"reference": str, "search": str}
    fields = {
        name: value.replace(f"{pk:06d}", "…") if name in own else value
        for name, value in outcome["fields"].items()
    }
    return outcome | {"fields": fields}


def test_every_wish_is_taken_to_two_doors_at_least() -> None:
    assert all(len(doors.split()) > 1 for _wish, doors in WISHES.values())
