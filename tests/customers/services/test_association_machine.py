"""A state machine plays the verbs on contacts and accounts at random and compares with a plain list of names."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from customers.errors.records import AccountListedTwice, NotAssociated, TooManyAccounts
from customers.models import Account, Association, Contact
from customers.services.accounts.deletion import delete_account
from customers.services.associations import (
    Entry,
    account_limit,
    associate_many,
    disassociate,
    make_primary,
    set_accounts,
)
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.trials import trials

LIMIT = 4


class Desk(RuleBasedStateMachine):
    """The model is a list of account ids for each contact; the desk must agree after every step."""

    accounts = Bundle("accounts")

    def __init__(self) -> None:
        super().__init__()
        Contact.objects.all().delete()
        Account.objects.all().delete()
        self.people = [ContactFactory() for _ in range(2)]
        self.lists: dict[int, list[int]] = {person.pk: [] for person in self.people}

    @rule(target=accounts)
    def new_account(self) -> Account:
        return AccountFactory()

    def exists(self, account: Account) -> bool:
        return Account.objects.filter(pk=account.pk).exists()

    @rule(account=accounts, primary=st.booleans(), both=st.booleans())
    def associate(self, account: Account, primary: bool, both: bool) -> None:
        people = self.people if both else self.people[:1]
        joining = [person for person in people if account.pk not in self.lists[person.pk]]
        if not self.exists(account):
            return
        if any(len(self.lists[person.pk]) >= LIMIT for person in joining):
            with pytest.raises(TooManyAccounts):
                associate_many(people, account, actor=DESK, primary=primary)
            return
        associate_many(people, account, actor=DESK, primary=primary)
        for person in joining:
            self.lists[person.pk].insert(0 if primary else len(self.lists[person.pk]), account.pk)

    @rule(account=accounts)
    def leave(self, account: Account) -> None:
        person = self.people[0]
        if account.pk not in self.lists[person.pk]:
            with pytest.raises(NotAssociated):
                disassociate(person, account, actor=DESK)
            return
        disassociate(person, account, actor=DESK)
        self.lists[person.pk].remove(account.pk)

    @rule(account=accounts)
    def promote(self, account: Account) -> None:
        person = self.people[0]
        if account.pk not in self.lists[person.pk]:
            with pytest.raises(NotAssociated):
                make_primary(person, account, actor=DESK)
            return
        make_primary(person, account, actor=DESK)
        self.lists[person.pk].remove(account.pk)
        self.lists[person.pk].insert(0, account.pk)

    @rule(chosen=st.lists(accounts, max_size=LIMIT + 1))
    def replace(self, chosen: list[Account]) -> None:
        person = self.people[1]
        identifiers = [account.pk for account in chosen if self.exists(account)]
        entries = [Entry(identifier) for identifier in identifiers]
        if len(set(identifiers)) != len(identifiers):
            with pytest.raises(AccountListedTwice):
                set_accounts(person, entries, actor=DESK)
        elif len(identifiers) > LIMIT:
            with pytest.raises(TooManyAccounts):
                set_accounts(person, entries, actor=DESK)
        else:
            set_accounts(person, entries, actor=DESK)
            self.lists[person.pk] = identifiers

    @rule(account=accounts)
    def delete(self, account: Account) -> None:
        if self.exists(account):
            delete_account(account, actor=DESK)
            self.lists = {pk: [a for a in rest if a != account.pk] for pk, rest in self.lists.items()}

    @invariant()
    def the_desk_agrees(self) -> None:
        assert account_limit() == LIMIT
        for person in self.people:
            rows = list(Association.objects.filter(contact=person).order_by("position"))
            assert [row.account_id for row in rows] == self.lists[person.pk]
            assert all(1 <= row.position <= 25 for row in rows)
            primaries = Association.objects.primary().filter(contact=person)
            assert [row.account_id for row in primaries] == self.lists[person.pk][:1]


class AssociationMachineTest(TestCase):
    def test_no_sequence_of_changes_breaks_the_list(self) -> None:
        with self.settings(HELPDESK_MAX_ACCOUNTS_PER_CONTACT=LIMIT):
            run_state_machine_as_test(
                Desk,
                settings=settings(
                    max_examples=trials(10, 200),
                    stateful_step_count=25,
                    suppress_health_check=list(HealthCheck),
                ),
            )
