"""What was exported says the same when an import reads it, cell by cell."""

import pytest
from django.utils import translation

from customers.imports.matching import targets
from customers.imports.matching.columns import guess
from customers.imports.matching.records import Parser, Record
from customers.models import Account, Contact, CustomField
from customers.resources import AccountResource, ContactResource
from customers.services.accounts.changes import update_account
from customers.services.contacts.changes import update_contact
from customers.services.custom_fields import create_custom_field
from customers.services.methods.changes import set_methods
from customers.services.methods.values import NewMethod
from customers.services.tags import add_tags, tags_of
from helpdesk.core.models import Term
from helpdesk.core.words import forget
from helpdesk.spreadsheets.streaming import Export
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World
from tests.spreadsheets.reading.files import numbered

FORMATS = pytest.mark.parametrize("file_format", ["csv", "xlsx"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "ko"])
NOTES = '-3 points\n=HYPERLINK("http://x.example"), \'quoted\'\n\n끝; a "b" ::: c'


def read_again(export: Export, world: World) -> list[Record]:
    content = b"".join(export.chunks(actor=world.max.actor))
    table, rows = numbered(content, f"export.{export.format}")
    mapping = [one.target for one in guess(table.header, table.samples, kind=export.kind)]
    custom = {f"custom:{field.key}": field for field in CustomField.objects.filter(module="contact")}
    custom |= {f"account_custom:{field.key}": field for field in CustomField.objects.filter(module="account")}
    parser = Parser(mapping, custom)
    return [parser.parse(number, cells) for number, cells in rows]


def awkward_contact(world: World) -> Contact:
    two = AccountFactory(name='+Two & Söhne, "GmbH"', number="00012")
    contact = ContactFactory(first_name="=Lena", last_name="O'Berg", accounts=[two, world.harbor])
    new = [
        NewMethod("email", "second@berg.example"),
        NewMethod("email", "lena@berg.example", is_default=True),
        NewMethod("phone", "+442079460018"),
        NewMethod("phone", "ext. 12, ask for Lena"),
        NewMethod("mobile", "+821012345678"),
        NewMethod("x", "@lena"),
        NewMethod("other", "-o- ; radio"),
    ]
    set_methods(contact, new, actor=DESK)
    fields = {"external_id": "000900", "language": "pt-br", "time_zone": "Asia/Seoul", "notes": NOTES}
    room = create_custom_field("contact", "=Room", actor=world.root.actor)
    paid = create_custom_field("contact", "Paid", actor=world.root.actor, kind="boolean")
    update_contact(contact, fields | {"custom_fields": {room.key: "007", paid.key: True}}, actor=DESK)
    add_tags([contact.pk], ["=VIP", "이사회 임원", '"quoted" & more'], actor=DESK)
    return Contact.objects.get(pk=contact.pk)


@FORMATS
@LANGUAGES
def test_a_contact_is_read_as_it_was_written(world: World, file_format: str, language: str) -> None:
    contact = awkward_contact(world)
    with translation.override(language):
        resource = ContactResource(actor=world.max.actor)
        codes = list(resource.fields)
        everyone = Contact.objects.filter(pk=contact.pk)
        export = Export(targets.CONTACTS, resource, codes, everyone, ("id",), file_format)
        record = read_again(export, world)[0]
    custom = {f"custom:{key}": value for key, value in contact.custom_fields.items()}
    names = ("reference", "first_name", "last_name", "external_id", "language", "time_zone", "notes")
    assert record.fields == {name: getattr(contact, name) for name in names} | custom
    stored = {(method.kind, method.value) for method in contact.methods.all()}
    assert {(method.kind, method.value) for method in record.methods} == stored
    assert record.tags == tags_of([contact.pk])[contact.pk]
    assert record.addresses == ["lena@berg.example", "second@berg.example"]
    assert record.account.fields == {"name": contact.primary_account.name, "number": "00012"}
    assert not (record.job_title or record.account.parent or record.account.domains)


@FORMATS
@LANGUAGES
def test_an_account_is_read_as_it_was_written(world: World, file_format: str, language: str) -> None:
    account = AccountFactory(name="=1+1", parent=world.harbor, domains=["one.example", "two.example"])
    floors = create_custom_field("account", "Floors", actor=world.root.actor, kind="number")
    fields = {
        "number": "007", "type": "partner", "phone": "+44 20 7946 0018", "website": "https://x.example/?a=1",
        "address": "1 High Street\nLondon", "notes": NOTES, "external_id": "-5",
    }  # fmt: skip
    update_account(account, fields | {"custom_fields": {floors.key: "12"}}, actor=DESK)
    with translation.override(language):
        resource = AccountResource(actor=world.max.actor)
        some = Account.objects.filter(pk=account.pk)
        export = Export(targets.ACCOUNTS, resource, list(resource.fields), some, ("id",), file_format)
        record = read_again(export, world)[0]
    assert record.account.fields == {"name": "=1+1", **fields, f"custom:{floors.key}": "12"}
    assert record.account.parent == "Harbor Tower"
    assert set(record.account.domains) == {"one.example", "two.example"}


@LANGUAGES
def test_a_desk_with_its_own_words_reads_its_own_export(world: World, language: str) -> None:
    for key, singular, plural in (("account", "Property", "Properties"), ("contact", "Broker", "Brokers")):
        Term.objects.create(key=key, language=language, singular=singular, plural=plural)
    forget()
    contact = awkward_contact(world)
    with translation.override(language):
        resource = ContactResource(actor=world.max.actor)
        everyone = Contact.objects.filter(pk=contact.pk)
        export = Export(targets.CONTACTS, resource, list(resource.fields), everyone, ("id",), "csv")
        record = read_again(export, world)[0]
    assert record.account.fields == {"name": contact.primary_account.name, "number": "00012"}
