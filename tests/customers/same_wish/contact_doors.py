"""The doors by which a contact is changed, each taken as a person takes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from customers.bulk import lifecycle as bulk_updates
from customers.bulk import run as bulk_run
from customers.bulk.wanted import Wanted
from customers.models import Account, Contact, ContactMethod
from tests.customers.same_wish.filled_forms import Values, form_with, send
from tests.customers.same_wish.imported_files import import_file
from tests.personas import World

HTMX = {"headers": {"HX-Request": "true"}}


@dataclass(frozen=True)
class Wish:
    """What a contact is to be afterwards, as far as it changes."""

    fields: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    is_active: bool | None = None
    accounts: tuple[str, ...] | None = None
    """The names, the primary first; who has one already keeps the job title, the role and the sharing there."""
    job_title: str | None = None
    role: str | None = None
    sharing: str | None = None
    """All three at the account that is primary afterwards."""
    tags: tuple[str, ...] | None = None
    method_added: tuple[str, str] | None = None
    """Kind and value; its label is `label`."""
    method_changed: tuple[str, str] | None = None
    """The value of a method, and the value it is to have; None as the second keeps it."""
    method_removed: str | None = None
    made_default: str | None = None
    label: str = ""


Door = Callable[[World, Contact, Wish], None]


# --- The page of the contact -----------------------------------------------------
def by_page(world: World, contact: Contact, wish: Wish) -> None:
    """The edit form, and the forms beside each way to reach the contact."""
    client = world.max.client
    touches_form = wish.fields or wish.custom or wish.tags is not None or touches_places(wish)
    if touches_form:
        address = reverse("customers:contact_edit", args=[contact.pk])
        values = form_with(client.get(address), "first_name")
        values |= {name: [value] for name, value in wish.fields.items()}
        values |= {f"custom:{key}": [value] for key, value in wish.custom.items()}
        if wish.tags is not None:
            values |= {"tags": list(wish.tags), "tags_text": [""]}
        send(client, address, with_places(values, wish))
    if wish.is_active is not None:
        raise NotImplementedError
    by_method_forms(world, contact, wish)


def by_method_forms(world: World, contact: Contact, wish: Wish) -> None:
    client = world.max.client

    def press(verb: str, of: str, **data: str) -> None:
        method = contact.methods.get(value=of)
        address = reverse(f"customers:method_{verb}", args=[contact.pk, method.pk])
        send(client, address, {name: [text] for name, text in data.items()})

    if wish.method_added:
        kind, value = wish.method_added
        address = reverse("customers:method_add", args=[contact.pk])
        send(client, address, {"kind": [kind], "value": [value], "label": [wish.label]})
    if wish.method_changed:
        before, after = wish.method_changed
        label = wish.label or contact.methods.get(value=before).label
        press("change", before, value=after, label=label, was=before)
    if wish.method_removed:
        press("remove", wish.method_removed)
    if wish.made_default:
        press("default", wish.made_default)


def touches_places(wish: Wish) -> bool:
    return any(each is not None for each in (wish.accounts, wish.job_title, wish.role, wish.sharing))


def with_places(values: Values, wish: Wish) -> Values:
    """The list of accounts of the form, as it is wished."""
    columns = ("job_title", "role", "sharing")
    rows = {
        key: [values[f"assoc_{name}"][index] for name in columns]
        for index, key in enumerate(values.get("assoc_account", []))
    }
    keys = list(rows) if wish.accounts is None else [str(account_named(name).pk) for name in wish.accounts]
    wanted = [(key, list(rows.get(key, ["", "customer", ""]))) for key in keys]
    for index, value in enumerate((wish.job_title, wish.role, wish.sharing)):
        if value is not None:
            wanted[0][1][index] = value
    sent = {f"assoc_{name}": [row[index] for _key, row in wanted] for index, name in enumerate(columns)}
    return values | sent | {"assoc_account": keys, "assoc_primary": keys[:1]}


def account_named(name: str) -> Account:
    return Account.objects.get(name=name)


# --- A cell of the list --------------------------------------------------------------
def by_cell(world: World, contact: Contact, wish: Wish) -> None:
    """The cell that shows what is wished."""

    def save(cell: str, values: Values) -> None:
        send(world.max.client, reverse("customers:contact_cell", args=[contact.pk, cell]), values, **HTMX)

    def opened(cell: str, name: str) -> Values:
        address = reverse("customers:contact_cell", args=[contact.pk, cell])
        return form_with(world.max.client.get(address, **HTMX), name)

    if wish.accounts is not None or wish.role is not None or wish.sharing is not None:
        save("accounts", with_places(opened("accounts", "version"), wish))
    elif wish.job_title is not None:
        save("title", opened("title", "value") | {"value": [wish.job_title]})
    if wish.method_changed:
        before, after = wish.method_changed
        kind = contact.methods.get(value=before).kind
        cell = "email" if kind == ContactMethod.Kind.EMAIL else "phone"
        save(cell, opened(cell, "value") | {"value": [after]})
    if wish.method_added:
        cell = "email" if wish.method_added[0] == ContactMethod.Kind.EMAIL else "phone"
        save(cell, opened(cell, "value") | {"value": [wish.method_added[1]]})


# --- The Django admin ------------------------------------------------------------------
def by_admin(world: World, contact: Contact, wish: Wish) -> None:
    """The contact's page there, with its lists."""
    address = reverse("admin:customers_contact_change", args=[contact.pk])
    values = form_with(world.root.client.get(address), "first_name")
    values |= {name: [value] for name, value in wish.fields.items()}
    if wish.is_active is not None:
        values.pop("is_active", None)
        values |= {"is_active": ["on"]} if wish.is_active else {}
    if wish.custom:
        kept = json.loads(values["custom_fields"][0]) | wish.custom
        values["custom_fields"] = [json.dumps({key: value for key, value in kept.items() if value})]
    if touches_places(wish):
        _admin_places(values, wish)
    _admin_methods(values, wish)
    send(world.root.client, address, values)


def _admin_places(values: Values, wish: Wish) -> None:
    rows = _rows(values, "associations", "account")
    keys = list(rows) if wish.accounts is None else [str(account_named(name).pk) for name in wish.accounts]
    for key, prefix in rows.items():
        if key not in keys:
            values[f"{prefix}-DELETE"] = ["on"]
    total = int(values["associations-TOTAL_FORMS"][0])
    for key in keys:
        if key not in rows:
            rows[key] = f"associations-{total}"
            total += 1
            values |= {f"{rows[key]}-{name}": [value] for name, value in (("role", "customer"), ("id", ""))}
            values |= {f"{rows[key]}-{name}": [""] for name in ("job_title", "sharing")}
            values[f"{rows[key]}-account"] = [key]
        values[f"{rows[key]}-position"] = [str(keys.index(key) + 1)]
    values["associations-TOTAL_FORMS"] = [str(total)]
    for name in ("job_title", "role", "sharing"):
        if (value := getattr(wish, name)) is not None:
            values[f"{rows[keys[0]]}-{name}"] = [value]


def _rows(values: Values, prefix: str, name: str) -> dict[str, str]:
    """The rows of a list by what they hold: its key or value → ``prefix-number``."""
    numbers = range(int(values[f"{prefix}-TOTAL_FORMS"][0]))
    found = {next(iter(values[f"{prefix}-{n}-{name}"]), ""): f"{prefix}-{n}" for n in numbers}
    return {key: row for key, row in found.items() if key}


def _admin_methods(values: Values, wish: Wish) -> None:
    rows = _rows(values, "methods", "value")
    if wish.method_added:
        row = next(
            f"methods-{n}"
            for n in range(int(values["methods-TOTAL_FORMS"][0]))
            if not values[f"methods-{n}-value"][0]
        )
        kind, value = wish.method_added
        values |= {f"{row}-kind": [kind], f"{row}-value": [value], f"{row}-label": [wish.label]}
        rows[value] = row
    if wish.method_changed:
        row = rows[wish.method_changed[0]]
        values[f"{row}-value"] = [wish.method_changed[1]]
        if wish.label:
            values[f"{row}-label"] = [wish.label]
    if wish.method_removed:
        values[f"{rows[wish.method_removed]}-DELETE"] = ["on"]
    if wish.made_default:
        row = rows[wish.made_default]
        for other in rows.values():
            if values[f"{other}-kind"] == values[f"{row}-kind"]:
                values.pop(f"{other}-is_default", None)
        values[f"{row}-is_default"] = ["on"]


# --- A bulk update -----------------------------------------------------------------------
def by_bulk(world: World, contact: Contact, wish: Wish) -> None:
    """A bulk update of this contact and another one."""
    fields: dict[str, Any] = {**wish.fields, **{f"custom:{key}": value for key, value in wish.custom.items()}}
    if wish.is_active is not None:
        fields["is_active"] = wish.is_active
    wanted = Wanted(
        fields,
        None if wish.accounts is None else tuple(account_named(name).pk for name in wish.accounts),
        wish.job_title,
        wish.role,
        *_tags(contact, wish),
    )
    other = Contact.objects.get(last_name="Bystander")
    started = bulk_updates.start(wanted, [contact.pk, other.pk], actor=world.max.actor)
    bulk_run.carry_out(started.pk)
    started.refresh_from_db()
    assert started.status == "done" and not started.left_out


def _tags(contact: Contact, wish: Wish) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if wish.tags is None:
        return (), ()
    present = {tag.name for tag in contact.tags.all()}
    return tuple(t for t in wish.tags if t not in present), tuple(sorted(present - set(wish.tags)))


# --- An import -----------------------------------------------------------------------------
HEADINGS = {
    "first_name": "First name",
    "last_name": "Last name",
    "external_id": "External id",
    "language": "Language",
    "time_zone": "Time zone",
    "notes": "Notes",
}
KINDS = {"email": "Email", "phone": "Phone", "mobile": "Mobile"}


def by_import(world: World, contact: Contact, wish: Wish) -> None:
    """A file with a row of this contact, found by the reference, and one of another; it overwrites."""
    row = {"Reference number": contact.reference or "", **{HEADINGS[k]: v for k, v in wish.fields.items()}}
    targets = {heading: name for name, heading in HEADINGS.items()} | {"Reference number": "reference"}
    for key, value in wish.custom.items():
        row[key], targets[key] = value, f"custom:{key}"
    if wish.accounts is not None:
        row["Account"], targets["Account"] = wish.accounts[0], "account"
    elif wish.job_title is not None:
        row["Account"], targets["Account"] = "Alpha House", "account"
    if wish.job_title is not None:
        row["Job title"], targets["Job title"] = wish.job_title, "job_title"
    if wish.tags is not None:
        row["Tags"], targets["Tags"] = ", ".join(wish.tags), "tags"
    if wish.method_added:
        kind, value = wish.method_added
        if wish.label:
            row["Label"], targets["Label"] = wish.label, "label"
        row[KINDS[kind]], targets[KINDS[kind]] = value, kind
    other = Contact.objects.get(last_name="Bystander")
    second = [other.reference if heading == "Reference number" else "" for heading in row]
    import_file([list(row), list(row.values()), second], [targets[heading] for heading in row], world)


DOORS: dict[str, Door] = {
    "page": by_page,
    "cell": by_cell,
    "admin": by_admin,
    "bulk": by_bulk,
    "import": by_import,
}
