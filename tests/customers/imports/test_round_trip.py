"""What was exported and is imported again changes nothing: no value, no date, no entry in the audit feed."""

from dataclasses import replace

import pytest
from django.utils import translation

from customers.models import Account, AccountDomain, Association, Contact, ContactMethod
from customers.resources import AccountResource, ContactResource
from customers.services.accounts.changes import update_account
from customers.services.associations import Entry
from customers.services.contacts.changes import update_contact
from customers.services.custom_fields import create_custom_field
from customers.services.methods.changes import set_methods
from customers.services.methods.values import NewMethod
from helpdesk.events.models import AuditEntry
from helpdesk.spreadsheets.streaming import Export
from tests.customers.imports.doors import by_command, counts, state_of
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
MODES = ("add", "fill", "overwrite")
CUSTOMERS = (Contact, ContactMethod, Association, Account, AccountDomain)
VALUES = {"text": "=1+1", "number": "1250.5", "date": "2026-02-28", "boolean": "no", "choice": "남쪽; 북쪽"}


def own_fields(module: str) -> dict[str, object]:
    """A field of each kind, and values of them."""
    choices = {"choices": ["남쪽; 북쪽", "=East"]}
    fields = [
        create_custom_field(
            module, f"Own {kind}", actor=DESK, kind=kind, **(choices if kind == "choice" else {})
        )
        for kind in VALUES
    ]
    return {field.key: VALUES[field.kind] for field in fields}


def people(world: World) -> None:
    """Carla and the others, and some that are hard to write and to read."""
    custom = own_fields("contact")
    many = [Entry(AccountFactory(name=f"Office {n}", number=f"{n:04}").pk, f"Clerk {n}") for n in range(25)]
    many[3], many[4] = replace(many[3], role="administrator"), replace(many[4], sharing="own")
    full = ContactFactory(first_name="Ludwig", last_name="van Beethoven", email="", accounts=many)
    reached = [
        NewMethod("email", "l1@x.example", label="private"),
        NewMethod("email", "l2@x.example", is_default=True),
        NewMethod("phone", "02-555-0101"),
        NewMethod("phone", "ext. 12; ask"),
        NewMethod("mobile", "+82 10 5555 0102"),
        NewMethod("x", "@ludwig"),
        NewMethod("other", "-radio ; 7"),
    ]
    set_methods(full, reached, actor=DESK)
    update_contact(
        full,
        {
            "notes": "=1\n\n-2",
            "language": "ko",
            "time_zone": "Asia/Seoul",
            "external_id": "007",
            "custom_fields": custom,
        },
        actor=DESK,
    )
    ContactFactory(first_name="지수", last_name="한", email="jisoo@x.example", accounts=[world.harbor])
    ContactFactory(first_name="Cher", last_name="", email="")
    ContactFactory(first_name="=HYPERLINK(1)", last_name="'-Quoted'", email="", phone="+82 2 555 0103")


def companies(world: World) -> None:
    custom = own_fields("account")
    parent = AccountFactory(
        name='한빛 그룹 "Co; Ltd"', parent=world.harbor, domains=["a.example", "b.example"]
    )
    child = AccountFactory(name="=cmd", parent=parent, type="partner")
    fields = {
        "number": "-007", "phone": "+82 2 555 0101", "website": "https://x.example/?a=1", "external_id": "0012",
        "address": "1 Street\n서울", "notes": "@note\n\n+1", "custom_fields": custom,
    }  # fmt: skip
    update_account(child, fields, actor=DESK)


def exported(world: World, resource_class, rows, form: str, language: str) -> bytes:
    with translation.override(language):
        resource = resource_class(actor=world.max.actor)
        export = Export(resource_class.import_kind, resource, list(resource.fields), rows, ("id",), form)
        return b"".join(export.chunks(actor=world.max.actor))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["contacts", "accounts"])
def test_an_export_that_is_imported_again_changes_nothing(
    world: World, tmp_path, kind: str, mode: str, form: str, language: str
) -> None:
    if kind == "contacts":
        people(world)
        data = exported(world, ContactResource, Contact.objects.all(), form, language)
    else:
        companies(world)
        data = exported(world, AccountResource, Account.objects.all(), form, language)
    entries = AuditEntry.objects.exclude(code__startswith="import.")
    before, number = state_of(*CUSTOMERS), entries.count()
    run = by_command(world, data, mode, kind=kind, also_add=True, folder=tmp_path, name=f"export.{form}")
    outcome = "skipped" if mode == "add" else "unchanged"
    rows = (Contact if kind == "contacts" else Account).objects.count()
    assert counts(run) == {outcome: rows}, [(row.cells, row.problem) for row in run.rejected_rows.all()]
    assert state_of(*CUSTOMERS) == before
    assert entries.count() == number


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_brings_everybody_back_to_an_empty_desk(world: World, tmp_path, form: str) -> None:
    people(world)
    data = exported(world, ContactResource, Contact.objects.order_by("pk"), form, "en")
    reached = set(ContactMethod.objects.values_list("kind", "value", "is_default"))
    names = set(Contact.objects.values_list("reference", "first_name", "last_name", "notes"))
    world.shared.delete(), world.private.delete(), world.strangers.delete()
    Contact.objects.all().delete()
    run = by_command(world, data, "add", folder=tmp_path, name=f"export.{form}")
    assert set(counts(run)) == {"created"}
    assert set(ContactMethod.objects.values_list("kind", "value", "is_default")) == reached
    assert set(Contact.objects.values_list("reference", "first_name", "last_name", "notes")) == names
