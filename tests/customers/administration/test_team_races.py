"""Administrators who act at the same moment: real threads, real transactions."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.administration.administrators import CUSTOMER, administrators_of
from customers.administration.team import deactivate_person, remove_person, set_role
from customers.models import Contact
from customers.services.associations import Entry, set_accounts
from tests.customers.services.test_association_races import together
from tests.factories import DESK, AccountFactory
from tests.personas import Persona, customer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

ROUNDS = 8


@pytest.fixture
def pair() -> tuple:
    harbor, annex = AccountFactory(), AccountFactory()
    people = [
        customer(name, "Novak", Entry(harbor.pk, role="administrator"), Entry(annex.pk))
        for name in ("Ada", "Kim")
    ]
    return harbor, annex, people


def put_back(harbor, annex, people: list[Persona]) -> None:
    for person in people:
        Contact.objects.filter(pk=person.contact.pk).update(is_active=True)
        type(person.user).objects.filter(pk=person.user.pk).update(is_active=True)
        entries = [Entry(harbor.pk, role="administrator"), Entry(annex.pk)]
        set_accounts(person.contact, entries, actor=DESK)


def only_refusals(failures: list[BaseException]) -> None:
    assert [error for error in failures if not isinstance(error, PermissionDenied)] == []


@pytest.mark.parametrize("verb", ["demote", "remove", "deactivate"])
def test_two_who_take_the_role_from_one_another_leave_one(pair: tuple, verb: str) -> None:
    harbor, annex, people = pair
    if verb == "deactivate":
        for person in people:
            set_accounts(person.contact, [Entry(harbor.pk, role="administrator")], actor=DESK)

    def work(number: int) -> None:
        actor, other = people[number].actor, people[1 - number].contact
        if verb == "demote":
            set_role(harbor, other, CUSTOMER, actor=actor)
        elif verb == "remove":
            remove_person(harbor, other, actor=actor)
        else:
            deactivate_person(harbor, other, actor=actor)

    for _round in range(ROUNDS):
        only_refusals(together(work, 2))
        assert administrators_of(harbor).count() == 1
        put_back(harbor, annex, people) if verb != "deactivate" else put_back_alone(harbor, people)


def put_back_alone(harbor, people: list[Persona]) -> None:
    for person in people:
        Contact.objects.filter(pk=person.contact.pk).update(is_active=True)
        type(person.user).objects.filter(pk=person.user.pk).update(is_active=True)


@pytest.mark.parametrize("verb", ["demote", "remove"])
def test_two_who_step_down_at_once_leave_one(pair: tuple, verb: str) -> None:
    harbor, annex, people = pair

    def work(number: int) -> None:
        me = people[number]
        if verb == "demote":
            set_role(harbor, me.contact, CUSTOMER, actor=me.actor)
        else:
            remove_person(harbor, me.contact, actor=me.actor)

    for _round in range(ROUNDS):
        only_refusals(together(work, 2))
        assert administrators_of(harbor).count() == 1
        put_back(harbor, annex, people)
