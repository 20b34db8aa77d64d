"""Two merges at the same moment: real threads, real transactions."""

import threading

import pytest
from django.db import connections

from customers.errors.merging import MergedAway
from customers.merging.accounts import merge_accounts
from customers.merging.contacts import merge_contacts
from customers.models import Account, Contact, Merge
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def both_ways(merge, one, other) -> tuple[list[Merge], list[BaseException]]:
    """Merge the two in opposite directions at the same moment."""
    gate, done, failed = threading.Barrier(2), [], []

    def run(survivor, merged) -> None:
        try:
            gate.wait(timeout=30)
            done.append(merge(survivor, [merged], actor=DESK))
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return done, failed


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_opposite_merges_of_contacts_one_wins(attempt: int) -> None:
    one, other = ContactFactory(first_name="Kim"), ContactFactory(first_name="Ada")
    for person in (one, other):
        TicketFactory(contact=person)
    done, failed = both_ways(merge_contacts, one, other)
    assert len(done) == 1
    assert [type(error) for error in failed] == [MergedAway]
    assert "was merged into" in str(failed[0])
    (left,) = Contact.objects.filter(pk__in=[one.pk, other.pk])
    assert Ticket.objects.filter(contact=left).count() == 2
    assert failed[0].survivor == left


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_opposite_merges_of_accounts_one_wins(attempt: int) -> None:
    one, other = AccountFactory(), AccountFactory()
    people = [ContactFactory(accounts=[account]) for account in (one, other)]
    done, failed = both_ways(merge_accounts, one, other)
    assert len(done) == 1
    assert [type(error) for error in failed] == [MergedAway]
    (left,) = Account.objects.filter(pk__in=[one.pk, other.pk])
    assert set(left.associations.values_list("contact", flat=True)) == {person.pk for person in people}
