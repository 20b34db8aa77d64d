"""Contacts and accounts as files."""

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from customers.imports.matching.columns import guess
from customers.lists.columns import columns_of
from customers.models import Contact
from customers.resources import AccountResource, ContactResource
from customers.services.associations import Entry
from customers.services.contacts.changes import update_contact
from customers.services.custom_fields import create_custom_field
from customers.services.methods.changes import set_methods
from customers.services.methods.values import NewMethod
from helpdesk.events.models import AuditEntry
from helpdesk.events.wording import sentence
from helpdesk.spreadsheets.streaming import Export
from tests.factories import DESK, AccountFactory, ContactFactory, fill_desk
from tests.personas import World

CONTACTS, ACCOUNTS = reverse("customers:contact_export"), reverse("customers:account_export")
EVERY_CONTACT_COLUMN = [
    "reference", "first_name", "last_name", "email", "phone", "mobile", "x", "other", "account", "account_number",
    "job_title", "accounts", "tags", "language", "time_zone", "notes", "external_id", "active", "created",
]  # fmt: skip


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def table(client: Client, address: str, columns: list[str], **query: Any) -> list[list[str]]:
    response = client.get(address, {"format": "csv", "column": columns, **query})
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))


def names(world: World, **query: Any) -> list[str]:
    rows = table(world.max.client, CONTACTS, ["first_name", "last_name"], **query)
    return [" ".join(row) for row in rows[1:]]


def listed(world: World, **query: Any) -> list[str]:
    page = world.max.client.get(reverse("customers:contact_list"), query).context["page"]
    return [contact.name for contact in page]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "moreno"},
        {"letter": "Z"},
        {"sort": "-name"},
        {"sort": "-created"},
        {"role": "administrator"},
    ],
)
def test_it_holds_exactly_what_the_list_shows_in_its_order(world: World, query: dict[str, str]) -> None:
    fill_desk(5, account=world.harbor)
    assert names(world, **query) == listed(world, **query)
    assert names(world, **query)


def test_it_does_not_stop_at_the_end_of_a_page(world: World) -> None:
    fill_desk(120, account=world.harbor)
    second = world.max.client.get(reverse("customers:contact_list")).context["page"].next_cursor
    assert len(names(world, account=world.harbor.pk, after=second)) == 123


def test_every_column_says_what_the_contact_has(world: World) -> None:
    contact = ContactFactory(
        first_name="Lena",
        last_name="Berg",
        email="lena@berg.example",
        accounts=[Entry(AccountFactory(name="Two", number="A-2").pk, job_title="Head"), world.harbor],
    )
    new = [
        NewMethod("email", "second@berg.example"),
        NewMethod("email", "lena@berg.example", is_default=True),
        NewMethod("mobile", "+821012345678"),
    ]
    set_methods(contact, new, actor=DESK)
    update_contact(contact, {"notes": "=1+1", "language": "ko", "time_zone": "Asia/Seoul"}, actor=DESK)
    row = table(world.max.client, CONTACTS, EVERY_CONTACT_COLUMN, q="lena berg")[1]
    assert row[:-1] == [
        contact.reference, "Lena", "Berg", "lena@berg.example ::: second@berg.example", "", "'+821012345678", "", "",
        "Two", "A-2", "Head", "Two; Harbor Tower", "", "ko", "Asia/Seoul", "'=1+1", "", "Yes",
    ]  # fmt: skip


def test_only_the_ticked_columns_come_and_are_ticked_the_next_time(world: World) -> None:
    client = world.max.client
    assert table(client, CONTACTS, ["last_name", "reference"])[0] == ["Reference number", "Last name"]
    again = client.get(CONTACTS).context["form"]
    assert again["column"].value() == ["reference", "last_name"]
    assert again["format"].value() == "csv"
    assert len(client.get(ACCOUNTS).context["form"]["column"].value()) > 10


def test_a_field_that_comes_later_is_ticked(world: World) -> None:
    client = world.max.client
    table(client, CONTACTS, ["last_name"])
    field = create_custom_field("contact", "Room", actor=world.root.actor)
    update_contact(world.carla.contact, {"custom_fields": {field.key: "12"}}, actor=DESK)
    code = f"custom:{field.key}"
    assert client.get(CONTACTS).context["form"]["column"].value() == ["last_name", code]
    assert table(client, CONTACTS, [code], q="carla") == [["Room"], ["12"]]


def test_at_first_every_column_is_ticked(world: World) -> None:
    form = world.max.client.get(CONTACTS).context["form"]
    assert form["column"].value() == EVERY_CONTACT_COLUMN
    assert form["format"].value() == "xlsx"


def test_no_column_or_an_unknown_one_or_format_is_refused(world: World) -> None:
    for query in (
        {"format": "csv"},
        {"format": "exe", "column": "email"},
        {"format": "csv", "column": "pin"},
    ):
        assert world.max.client.get(CONTACTS, query).status_code == 422
    assert not AuditEntry.objects.filter(code="export.made").exists()


def test_a_workbook_is_one(world: World) -> None:
    response = world.max.client.get(
        CONTACTS, {"format": "xlsx", "column": ["reference", "phone"], "q": "carla"}
    )
    assert response["Content-Disposition"].endswith('.xlsx"')
    book = load_workbook(io.BytesIO(body(response)))
    rows = [[cell.value for cell in row] for row in book.active.rows]
    assert rows[0] == ["Reference number", "Phone"]
    assert rows[1][0] == world.carla.contact.reference


def test_the_feed_says_who_took_what(world: World) -> None:
    number = len(names(world, q="e", sort="-name"))
    entry = AuditEntry.objects.get(code="export.made")
    assert entry.actor_user == world.max.user
    assert entry.data == {
        "list": "contacts",
        "criteria": {"q": ["e"], "sort": ["-name"]},
        "columns": ["first_name", "last_name"],
        "format": "csv",
        "rows": number,
        "complete": True,
    }
    assert sentence(entry) == f"exported {number} contacts"


def test_a_reader_who_hangs_up_is_recorded_too(world: World) -> None:
    fill_desk(2500, account=world.harbor)
    everyone, order = Contact.objects.visible_to(world.max.actor), ("search", "id")
    export = Export("contacts", ContactResource(), EVERY_CONTACT_COLUMN, everyone, order, "csv")
    chunks = export.chunks(actor=world.max.actor)
    assert next(chunks).count(b"\r\n") == 1, "the headings go out before the first row is asked for"
    next(chunks)
    chunks.close()
    entry = AuditEntry.objects.get(code="export.made")
    assert entry.data["complete"] is False
    assert 0 < entry.data["rows"] < 2500


def test_it_reads_the_language_and_the_clock_of_the_reader(world: World) -> None:
    world.max.user.language, world.max.user.time_zone = "ko", "Asia/Seoul"
    world.max.user.save()
    heading, row = table(world.max.client, CONTACTS, ["account", "active", "created"], q="carla")
    created = world.carla.contact.created_at.astimezone(ZoneInfo("Asia/Seoul"))
    assert heading[0] == "기본 계정"
    assert row == ["Harbor Tower", "예", created.strftime("%Y-%m-%d %H:%M")]


@pytest.mark.parametrize("address", [CONTACTS, ACCOUNTS])
def test_an_agent_may_not_and_is_not_offered_it(world: World, address: str) -> None:
    assert world.ana.client.get(address, {"format": "csv", "column": "name"}).status_code == 403
    shown = address.removesuffix("export/")
    assert address not in world.ana.client.get(shown).content.decode()
    assert (
        address in world.max.client.get(shown, {"q": "har"} if address == ACCOUNTS else {}).content.decode()
    )


@pytest.mark.parametrize("address", [CONTACTS, ACCOUNTS])
def test_more_rows_cost_queries_by_the_batch_only(world: World, address: str, count_queries: Any) -> None:
    def queries() -> int:
        columns = [column.code for column in world.max.client.get(address).context["form"].columns]
        query = {"format": "csv", "column": columns}
        return count_queries(lambda: body(world.max.client.get(address, query)))

    queries()
    fill_desk(10, account=world.harbor)
    with_ten = queries()
    fill_desk(600, account=world.harbor, first=10)
    assert queries() == with_ten


def test_accounts_come_with_their_domains_parent_and_counts(world: World) -> None:
    AccountFactory(name="Harbor Annex", parent=world.harbor)
    columns = ["account", "account_type", "account_parent", "account_domain", "people", "children"]
    rows = table(world.max.client, ACCOUNTS, columns, q="harbor")
    assert rows == [
        ["Name", "Type", "Parent", "Email domains", "Number of contacts", "Accounts below it"],
        ["Harbor Annex", "Customer", "Harbor Tower", "", "0", "0"],
        ["Harbor Tower", "Customer", "", "harbor.example", "3", "1"],
    ]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_import_knows_the_columns_of_contacts(world: World, language: str) -> None:
    world.max.user.language = language
    world.max.user.save()
    headings = table(world.max.client, CONTACTS, EVERY_CONTACT_COLUMN)[0]
    guessed = [one.target for one in guess(headings, [[] for _ in headings])]
    assert guessed == [
        code if code not in ("accounts", "active", "created") else "" for code in EVERY_CONTACT_COLUMN
    ]


@pytest.mark.parametrize("module", ["contact", "account"])
def test_the_columns_of_the_list_are_ticked(world: World, module: str) -> None:
    address = reverse(f"customers:{module}_export")
    form = world.max.client.get(address, {"columns": ["name", "created", "phone"]}).context["form"]
    names = {
        "contact": {"first_name", "last_name", "phone", "mobile"},
        "account": {"account", "account_phone"},
    }
    assert set(form["column"].value()) == names[module] | {"created"}


@pytest.mark.parametrize("module", ["contact", "account"])
def test_every_column_of_a_list_that_a_file_has_is_found_there(world: World, module: str) -> None:
    resource = {"contact": ContactResource, "account": AccountResource}[module]()
    codes = {column.code for column in resource.offered}
    missing = [key for key in columns_of(module) if not resource.listed([key]) & codes]
    assert (
        missing
        == {
            "contact": ["open_tickets", "last_contact", "updated"],
            "account": ["open_tickets", "updated"],
        }[module]
    )
