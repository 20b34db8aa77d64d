"""Parents and responsibilities given at the same moment: real threads, real transactions."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from customers.errors.records import HeldByAnother, ParentCycle
from customers.models import Account, ContactRelationship
from customers.services.accounts.changes import update_account
from customers.services.accounts.hierarchy import wrongly_marked
from customers.services.relationships.links import create_contact_relationship
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(*verbs: Callable[[], object]) -> list[BaseException]:
    """What failed."""
    gate, failed = threading.Barrier(len(verbs)), list[BaseException]()

    def run(verb: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            verb()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return failed


@pytest.mark.parametrize("attempt", range(5))
def test_two_parents_at_once_close_no_circle(attempt: int) -> None:
    one, other = AccountFactory(), AccountFactory()
    below_one, below_other = AccountFactory(parent=one), AccountFactory(parent=other)
    failed = at_once(
        lambda: update_account(one, {"parent": below_other}, actor=DESK),
        lambda: update_account(other, {"parent": below_one}, actor=DESK),
    )
    assert [type(error) for error in failed] == [ParentCycle]
    assert Account.objects.filter(parent__isnull=True).count() == 1
    assert wrongly_marked() == {}


@pytest.mark.parametrize("attempt", range(5))
def test_a_child_born_while_its_parent_moves_is_of_the_right_hierarchy(attempt: int) -> None:
    parent, top = AccountFactory(), AccountFactory()
    failed = at_once(
        lambda: AccountFactory(parent=parent), lambda: update_account(parent, {"parent": top}, actor=DESK)
    )
    assert failed == []
    assert wrongly_marked() == {}


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_who_get_what_one_can_hold_one_wins(attempt: int) -> None:
    top = AccountFactory()
    account, beside = AccountFactory(parent=top), AccountFactory(parent=top)
    account.refresh_from_db()
    people = [ContactFactory(accounts=[beside]) for _ in range(2)]
    duty = ResponsibilityFactory(is_exclusive=True)
    failed = at_once(
        *[
            lambda person=person: create_contact_relationship(account, person, duty, actor=DESK)
            for person in people
        ]
    )
    assert [type(error) for error in failed] == [HeldByAnother]
    assert ContactRelationship.objects.count() == 1
