"""Fields that a desk adds itself: who defines them, what they hold, and what is recorded."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from customers.errors.records import FieldGone
from customers.models import Account, Contact, CustomField
from customers.services.accounts.changes import update_account
from customers.services.contacts.changes import NewContact, create_contact, create_contacts, update_contact
from customers.services.custom_fields import (
    UnfitValue,
    change_custom_field,
    create_custom_field,
    delete_custom_field,
    fields_of,
    lines_of,
    text_of,
    value_of,
)
from helpdesk.core.validation import InvalidFields
from helpdesk.events import wording
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

database = pytest.mark.django_db


def field(kind: str = "text", *, choices: tuple[str, ...] = (), key: str = "some") -> CustomField:
    return CustomField(module="contact", key=key, label="Some", kind=kind, choices=list(choices))


def defined(
    label: str, kind: str = "text", module: str = "contact", choices: tuple[str, ...] = ()
) -> CustomField:
    return create_custom_field(module, label, actor=DESK, kind=kind, choices=choices)


# --- Definitions ----------------------------------------------------------


@database
def test_fields_stand_in_the_order_they_were_added_and_apart_by_module() -> None:
    for label in ("Zodiac", "Birthday"):
        defined(label)
    defined("Seats", "number", module="account")
    assert [one.label for one in fields_of("contact")] == ["Zodiac", "Birthday"]
    assert [(one.label, one.position) for one in fields_of("account")] == [("Seats", 0)]


@database
def test_a_label_stands_once_in_a_module_ignoring_case_and_spaces() -> None:
    defined("Pet name")
    with pytest.raises(InvalidFields, match="Another field has this label"):
        defined("  PET   NAME ")
    assert defined("Pet name", module="account").pk


@database
def test_keys_are_made_of_the_labels_and_differ() -> None:
    keys = [defined(label).key for label in ("Date of birth", "Date of-birth", "생일", "#", "%")]
    assert keys[:3] == ["date_of_birth", "date_of_birth_2", "생일"]
    assert len(set(keys)) == 5


@database
def test_a_choice_needs_choices_each_once() -> None:
    with pytest.raises(InvalidFields) as refused:
        defined("Size", "choice")
    assert refused.value.field == "choices"
    assert defined("Size", "choice", choices=("Small", " small ", "", "Large")).choices == ["Small", "Large"]


@database
@pytest.mark.parametrize("label", ["", "   ", "x" * 101])
def test_a_label_has_to_be_there_and_fit(label: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        defined(label)
    assert refused.value.field == "label"


@database
def test_whoever_may_import_may_add_a_field_but_not_change_or_delete_one(world: World) -> None:
    added = create_custom_field("contact", "Shoe size", actor=world.max.actor)
    with pytest.raises(PermissionDenied):
        change_custom_field(added, {"label": "Shoes"}, actor=world.max.actor)
    with pytest.raises(PermissionDenied):
        delete_custom_field(added, actor=world.max.actor)


@database
@pytest.mark.parametrize("name", ["ana", "carla", "zoe"])
def test_nobody_else_may_add_a_field(world: World, name: str) -> None:
    with pytest.raises(PermissionDenied):
        create_custom_field("contact", "Shoe size", actor=world.persona(name).actor)
    assert not CustomField.objects.exists()


@database
def test_defining_changing_and_deleting_is_recorded(world: World) -> None:
    added = create_custom_field("contact", "Shoe size", actor=world.root.actor, kind="number")
    change_custom_field(added, {"label": "Shoes", "position": 3}, actor=world.root.actor)
    delete_custom_field(added, actor=world.root.actor)
    entries = AuditEntry.objects.filter(subject_type="customers.customfield").order_by("id")
    assert [entry.actor_user for entry in entries] == [world.root.user] * 3
    assert [wording.sentence(entry) for entry in entries] == [
        "added the field Shoe size",
        "changed the field Shoes: changed label from Shoe size to Shoes, changed position from 0 to 3",
        "deleted the field Shoes; its values are kept",
    ]


@database
def test_a_field_that_is_gone_is_not_changed() -> None:
    added = defined("Shoe size")
    CustomField.objects.all().delete()
    with pytest.raises(FieldGone):
        change_custom_field(added, {"label": "Shoes"}, actor=DESK)


@database
def test_values_outlive_their_field_unseen_and_come_back_with_it() -> None:
    added = defined("Shoe size")
    contact = ContactFactory(custom_fields={added.key: "42"})
    delete_custom_field(added, actor=DESK)
    other = defined("Colour")
    update_contact(contact, {"custom_fields": {other.key: "red"}}, actor=DESK)
    contact.refresh_from_db()
    assert contact.custom_fields == {"shoe_size": "42", "colour": "red"}
    assert [line.label for line in lines_of(contact)] == ["Colour"]
    defined("Shoe Size")
    assert [(line.label, line.text) for line in lines_of(contact)] == [("Colour", "red"), ("Shoe Size", "42")]


# --- One value ------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("text", "  two words ", "two words"),
        ("text", "two\r\nlines", "two\nlines"),
        ("number", "1250", "1250"),
        ("number", "1,250", "1250"),
        ("number", "1,250.50", "1250.5"),
        ("number", "1.250,50", "1250.5"),
        ("number", "1 250 000", "1250000"),
        ("number", "12,5", "12.5"),
        ("number", "1.234", "1.234"),
        ("number", "-007.10", "-7.1"),
        ("number", "-0", "0"),
        ("number", "+3", "3"),
        ("number", "１２", "12"),
        ("number", "−4", "-4"),
        ("date", "2026-03-31", "2026-03-31"),
        ("date", "2026/3/1", "2026-03-01"),
        ("date", "2026. 3. 1.", "2026-03-01"),
        ("date", "2026년 3월 1일", "2026-03-01"),
        ("date", "1.3.2026", "2026-03-01"),
        ("date", "2026-03-31 00:00:00", "2026-03-31"),
        ("boolean", "yes", True),
        ("boolean", "TRUE", True),
        ("boolean", "예", True),
        ("boolean", "0", False),
        ("boolean", "아니요", False),
        ("choice", " LARGE ", "Large"),
    ],
)
def test_a_value_is_read_from_what_people_and_programs_write(kind: str, written: str, stored: object) -> None:
    assert value_of(field(kind, choices=("Small", "Large")), written) == stored


@database
@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        ("text", "x" * 2001, "too_long"),
        ("number", "many", "not_a_number"),
        ("number", "1,23,4", "not_a_number"),
        ("number", "1.234.56", "not_a_number"),
        ("number", "12 €", "not_a_number"),
        ("number", "1e9", "not_a_number"),
        ("number", "NaN", "not_a_number"),
        ("number", "9" * 41, "not_a_number"),
        ("date", "03/04/2026", "not_a_date"),
        ("date", "2026-02-30", "not_a_date"),
        ("date", "0000-01-01", "not_a_date"),
        ("boolean", "perhaps", "not_yes_or_no"),
        ("choice", "Medium", "unknown_choice"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(kind: str, written: str, code: str) -> None:
    with pytest.raises(UnfitValue) as refused:
        value_of(field(kind, choices=("Small", "Large")), written)
    assert refused.value.code == code
    assert refused.value.sentence
    assert "%(" not in refused.value.sentence


@database
def test_the_refusal_of_a_choice_names_the_choices() -> None:
    with pytest.raises(UnfitValue) as refused:
        value_of(field("choice", choices=("Small", "Large")), "Medium")
    assert refused.value.sentence == "Choose one of these: Small, Large."


@pytest.mark.parametrize("kind", CustomField.Kind.values)
def test_nothing_written_is_no_value(kind: str) -> None:
    assert value_of(field(kind, choices=("Small",)), "  ") is None
    assert text_of(field(kind, choices=("Small",)), None) == ""


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_are_read_back_in_every_language(language: str, value: bool) -> None:
    with translation.override(language):
        written = text_of(field("boolean"), value)
    assert value_of(field("boolean"), written) is value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_every_number_is_kept_exactly(number: Decimal) -> None:
    stored = value_of(field("number"), format(number, "f"))
    assert Decimal(str(stored)) == number
    assert value_of(field("number"), text_of(field("number"), stored)) == stored


@given(st.dates())
def test_every_date_is_kept(day: date) -> None:
    assert value_of(field("date"), day.isoformat()) == day.isoformat()


@given(st.text(max_size=60), st.sampled_from(CustomField.Kind.values))
def test_whatever_is_written_is_stored_and_read_back_the_same_or_refused(text: str, kind: str) -> None:
    custom = field(kind, choices=("Small", "Large"))
    try:
        stored = value_of(custom, text)
    except UnfitValue:
        return
    assert stored is None or value_of(custom, text_of(custom, stored)) == stored


# --- Values in records ----------------------------------------------------


@database
def test_values_are_checked_and_kept_in_their_plain_form() -> None:
    for label, kind in (("Seats", "number"), ("Since", "date"), ("VIP", "boolean")):
        defined(label, kind)
    contact = create_contact(
        {"first_name": "Lena", "custom_fields": {"seats": "1,250", "since": "2026/3/1", "vip": "yes"}},
        actor=DESK,
    )
    assert contact.custom_fields == {"seats": "1250", "since": "2026-03-01", "vip": True}


@database
def test_only_the_values_given_change_and_an_empty_one_is_taken_away() -> None:
    for label in ("Colour", "Pet", "Car"):
        defined(label)
    contact = ContactFactory(custom_fields={"colour": "red", "pet": "cat", "car": "none"})
    changed = update_contact(contact, {"custom_fields": {"pet": "dog", "car": ""}}, actor=DESK)
    assert changed.custom_fields == {"colour": "red", "pet": "dog"}


@database
def test_all_values_that_do_not_fit_are_named_at_once_and_nothing_is_saved() -> None:
    defined("Seats", "number")
    defined("Since", "date")
    contact = ContactFactory(first_name="Lena")
    given_values = {"seats": "many", "since": "soon", "unheard_of": "x"}
    with pytest.raises(InvalidFields) as refused:
        update_contact(contact, {"first_name": "Lea", "custom_fields": given_values}, actor=DESK)
    assert set(refused.value.errors) == {"custom:seats", "custom:since", "custom:unheard_of"}
    contact.refresh_from_db()
    assert contact.first_name == "Lena"


@database
def test_a_choice_no_longer_offered_stays_until_it_is_changed() -> None:
    size = defined("Size", "choice", choices=("Small", "Large"))
    contact = ContactFactory(custom_fields={"size": "Small"})
    change_custom_field(size, {"choices": ["Large"]}, actor=DESK)
    kept = update_contact(contact, {"custom_fields": {"size": "Small"}, "first_name": "Lea"}, actor=DESK)
    assert kept.custom_fields == {"size": "Small"}
    with pytest.raises(InvalidFields):
        create_contact({"first_name": "Max", "custom_fields": {"size": "Small"}}, actor=DESK)


@database
def test_a_change_is_told_with_the_label_even_after_the_field_is_gone() -> None:
    seats = defined("Seats", "number", module="account")
    vip = defined("VIP", "boolean", module="account")
    account = AccountFactory(custom_fields={"seats": "3"})
    update_account(account, {"custom_fields": {"seats": "4", "vip": True}}, actor=DESK)
    for custom in (seats, vip):
        delete_custom_field(custom, actor=DESK)
    entry = AuditEntry.objects.get(code="account.changed")
    assert entry.data["changes"] == {"custom:seats": ["3", "4"], "custom:vip": [None, True]}
    told = wording.sentence(entry).split(", ")  # PostgreSQL keeps the keys of JSON in an order of its own
    assert sorted(told) == ["changed Seats from 3 to 4", "changed VIP from empty to Yes"]


@database
def test_a_value_is_told_as_it_is_also_when_it_reads_like_a_code_of_ours() -> None:
    defined("Sharing a car")
    contact = ContactFactory()
    update_contact(contact, {"custom_fields": {"sharing_a_car": "own"}}, actor=DESK)
    entry = AuditEntry.objects.get(code="contact.changed")
    assert wording.sentence(entry) == "changed Sharing a car from empty to own"


@database
def test_saving_the_same_values_is_no_change() -> None:
    defined("Seats", "number")
    contact = ContactFactory(custom_fields={"seats": "1250"})
    update_contact(contact, {"custom_fields": {"seats": "1,250.0"}}, actor=DESK)
    assert not AuditEntry.objects.filter(code="contact.changed").exists()


@database
def test_many_contacts_read_the_definitions_once(count_queries) -> None:
    defined("Seats", "number")

    def made(number: int) -> list[Contact]:
        fields = {"first_name": "Lena", "custom_fields": {"seats": "3"}}
        return create_contacts([NewContact(fields) for _ in range(number)], actor=DESK)

    assert count_queries(lambda: made(2)) == count_queries(lambda: made(20))


@database
def test_the_fields_of_accounts_are_not_those_of_contacts() -> None:
    defined("Seats", "number", module="account")
    with pytest.raises(InvalidFields):
        create_contact({"first_name": "Lena", "custom_fields": {"seats": "3"}}, actor=DESK)
    assert Account.objects.count() == 0
