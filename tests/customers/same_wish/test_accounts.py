"""An account is created and changed by the page, the Django admin or an import: the same wish leaves the same rows and
the same history by each. What a door cannot say is not among the doors of a wish.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from django.urls import reverse

from customers.models import Account
from customers.services.accounts.changes import create_account
from customers.services.custom_fields import ACCOUNT, create_custom_field
from helpdesk.events.models import AuditEntry
from tests.customers.same_wish.filled_forms import Values, form_with, send
from tests.customers.same_wish.imported_files import import_file
from tests.customers.same_wish.outcomes import Outcome, by_each_door, of_account
from tests.factories import DESK, AccountFactory
from tests.personas import World


@dataclass(frozen=True)
class Wish:
    """What an account is to be, as far as it changes; `parent` by its name."""

    fields: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
    domains: tuple[str, ...] | None = None


WISHES: dict[str, tuple[Wish, str]] = {
    "a name": (Wish({"name": "Songdo Park"}), "page admin import"),
    "the same name in other letters": (Wish({"name": "RIVER  house"}), "page admin"),
    "nothing": (Wish({"name": "River House"}), "page admin import"),
    "details": (
        Wish({"phone": "02-555-0142", "website": "https://river.example/", "address": "1 Quay\nSeoul"}),
        "page admin import",
    ),
    "notes of several lines": (Wish({"notes": "One\nTwo"}), "page admin import"),
    "no phone any more": (Wish({"phone": ""}), "page admin"),
    "an external id": (Wish({"external_id": "X-7"}), "page admin"),
    "another type": (Wish({"type": "partner"}), "page admin import"),
    "less sharing": (Wish({"sharing": "own"}), "page admin"),
    "custom fields": (Wish(custom={"tier": "Silver", "opened": "2026-03-31"}), "page admin import"),
    "a custom field taken away": (Wish(custom={"tier": ""}), "page admin"),
    "a parent": (Wish(parent="Harbor Tower"), "page admin import"),
    "another parent": (Wish(parent="Lighthouse Group"), "page admin import"),
    "no parent": (Wish(parent=""), "page admin"),
    "a domain more": (Wish(domains=("river.example", "Quay.example")), "page admin import"),
    "a domain less": (Wish(domains=()), "page admin"),
    "other domains": (Wish(domains=("quay.example",)), "page admin"),
    "all at once": (
        Wish(
            {"phone": "1588-0000", "type": "partner"},
            {"tier": "Silver"},
            "Harbor Tower",
            ("river.example", "b.example"),
        ),
        "page admin import",
    ),
}
NEW: dict[str, Wish] = {
    "a name alone": Wish({"name": "New House"}),
    "all that there is": Wish(
        {
            "name": "New House",
            "number": "A-9",
            "type": "partner",
            "phone": "1588-0000",
            "website": "https://new.example/",
            "address": "2 Quay",
            "notes": "Just built",
            "external_id": "X-9",
        },
        {"tier": "Gold"},
        "Harbor Tower",
        ("new.example", "newer.example"),
    ),
}


@pytest.fixture
def account(world: World) -> Account:
    """An account with something of each kind, below another one."""
    create_custom_field(ACCOUNT, "Tier", actor=DESK, kind="choice", choices=["Gold", "Silver"])
    create_custom_field(ACCOUNT, "Opened", actor=DESK, kind="date")
    AccountFactory(name="Lighthouse Group")
    own = {"name": "River House", "number": "A-7", "phone": "02 111", "custom_fields": {"tier": "Gold"}}
    parent = AccountFactory(name="River Group")
    return create_account(own | {"parent": parent}, actor=DESK, domains=["river.example"])


def named(name: str) -> str:
    """The key of an account, as a form sends it."""
    return str(Account.objects.get(name=name).pk) if name else ""


def of_the_page(values: Values, wish: Wish) -> Values:
    values |= {name: [value] for name, value in wish.fields.items()}
    values |= {f"custom:{key}": [value] for key, value in wish.custom.items()}
    if wish.parent is not None:
        values |= {"parent": [named(wish.parent)], "parent_text": [wish.parent]}
    if wish.domains is not None:
        values["domains"] = ["\n".join(wish.domains)]
    return values


def of_the_admin(values: Values, wish: Wish) -> Values:
    values |= {name: [value] for name, value in wish.fields.items()}
    if wish.parent is not None:
        values["parent"] = [named(wish.parent)]
    if wish.custom:
        kept = json.loads(values["custom_fields"][0]) | wish.custom
        values["custom_fields"] = [json.dumps({key: value for key, value in kept.items() if value})]
    if wish.domains is not None:
        total = int(values["domains-INITIAL_FORMS"][0])
        for row in range(total):
            values[f"domains-{row}-DELETE"] = (
                [] if values[f"domains-{row}-domain"][0] in wish.domains else ["on"]
            )
        present = {values[f"domains-{row}-domain"][0] for row in range(total)}
        for domain in wish.domains:
            if domain not in present:
                values |= {f"domains-{total}-domain": [domain], f"domains-{total}-id": [""]}
                total += 1
        values["domains-TOTAL_FORMS"] = [str(total)]
    return values


def of_the_file(wish: Wish) -> dict[str, tuple[str, str]]:
    """Heading → the target of the column, and the value."""
    codes = {"name": "account", "number": "account_number", "external_id": "account_external_id"}
    row = {name: (codes.get(name, f"account_{name}"), value) for name, value in wish.fields.items()}
    row |= {key: (f"account_custom:{key}", value) for key, value in wish.custom.items()}
    if wish.parent is not None:
        row["parent"] = ("account_parent", wish.parent)
    if wish.domains is not None:
        row["domains"] = ("account_domain", ", ".join(wish.domains))
    return row


def by_page(world: World, account: Account | None, wish: Wish) -> None:
    keys = [account.pk] if account else []
    address = reverse(f"customers:account_{'edit' if account else 'create'}", args=keys)
    send(world.max.client, address, of_the_page(form_with(world.max.client.get(address), "name"), wish))


def by_admin(world: World, account: Account | None, wish: Wish) -> None:
    keys = [account.pk] if account else []
    address = reverse(f"admin:customers_account_{'change' if account else 'add'}", args=keys)
    send(world.root.client, address, of_the_admin(form_with(world.root.client.get(address), "name"), wish))


def by_import(world: World, account: Account | None, wish: Wish) -> None:
    row = ({"number": ("account_number", account.number)} if account else {}) | of_the_file(wish)
    if account and "name" not in row:
        row["name"] = ("account", account.name)
    rows = [list(row), [value for _target, value in row.values()]]
    mapping = [target for target, _value in row.values()]
    import_file(rows, mapping, world, kind="accounts", mode="overwrite" if account else "add")


DOORS = {"page": by_page, "admin": by_admin, "import": by_import}


@pytest.mark.parametrize("wish", WISHES)
def test_every_door_leaves_the_same(world: World, account: Account, wish: str) -> None:
    wanted, doors = WISHES[wish]
    since = AuditEntry.objects.latest("id").pk

    def take(door: str) -> Outcome:
        DOORS[door](world, Account.objects.get(pk=account.pk), wanted)
        return of_account(account, since)

    outcome = by_each_door(doors, take)
    assert (outcome["history"] == []) is (wish == "nothing")


@pytest.mark.parametrize("new", NEW)
def test_every_door_creates_the_same(world: World, account: Account, new: str) -> None:
    since = AuditEntry.objects.latest("id").pk

    def take(door: str) -> Outcome:
        DOORS[door](world, None, NEW[new])
        return of_account(Account.objects.get(name="New House"), since)

    outcome = by_each_door("page admin import", take)
    assert [entry.split()[0] for entry in outcome["history"]] == ["account.created"]
