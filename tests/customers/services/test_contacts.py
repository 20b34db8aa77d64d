"""Creating, changing, matching and deleting contacts, and their methods."""

import pytest

from customers.administration.matching import find_or_create_contact, match_contact
from customers.errors.records import AddressInUse, NotAnAddress
from customers.models import Contact, ContactMethod
from customers.services.associations import Entry
from customers.services.contacts.changes import NewContact, create_contact, create_contacts, update_contact
from customers.services.contacts.deletion import delete_contact
from customers.services.methods.changes import (
    add_method,
    change_method,
    make_default,
    remove_method,
    set_methods,
)
from customers.services.methods.values import NewMethod
from customers.values.names import split_name
from helpdesk.core.validation import InvalidFields
from helpdesk.events.timelines import timeline
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.sign_ins import signs_in

pytestmark = pytest.mark.django_db


def defaults(contact: Contact, kind: str) -> list[str]:
    return list(contact.methods.filter(kind=kind, is_default=True).values_list("value", flat=True))


def test_the_database_derives_the_name_in_either_order() -> None:
    western = create_contact({"first_name": "Ji-soo", "last_name": "Han"}, actor=DESK)
    korean = create_contact({"first_name": "지수", "last_name": "한"}, actor=DESK)
    only = create_contact({"last_name": "Prince"}, actor=DESK)
    assert [western.name, korean.name, only.name] == ["Ji-soo Han", "한지수", "Prince"]


def test_a_reference_is_given_and_a_brought_one_kept() -> None:
    first, second = create_contacts(
        [NewContact({"last_name": "A"}), NewContact({"last_name": "B", "reference": "X-9"})], actor=DESK
    )
    assert first.reference == f"C-{first.pk:06d}"
    assert second.reference == "X-9"


def test_a_reference_that_a_file_brought_before_its_time_never_stands_in_the_way() -> None:
    first = create_contact({"last_name": "A"}, actor=DESK)
    brought = f"C-{first.pk + 2:06d}"
    create_contact({"last_name": "B", "reference": brought}, actor=DESK)
    third = create_contact({"last_name": "C"}, actor=DESK)
    assert third.reference == f"{brought}-2"
    assert update_contact(first, {"reference": ""}, actor=DESK).reference == first.reference


def test_somebody_without_any_name_is_refused() -> None:
    with pytest.raises(InvalidFields) as refusal:
        create_contact({"first_name": " "}, actor=DESK)
    assert "first name or a last name" in refusal.value.message


def test_a_300_character_name_is_refused() -> None:
    with pytest.raises(InvalidFields):
        create_contact({"last_name": "x" * 300}, actor=DESK)


def test_an_address_of_another_contact_is_refused_and_names_them() -> None:
    other = ContactFactory(email="Ji.Soo@hanbit.example")
    with pytest.raises(AddressInUse) as refusal:
        create_contact(
            {"last_name": "Han"}, actor=DESK, methods=[NewMethod("email", "ji.soo@HANBIT.example")]
        )
    assert refusal.value.contact == other
    assert Contact.objects.count() == 1


def test_a_hundred_contacts_cost_a_handful_of_queries(django_assert_max_num_queries) -> None:
    account = AccountFactory()
    new = [
        NewContact({"last_name": f"N{n}"}, [NewMethod("email", f"n{n}@x.example")], [Entry(account.pk)])
        for n in range(100)
    ]
    with django_assert_max_num_queries(22):
        create_contacts(new, actor=DESK)
    assert account.associations.count() == 100


def test_the_first_of_a_kind_is_the_default_and_removing_it_promotes_the_next() -> None:
    contact = ContactFactory(email="one@x.example")
    second = add_method(contact, "email", "two@x.example", actor=DESK)
    assert defaults(contact, "email") == ["one@x.example"]
    make_default(second, actor=DESK)
    assert defaults(contact, "email") == ["two@x.example"]
    remove_method(contact.methods.get(pk=second.pk), actor=DESK)
    assert defaults(contact, "email") == ["one@x.example"]


def test_phones_are_kept_in_e164_where_they_parse() -> None:
    contact = ContactFactory()
    assert add_method(contact, "mobile", "010-5550-0177", actor=DESK).value == "+821055500177"
    assert add_method(contact, "phone", "+44 20 5550 0119", actor=DESK).value == "+442055500119"
    assert add_method(contact, "phone", "ext. 12", actor=DESK).value == "ext. 12"


@pytest.mark.parametrize("value", ["", " ", "not an address", "a@b", "x" * 300 + "@x.example"])
def test_a_bad_address_is_refused(value: str) -> None:
    with pytest.raises(NotAnAddress):
        add_method(ContactFactory(), "email", value, actor=DESK)


def test_changing_an_address_keeps_addresses_unique() -> None:
    ContactFactory(email="taken@x.example")
    contact = ContactFactory(email="mine@x.example")
    with pytest.raises(AddressInUse):
        change_method(contact.methods.get(), "TAKEN@x.example", actor=DESK)
    changed = change_method(contact.methods.get(), "new@x.example", actor=DESK)
    assert changed.value == "new@x.example"
    assert timeline(contact).first().data["changes"] == {"value": ["mine@x.example", "new@x.example"]}


def test_a_whole_list_of_methods_is_made_so() -> None:
    contact = ContactFactory(email="one@x.example", phone="+44 20 5550 0119")
    wanted = [NewMethod("email", "two@x.example"), NewMethod("email", "one@x.example", is_default=True)]
    set_methods(contact, wanted, actor=DESK)
    assert set(contact.methods.values_list("value", flat=True)) == {"one@x.example", "two@x.example"}
    assert defaults(contact, "email") == ["one@x.example"]
    assert not ContactMethod.objects.filter(contact=contact, kind="phone").exists()


def test_matching_is_by_address_never_by_name() -> None:
    known = ContactFactory(
        first_name="Ji-soo", last_name="Han", email="han@x.example", phone="+82 2 555 0142"
    )
    assert match_contact(email="HAN@x.example") == known
    assert match_contact(phone="02-555-0142") == known
    new = find_or_create_contact(actor=DESK, name="Ji-soo Han", email="other@y.example")
    assert new != known


def test_a_phone_that_two_people_share_matches_nobody() -> None:
    ContactFactory(phone="+82 2 555 0142")
    ContactFactory(phone="+82 2 555 0142")
    assert match_contact(phone="+82 2 555 0142") is None


def test_an_unknown_address_joins_the_account_of_its_domain() -> None:
    account = AccountFactory(name="Hanbit", domains=["hanbit.example"])
    assert find_or_create_contact(actor=DESK, email="new@hanbit.example").primary_account == account
    assert find_or_create_contact(actor=DESK, email="new@gmail.com").primary_account is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Ji-soo Han", "Ji-soo", "Han"),
        ("한지수", "지수", "한"),
        ("Han, Ji-soo", "Ji-soo", "Han"),
        ("Prince", "Prince", ""),
    ],
)
def test_a_name_in_one_piece_is_split(text: str, first: str, last: str) -> None:
    assert split_name(text) == (first, last)


def test_a_contact_s_address_opens_a_sign_in_once() -> None:
    contact = ContactFactory(email="Carla@x.example")
    user = signs_in("carla@X.example")
    assert user is not None
    assert user.contact == contact
    assert signs_in("carla@x.example") == user
    assert signs_in("nobody@x.example") is None


def test_somebody_deactivated_gets_no_sign_in() -> None:
    contact = ContactFactory(email="carla@x.example")
    update_contact(contact, {"is_active": False}, actor=DESK)
    assert signs_in("carla@x.example") is None


def test_deactivating_closes_the_sign_in_at_once_and_activating_opens_it_again() -> None:
    contact = ContactFactory(email="carla@x.example")
    user = signs_in("carla@x.example")
    for active in (False, True):
        update_contact(contact, {"is_active": active}, actor=DESK)
        user.refresh_from_db()
        assert user.is_active == active


def test_an_address_taken_from_a_contact_finds_nobody() -> None:
    contact = ContactFactory(email="old@x.example")
    signs_in("old@x.example")
    change_method(contact.methods.get(), "new@x.example", actor=DESK)
    assert signs_in("old@x.example") is None
    assert signs_in("new@x.example").contact == contact


def test_an_address_that_moved_to_somebody_else_is_theirs_now() -> None:
    former = ContactFactory(email="desk@x.example")
    first = signs_in("desk@x.example")
    change_method(former.methods.get(), "former@x.example", actor=DESK)
    heir = ContactFactory(email="desk@x.example")
    assert signs_in("desk@x.example").contact == heir
    first.refresh_from_db()
    assert (first.email, first.contact) == (None, former)


def test_deleting_is_recorded() -> None:
    contact = ContactFactory()
    delete_contact(contact, actor=DESK)
    assert not Contact.objects.exists()
