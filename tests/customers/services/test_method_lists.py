"""A contact's whole list of methods: one contact or many, the same rows and the same history."""

from typing import Any

import pytest

from customers.administration.access import link_user
from customers.errors.records import AddressInUse, AddressOfDesk, MethodInUse
from customers.models import Contact
from customers.services.contacts.changes import ContactChange, change_contacts
from customers.services.methods.changes import change_method, make_default, set_methods
from customers.services.methods.values import NewMethod
from helpdesk.events.timelines import timeline
from tests.factories import DESK, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

HOME, WORK = "home@{n}.example", "work@{n}.example"
PRESENT = [("email", HOME, "Home", True), ("email", WORK, "", False), ("phone", "+82 2 555 0142", "", True)]
WISHES: dict[str, list[tuple[str, str, str, bool]]] = {
    "as it is": PRESENT,
    "another default with a label": [PRESENT[0][:3] + (False,), ("email", WORK, "Work", True), PRESENT[2]],
    "one more": [*PRESENT, ("mobile", "+82 10 5555 0101", "", True)],
    "without the default": PRESENT[1:],
    "none at all": [],
    "an address written otherwise": [("email", "Home@{n}.example", "Home", True), *PRESENT[1:]],
    "in another order": PRESENT[::-1],
    "a twin": [*PRESENT, ("email", "HOME@{n}.Example", "Twin", False)],
}


def methods_of(wish: list[tuple[str, str, str, bool]], name: str) -> list[NewMethod]:
    return [
        NewMethod(kind, value.replace("{n}", name), label, default) for kind, value, label, default in wish
    ]


def one(contact: Contact, methods: list[NewMethod]) -> None:
    set_methods(contact, methods, actor=DESK)


def many(contact: Contact, methods: list[NewMethod]) -> None:
    others = [ContactChange(ContactFactory().pk, methods=[]) for _ in range(2)]
    change_contacts([others[0], ContactChange(contact.pk, methods=methods), others[1]], actor=DESK)


def outcome(contact: Contact, name: str) -> tuple[Any, ...]:
    rows = contact.methods.order_by("kind", "value_key").values_list("kind", "value", "label", "is_default")
    entries = [(entry.code, entry.data) for entry in timeline(contact).order_by("id")]
    return tuple(rows), str(entries).replace(name, "{n}")


@pytest.mark.parametrize("wish", WISHES)
def test_one_contact_and_many_leave_the_same_rows_and_the_same_history(wish: str) -> None:
    found = []
    for name, change in (("aaa", one), ("bbb", many)):
        contact = ContactFactory()
        one(contact, methods_of(PRESENT, name))
        timeline(contact).delete()
        change(contact, methods_of(WISHES[wish], name))
        rows, entries = outcome(contact, name)
        found.append((str(rows).replace(name, "{n}"), entries))
    assert found[0] == found[1]


def codes(contact: Contact) -> list[str]:
    return [entry.code for entry in timeline(contact).order_by("id") if entry.code.startswith("method.")]


def test_a_list_that_is_as_it_was_leaves_no_entry() -> None:
    contact = ContactFactory()
    one(contact, methods_of(PRESENT, "x"))
    before = codes(contact)
    one(contact, methods_of(PRESENT, "x"))
    assert codes(contact) == before


def test_a_new_label_alone_is_told_as_one_and_nothing_as_nothing() -> None:
    contact = ContactFactory(email="ana@x.example")
    method, before = contact.methods.get(), codes(contact)
    change_method(method, "ana@x.example", actor=DESK)
    assert codes(contact) == before
    change_method(method, "ana@x.example", label="Work", actor=DESK)
    assert codes(contact) == [*before, "method.relabelled"]
    assert timeline(contact).first().data["label"] == ["", "Work"]


def test_what_is_the_default_already_is_not_made_it_again() -> None:
    contact = ContactFactory(email="ana@x.example")
    before = codes(contact)
    make_default(contact.methods.get(), actor=DESK)
    assert codes(contact) == before


def test_an_address_of_another_contact_is_refused_and_nothing_changes() -> None:
    ContactFactory(email="taken@x.example")
    contact = ContactFactory(email="mine@x.example")
    for change in (one, many):
        with pytest.raises(AddressInUse):
            change(contact, [NewMethod("email", "taken@x.example")])
    assert [method.value for method in contact.methods.all()] == ["mine@x.example"]


@pytest.mark.parametrize("change", [one, many])
def test_an_address_of_the_desk_is_for_the_contact_of_that_person_alone(change) -> None:
    contact, other = ContactFactory(), ContactFactory()
    user = UserFactory(email="ana@desk.example", role="agent")
    link_user(contact, user, actor=DESK)
    with pytest.raises(AddressOfDesk):
        change(other, [NewMethod("email", "ana@desk.example")])
    change(contact, [NewMethod("email", "ana@desk.example")])
    assert contact.methods.get().value == "ana@desk.example"


def test_one_that_is_used_does_not_go_by_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    contact = ContactFactory(email="used@x.example")

    def in_use(method) -> None:
        raise MethodInUse(method, [])

    monkeypatch.setattr("customers.services.methods.changes.refuse_while_used", in_use)
    with pytest.raises(MethodInUse):
        one(contact, [])
