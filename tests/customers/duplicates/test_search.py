"""Finding people who stand here twice: by phone, by name within an account, by address; again and again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.duplicates import search as duplicate_search
from customers.duplicates.pairs import dismiss_pair
from customers.duplicates.search import examine, search_on
from customers.merging.contacts import merge_contacts
from customers.merging.undo import undo_merge
from customers.models import MOST_SHARING, Contact, DuplicatePair, DuplicateSearch
from customers.services.accounts.deletion import delete_account
from customers.services.associations import associate, disassociate
from customers.services.contacts.changes import update_contact
from customers.services.contacts.deletion import delete_contact
from customers.services.methods.changes import add_method, change_method, remove_method
from customers.tasks import search_for_duplicates
from tests.factories import DESK, AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db
PHONE = "+82 2 555 0101"


def search(times: int = 1) -> None:
    for _ in range(times):
        search_on(settled=timedelta(0))


def found() -> dict[tuple[str, str], list[str]]:
    pairs = DuplicatePair.objects.open().select_related("first", "second").order_by("first", "second")
    return {(pair.first.last_name, pair.second.last_name): pair.reasons for pair in pairs}


def person(last_name: str, **more) -> Contact:
    return ContactFactory(last_name=last_name, **more)


# --- What makes a pair ------------------------------------------------------------
def test_the_same_number_as_a_phone_and_as_a_mobile() -> None:
    person("One", phone=PHONE)
    add_method(person("Two"), "mobile", "02-555-0101", actor=DESK)
    person("Else", phone="+82 2 555 0102")
    search()
    assert found() == {("One", "Two"): ["same_phone"]}


def test_a_phone_that_is_no_number_says_nothing() -> None:
    person("One", phone="ask at the desk")
    person("Two", phone="ask at the desk")
    search()
    assert found() == {}


@pytest.mark.parametrize(
    ("first", "second"), [("김서연", "김서연"), ("Ana  Straße", "ana STRASSE"), ("김서연", "김서연")]
)
def test_the_same_name_counts_within_an_account(first: str, second: str) -> None:
    here, there = AccountFactory(), AccountFactory()
    ContactFactory(first_name="", last_name=first, accounts=[there, here])
    ContactFactory(first_name="", last_name=second, accounts=[here])
    ContactFactory(first_name="", last_name=first)
    search()
    assert list(found().values()) == [["same_name"]]


@pytest.mark.parametrize(
    "other",
    [
        "J.Moreno@harbor.example",
        "j-moreno@harbor.example",
        "jmoreno+news@harbor.example",
        "J_MORENO@Harbor.example",
    ],
)
def test_addresses_that_differ_in_dots_dashes_and_tags(other: str) -> None:
    person("One", email="jmoreno@harbor.example")
    person("Two", email=other)
    person("Elsewhere", email="jmoreno@tower.example")
    search()
    assert found() == {("One", "Two"): ["similar_address"]}


def test_a_pair_has_every_reason_that_holds() -> None:
    account = AccountFactory()
    for address in ("kim@one.example", "k.im@one.example"):
        person("Kim", first_name="Seo-yeon", email=address, phone=PHONE, accounts=[account])
    search()
    assert found() == {("Kim", "Kim"): ["same_phone", "same_name", "similar_address"]}


@pytest.mark.parametrize(("first", "second", "pairs"), [("Z-1", "Z-2", 0), ("Z-1", "", 1), ("", "", 1)])
def test_two_whom_the_crm_knows_as_two_are_two(first: str, second: str, pairs: int) -> None:
    person("One", phone=PHONE, external_id=first)
    person("Two", phone=PHONE, external_id=second)
    search()
    assert len(found()) == pairs


def test_a_number_of_many_is_a_switchboard() -> None:
    people = [person(f"P{n:02}", phone=PHONE) for n in range(MOST_SHARING)]
    search()
    assert len(found()) == MOST_SHARING * (MOST_SHARING - 1) / 2
    extra = person("Extra", phone=PHONE)
    search()
    assert found() == {}, "with the eleventh it is evidence for nobody any more"
    remove_method(extra.methods.get(kind="phone"), actor=DESK)
    DuplicateSearch.objects.update(walked_at=timezone.now() - timedelta(days=8))
    search()
    assert len(found()) == MOST_SHARING * (MOST_SHARING - 1) / 2
    assert {pair[0] for pair in found()} <= {contact.last_name for contact in people}


# --- Again and again --------------------------------------------------------------
def two() -> tuple[Contact, Contact]:
    one, other = person("One", phone=PHONE), person("Two", phone=PHONE)
    search()
    assert len(found()) == 1
    return one, other


def test_a_second_time_changes_nothing() -> None:
    two()
    before = list(DuplicatePair.objects.values())
    search(2)
    examine(Contact.objects.values_list("pk", flat=True))
    assert list(DuplicatePair.objects.values()) == before


def test_it_goes_on_batch_after_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(7):
        person(f"P{n}", phone=f"+82 2 555 01{n // 2:02}")
    monkeypatch.setattr(duplicate_search, "BATCH", 2)
    assert search_on(seconds=0) is True
    assert found() == {}
    search()
    assert len(found()) == 3
    assert DuplicateSearch.objects.get().walked_at is not None


def test_once_everybody_was_looked_at_only_changes_are(count_queries: Callable[..., int]) -> None:
    one, other = two()
    newcomer = person("Three", phone="+82 2 555 0777")
    change_method(other.methods.get(kind="phone"), "+82 2 555 0777", actor=DESK)
    search()
    assert found() == {("Two", "Three"): ["same_phone"]}
    assert newcomer.last_name == "Three" and one.last_name == "One"
    assert count_queries(search) < 8


def test_a_change_is_looked_at_when_its_transaction_has_surely_ended() -> None:
    search()
    two_people = [person("One", phone=PHONE), person("Two", phone=PHONE)]
    search_on()
    assert found() == {}
    Contact.objects.filter(pk__in=[p.pk for p in two_people]).update(
        updated_at=timezone.now() - timedelta(minutes=2)
    )
    DuplicateSearch.objects.update(changes_until=timezone.now() - timedelta(minutes=5))
    search_on()
    assert len(found()) == 1


def test_a_batch_costs_the_same_for_two_as_for_a_hundred() -> None:
    account = AccountFactory()

    def cost(people: int) -> int:
        ids = {
            person("Kim", first_name="X", phone=f"+82 2 {n:07}", accounts=[account]).pk for n in range(people)
        }
        with CaptureQueriesContext(connection) as captured:
            examine(ids)
        return len(captured)

    assert cost(60) <= cost(2) + 1


def test_a_pair_that_stops_being_one_goes() -> None:
    one, _other = two()
    change_method(one.methods.get(kind="phone"), "+82 2 555 0999", actor=DESK)
    search()
    assert found() == {}


def test_leaving_the_account_and_another_name_end_it_too() -> None:
    account = AccountFactory()
    one = ContactFactory(first_name="", last_name="Kim", accounts=[account])
    ContactFactory(first_name="", last_name="Kim", accounts=[account])
    search()
    assert len(found()) == 1
    disassociate(one, account, actor=DESK)
    search()
    assert found() == {}
    associate(one, account, actor=DESK)
    search()
    assert len(found()) == 1
    update_contact(one, {"last_name": "Lee"}, actor=DESK)
    search()
    assert found() == {}


def test_what_no_change_tells_is_found_within_the_week() -> None:
    account = AccountFactory()
    for _ in range(2):
        ContactFactory(first_name="", last_name="Kim", accounts=[account])
    search()
    delete_account(account, actor=DESK)
    search()
    DuplicateSearch.objects.update(walked_at=timezone.now() - timedelta(days=8))
    search()
    assert found() == {}


def test_a_deleted_contact_takes_its_pairs_along() -> None:
    one, _other = two()
    delete_contact(one, actor=DESK)
    assert not DuplicatePair.objects.exists()


# --- Told apart --------------------------------------------------------------------
def test_who_was_told_apart_stays_apart_unless_there_is_a_new_reason() -> None:
    one, other = two()
    dismiss_pair(DuplicatePair.objects.get(), actor=DESK)
    phone = one.methods.get(kind="phone")
    change_method(phone, "+82 2 555 0999", actor=DESK)
    search()
    change_method(phone, PHONE, actor=DESK)
    search()
    assert found() == {}
    add_method(one, "email", "k.im@one.example", actor=DESK)
    add_method(other, "email", "kim@one.example", actor=DESK)
    search()
    assert found() == {("One", "Two"): ["same_phone", "similar_address"]}


def test_merged_contacts_are_no_pair_and_the_survivor_keeps_what_was_said() -> None:
    one, other = two()
    third = person("Three", phone=PHONE)
    search()
    dismiss_pair(DuplicatePair.objects.get(first=other, second=third), actor=DESK)
    DuplicatePair.objects.filter(first=one, second=third).delete()
    merge = merge_contacts(one, [other], actor=DESK)
    search()
    assert found() == {}, "whom the merged one was told apart from is not the survivor either"
    undo_merge(merge, actor=DESK)
    search()
    assert list(found()) == [("One", "Two"), ("One", "Three")]


def test_an_undone_merge_brings_their_pair_back() -> None:
    one, other = two()
    merge = merge_contacts(one, [other], actor=DESK)
    search()
    assert not DuplicatePair.objects.exists()
    undo_merge(merge, actor=DESK)
    search()
    assert list(found()) == [("One", "Two")]


def test_the_clock_does_it() -> None:
    person("One", phone=PHONE)
    person("Two", phone=PHONE)
    search_for_duplicates()
    assert len(found()) == 1
