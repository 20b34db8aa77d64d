"""Which contact relationships stand, against a second reading of the rule: row by row, with a recursion."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from customers.errors.records import ParentCycle
from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Association,
    Contact,
    ContactRelationship,
)
from customers.services.accounts.changes import update_account
from customers.services.accounts.deletion import delete_account
from customers.services.accounts.hierarchy import wrongly_marked
from customers.services.associations import Entry
from customers.services.relationships.rights import Right, rights_of, rights_on
from customers.standing import desk_today
from helpdesk.core.actors import Actor
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory
from tests.personas import World

ACCOUNTS, PEOPLE = 5, 3
DAYS = (-1, 0, 1, None)


# --- The second reading ---------------------------------------------------------
def naive_top(account: Account) -> int:
    return naive_top(account.parent) if account.parent else account.pk


def naive_holds(row: AccountRelationship | ContactRelationship) -> bool:
    today = desk_today()
    return (row.starts_on is None or row.starts_on <= today) and (row.ends_on is None or row.ends_on >= today)


def naive_lends(lender: Account, account: Account) -> bool:
    if lender == account:
        return True
    if naive_top(lender) == naive_top(account):
        return True
    pairs = [
        {link.from_account, link.to_account}
        for link in AccountRelationship.objects.all()
        if naive_holds(link)
    ]
    return {lender, account} in pairs


def naive_stands(row: ContactRelationship) -> bool:
    places = Association.objects.filter(contact=row.contact)
    return naive_holds(row) and any(naive_lends(place.account, row.account) for place in places)


# --- Small worlds -----------------------------------------------------------------
days = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).filter(
    lambda pair: None in pair or pair[0] <= pair[1]
)
which = st.integers(0, ACCOUNTS - 1)
worlds = st.fixed_dictionaries(
    {
        "moves": st.lists(st.tuples(which, which | st.none()), max_size=7),
        "deleted": st.none() | which,
        "links": st.lists(st.tuples(which, which, days), max_size=4),
        "places": st.lists(st.sets(which, max_size=2), min_size=PEOPLE, max_size=PEOPLE),
        "active": st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE),
        "acts": st.lists(st.tuples(st.integers(0, PEOPLE - 1), which, days, st.booleans()), max_size=5),
    }
)


def period(pair: tuple[int | None, int | None]) -> dict[str, date | None]:
    starts, ends = (None if day is None else desk_today() + timedelta(days=day) for day in pair)
    return {"starts_on": starts, "ends_on": ends}


def build(plan: dict) -> None:
    accounts = [AccountFactory() for _ in range(ACCOUNTS)]
    kind, _created = AccountRelationshipType.objects.get_or_create(
        name="Partner of", reverse_name="Customer of"
    )
    people = [
        ContactFactory(accounts=[Entry(accounts[n].pk) for n in sorted(places)], is_active=active)
        for places, active in zip(plan["places"], plan["active"], strict=True)
    ]
    for a, b, pair in plan["links"]:
        if a != b:
            AccountRelationship.objects.get_or_create(
                from_account=accounts[a], to_account=accounts[b], type=kind, defaults=period(pair)
            )
    duties = {False: ResponsibilityFactory(), True: ResponsibilityFactory(role="administrator")}
    for n, a, pair, administers in plan["acts"]:
        ContactRelationship.objects.get_or_create(
            contact=people[n], account=accounts[a], responsibility=duties[administers], defaults=period(pair)
        )
    for child, parent in plan["moves"]:
        try:
            update_account(
                accounts[child], {"parent": None if parent is None else accounts[parent]}, actor=DESK
            )
        except ParentCycle:
            continue
    if plan["deleted"] is not None:
        delete_account(accounts[plan["deleted"]], actor=DESK)


def tidy_up() -> None:
    ContactRelationship.objects.all().delete()
    Contact.objects.all().delete()
    Account.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@given(plan=worlds)
def test_every_small_world_agrees_with_the_recursion(plan: dict) -> None:
    tidy_up()
    build(plan)
    assert wrongly_marked() == {}
    right = {row.pk for row in ContactRelationship.objects.all() if naive_stands(row)}
    rows = ContactRelationship.objects.with_state()
    assert set(ContactRelationship.objects.standing().values_list("pk", flat=True)) == right
    assert {row.pk for row in rows if row.state == "standing"} == right
    assert_one_rule(list(Account.objects.all()), list(Contact.objects.all()), right)


def assert_one_rule(accounts: list[Account], people: list[Contact], standing: set[int]) -> None:
    """Querysets and explanations say the same of everybody on every account."""
    on = {account: rights_on(account) for account in accounts}
    for account in accounts:
        assert rights_on(account, contacts=people) == on[account]
        assert set(Contact.objects.eligible_for(account)) == {
            contact for contact in people if contact.is_active and naive_is_lent(contact, account)
        }
    for contact in people:
        assert_same_rights(contact, {account: of(contact, rights) for account, rights in on.items()})
        actor = Actor(kind="contact", contact=contact)
        acts = [
            row
            for row in contact.contact_relationships.select_related("account", "responsibility")
            if row.pk in standing and contact.is_active
        ]
        assert set(Account.objects.acted_for_by(contact)) == {row.account for row in acts}
        assert set(Account.objects.manageable_by(actor)) == {
            row.account for row in acts if row.responsibility.role == "administrator"
        }


def of(contact: Contact, rights: list[Right]) -> list[Right]:
    return [right for right in rights if right.contact == contact]


def naive_is_lent(contact: Contact, account: Account) -> bool:
    return any(naive_lends(place.account, account) for place in Association.objects.filter(contact=contact))


def assert_same_rights(contact: Contact, on: dict[Account, list[Right]]) -> None:
    """What is told of a contact, account by account, is what the querysets let through."""

    def where(may: str) -> set[Account]:
        return {account for account, rights in on.items() if any(getattr(right, may) for right in rights)}

    every = [right for rights in on.values() for right in rights]
    mine = rights_of(contact)
    assert all(
        [right for right in mine if right.account == account] == rights for account, rights in on.items()
    )
    assert len(mine) == len(every)
    assert all((right.code == "acting") == bool(right.through) for right in every)
    accounts, actor = Account.objects.all(), Actor(kind="contact", contact=contact)
    assert set(accounts.shared_with(contact)) == where("can_see")
    assert set(accounts.shared_with(contact, level="reply")) == where("can_reply")
    assert set(accounts.belonging_to_or_acted_for(contact)) == where("can_create")
    assert set(accounts.manageable_by(actor)) == where("can_manage")


# --- Dates --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        (None, None, "standing"),
        (0, 0, "standing"),
        (-1, None, "standing"),
        (None, 0, "standing"),
        (1, None, "upcoming"),
        (None, -1, "ended"),
        (-2, -1, "ended"),
        (1, 2, "upcoming"),
    ],
)
def test_its_own_dates(world: World, starts: int | None, ends: int | None, state: str) -> None:
    rows = ContactRelationship.objects.filter(contact=world.bo.contact)
    rows.update(**period((starts, ends)))
    assert rows.with_state().get().state == state
    assert Account.objects.shared_with(world.bo.contact).filter(pk=world.harbor.pk).exists() == (
        state == "standing"
    )


@pytest.mark.parametrize(("starts", "ends", "holds"), [(0, 0, True), (1, None, False), (None, -1, False)])
def test_the_dates_of_the_link_behind_it(
    world: World, starts: int | None, ends: int | None, holds: bool
) -> None:
    AccountRelationship.objects.update(**period((starts, ends)))
    state = ContactRelationship.objects.with_state().get(contact=world.bo.contact).state
    assert state == ("standing" if holds else "ineligible")


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (datetime(2026, 3, 31, 14, 59, tzinfo=UTC), False),  # 23:59 in Seoul
        (datetime(2026, 3, 31, 15, 0, tzinfo=UTC), True),  # 0:00 of the first day
        (datetime(2026, 4, 30, 14, 59, tzinfo=UTC), True),
        (datetime(2026, 4, 30, 15, 0, tzinfo=UTC), False),
    ],
)
def test_the_day_is_the_desks_whoever_looks(
    world: World, settings, monkeypatch, now: datetime, holds: bool
) -> None:
    settings.TIME_ZONE = "Asia/Seoul"
    monkeypatch.setattr(timezone, "now", lambda: now)
    rows = ContactRelationship.objects.filter(contact=world.bo.contact)
    rows.update(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30))
    with timezone.override("America/Los_Angeles"):
        assert rows.standing().exists() == holds


# --- Its price ------------------------------------------------------------------------
def test_explaining_costs_the_same_for_any_number(world: World, django_assert_num_queries) -> None:
    with django_assert_num_queries(5):
        rights_on(world.harbor)
    responsibility = ResponsibilityFactory()
    for _ in range(3):
        contact = ContactFactory(accounts=[world.lighthouse])
        ContactRelationship.objects.create(
            account=world.harbor, contact=contact, responsibility=responsibility
        )
    with django_assert_num_queries(5):
        rights = rights_on(world.harbor)
    assert [through.sentence for through in rights[-1].through] == ["Lighthouse Agency – Partner of"]
