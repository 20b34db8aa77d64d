"""Many people change one contact at the same moment: real threads, real transactions."""

import random
import threading
from collections.abc import Callable

import pytest
from django.db import connections

from customers.models import Account, Association, Contact
from customers.services.accounts.deletion import delete_account
from customers.services.associations import Entry, associate, disassociate, make_primary, set_accounts
from helpdesk.core.errors import DomainError
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.trials import SEED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

PEOPLE = 50


def change_at_random(contact: Contact, accounts: list[Account], seed: int) -> None:
    dice = random.Random(SEED + seed)
    account = dice.choice(accounts)
    verbs: list[Callable[[], object]] = [
        lambda: associate(contact, account, actor=DESK, primary=dice.random() < 0.5),
        lambda: disassociate(contact, account, actor=DESK),
        lambda: make_primary(contact, account, actor=DESK),
        lambda: set_accounts(contact, [Entry(a.pk) for a in dice.sample(accounts, 25)], actor=DESK),
    ]
    dice.choice(verbs)()


def together(call: Callable[[int], None], number: int) -> list[BaseException]:
    """Run `call(0)` … `call(number - 1)` at the same moment; returns what went wrong, refusals left out."""
    gate, failures = threading.Barrier(number), []

    def run(seed: int) -> None:
        try:
            gate.wait(timeout=30)
            call(seed)
        except DomainError:
            pass
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return failures


def test_fifty_changes_to_one_contact_never_break_the_list() -> None:
    accounts = [AccountFactory() for _ in range(30)]
    contact = ContactFactory(accounts=accounts[:24])
    failures = together(lambda seed: change_at_random(contact, accounts, seed), PEOPLE)
    assert failures == []
    rows = list(Association.objects.filter(contact=contact).order_by("position"))
    assert len(rows) <= 25
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.account_id for row in rows}) == len(rows)


def test_fifty_accounts_for_the_last_place_leave_exactly_25_and_tell_49_so() -> None:
    contact = ContactFactory(accounts=[AccountFactory() for _ in range(24)])
    rest = [AccountFactory() for _ in range(PEOPLE)]
    done: list[int] = []

    def act(seed: int) -> None:
        associate(contact, rest[seed], actor=DESK)
        done.append(rest[seed].pk)

    failures = together(act, PEOPLE)
    assert failures == []
    places = list(Association.objects.filter(contact=contact).values_list("account", flat=True))
    assert len(places) == 25
    assert set(done) == set(places) & {account.pk for account in rest}


def test_twenty_accounts_added_at_the_same_moment_are_all_there() -> None:
    """Whoever was told that it is done finds it done: nobody writes a list that another has changed meanwhile."""
    contact = ContactFactory(accounts=[AccountFactory() for _ in range(3)])
    rest = [AccountFactory() for _ in range(20)]
    failures = together(lambda seed: associate(contact, rest[seed], actor=DESK), len(rest))
    assert failures == []
    assert Association.objects.filter(contact=contact, account__in=rest).count() == len(rest)


def test_deleting_an_account_while_people_join_it_leaves_no_trace_of_it() -> None:
    account = AccountFactory()
    contacts = [ContactFactory() for _ in range(10)]

    def act(seed: int) -> None:
        if seed == 0:
            delete_account(account, actor=DESK)
        else:
            associate(contacts[seed - 1], account, actor=DESK)

    failures = together(act, 11)
    assert failures == []
    assert not Association.objects.filter(account=account.pk).exists()
