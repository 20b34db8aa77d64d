"""Merge and undo, at random: the whole database is as it was, and in between nothing is lost."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.administration.access import link_user
from customers.merging.accounts import merge_accounts
from customers.merging.contacts import merge_contacts, united_accounts
from customers.merging.fields import Choices
from customers.merging.undo import undo_merge
from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Association,
    Contact,
    ContactMethod,
    ContactRelationship,
    CustomField,
    ImportedContact,
)
from customers.services.associations import Entry, set_accounts
from customers.services.custom_fields import create_custom_field
from customers.services.methods.changes import add_method
from customers.services.relationships.eligibility import notice_people
from tests.customers.merging.merge_worlds import POINTS_AT_A_CONTACT, a_run, differences, picture
from tests.factories import (
    DESK,
    AccountFactory,
    ContactFactory,
    ResponsibilityFactory,
    TicketFactory,
    UserFactory,
)
from tests.trials import trials
from tickets.models import Follower, Ticket

ACCOUNTS, PEOPLE = 6, 4
some = st.integers(0, ACCOUNTS - 1)
who = st.integers(0, PEOPLE - 1)
NUMBERS = ["+82 2 555 0001", "+82 2 555 0002", "+82 2 555 0003"]
TEXTS = ["", "One", "Two"]
KEYS = [
    "name",
    "job_title",
    "default:email",
    "default:phone",
    "language",
    "external_id",
    "notes",
    "custom:floor",
]


@st.composite
def desks(draw: st.DrawFn) -> dict:
    """What stands in the desk before the merge."""
    place = st.tuples(some, st.sampled_from(TEXTS), st.sampled_from(["customer", "administrator"]))
    return {
        "lists": [
            draw(st.lists(place, max_size=ACCOUNTS, unique_by=lambda one: one[0])) for _ in range(PEOPLE)
        ],
        "phones": [draw(st.lists(st.sampled_from(NUMBERS), max_size=3, unique=True)) for _ in range(PEOPLE)],
        "fields": [
            {
                "notes": draw(st.sampled_from(TEXTS)),
                "language": draw(st.sampled_from(["", "ko"])),
                "external_id": draw(st.sampled_from(["", f"id {n}"])),
                "custom_fields": draw(st.sampled_from([{}, {"floor": "3"}, {"floor": "4"}])),
            }
            for n in range(PEOPLE)
        ],
        "signed_in": draw(st.lists(who, unique=True)),
        "tickets": draw(st.lists(st.tuples(who, some), max_size=4)),
        "follows": draw(st.lists(st.tuples(who, st.integers(0, 3)), max_size=8, unique=True)),
        "acts": draw(st.lists(st.tuples(who, some, st.integers(0, 1)), max_size=6, unique=True)),
        "imported": draw(st.lists(who, unique=True)),
        "parents": [draw(st.none() | st.integers(0, max(n - 1, 0))) if n else None for n in range(ACCOUNTS)],
        "links": draw(
            st.lists(st.tuples(some, some), max_size=6, unique=True).map(
                lambda pairs: [(a, b) for a, b in pairs if a != b]
            )
        ),
    }


class Desk:
    """The desk of an example, made of rows."""

    def __init__(self, plan: dict) -> None:
        create_custom_field(CustomField.Module.CONTACT, "Floor", actor=DESK)
        self.accounts: list[Account] = []
        for parent in plan["parents"]:
            above = self.accounts[parent] if parent is not None else None
            self.accounts.append(AccountFactory(parent=above))
        self.people = [ContactFactory(**fields) for fields in plan["fields"]]
        for person, places in zip(self.people, plan["lists"], strict=True):
            set_accounts(
                person,
                [Entry(self.accounts[n].pk, job_title=title, role=role) for n, title, role in places],
                actor=DESK,
            )
        for person, numbers in zip(self.people, plan["phones"], strict=True):
            for number in numbers:
                add_method(person, "phone", number, actor=DESK)
        self._records(plan)
        self._links(plan)
        self.people = [Contact.objects.get(pk=person.pk) for person in self.people]

    def _records(self, plan: dict) -> None:
        for n in plan["signed_in"]:
            link_user(self.people[n], UserFactory(), actor=DESK)
        tickets = [
            Ticket.objects.create(subject=f"T{i}", contact=self.people[n], account=self.accounts[a])
            for i, (n, a) in enumerate(plan["tickets"])
        ]
        tickets += [TicketFactory() for _ in range(4 - len(tickets))]
        for n, t in plan["follows"]:
            Follower.objects.create(ticket=tickets[t], contact=self.people[n])
        run = a_run()
        for n in plan["imported"]:
            ImportedContact.objects.create(
                run=run, contact=self.people[n], number=n + 2, is_created=True, written_at=run.created_at
            )

    def _links(self, plan: dict) -> None:
        duties = [ResponsibilityFactory(), ResponsibilityFactory()]
        for n, a, duty in plan["acts"]:
            ContactRelationship.objects.create(
                contact=self.people[n], account=self.accounts[a], responsibility=duties[duty]
            )
        kind = AccountRelationshipType.objects.create(name="Partner of", reverse_name="Customer of")
        for a, b in plan["links"]:
            AccountRelationship.objects.create(
                from_account=self.accounts[a], to_account=self.accounts[b], type=kind
            )
        notice_people([person.pk for person in self.people], actor=DESK)


def chosen(people: list[Contact], picks: dict[str, int], dropped: frozenset[int] = frozenset()) -> Choices:
    return Choices(
        {key: str(people[n % len(people)].pk) for key, n in picks.items()}, dropped, different_ids=True
    )


class MergeAndUndo(TestCase):
    """Each example in its own transaction."""

    # A desk is slow to build: what fails is shown as it is, not made smaller.
    examples = settings(
        max_examples=trials(12, 200),
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )

    @examples
    @given(
        plan=desks(),
        several=st.integers(2, PEOPLE),
        picks=st.dictionaries(st.sampled_from(KEYS), who),
        drop=st.booleans(),
    )
    def test_undoing_a_merge_of_contacts_leaves_the_desk_as_it_was(self, plan, several, picks, drop) -> None:
        people = Desk(plan).people[:several]
        before = picture()
        tickets, messages = Ticket.objects.count(), set(ContactMethod.objects.values_list("value_key"))
        united = [each.entry.account_id for each in united_accounts(people)]
        choices = chosen(people, picks, frozenset(united[-1:] if drop else ()))
        merge = merge_contacts(people[0], people[1:], actor=DESK, choices=choices)
        assert Ticket.objects.count() == tickets
        assert set(ContactMethod.objects.values_list("value_key")) == messages
        places = Association.objects.filter(contact=people[0]).order_by("position")
        assert [place.account_id for place in places] == (united[:-1] if drop else united)
        defaults = ContactMethod.objects.filter(contact=people[0], is_default=True).values_list("kind")
        assert sorted(set(defaults)) == sorted(defaults)
        assert set(defaults) == set(ContactMethod.objects.filter(contact=people[0]).values_list("kind"))
        undo_merge(merge, actor=DESK)
        assert differences(before, picture()) == {}

    @examples
    @given(plan=desks(), order=st.permutations(range(ACCOUNTS)), several=st.integers(2, 4))
    def test_undoing_a_merge_of_accounts_leaves_the_desk_as_it_was(self, plan, order, several) -> None:
        desk = Desk(plan)
        accounts = [Account.objects.get(pk=desk.accounts[n].pk) for n in order[:several]]
        before = picture()
        members = set(Association.objects.filter(account__in=accounts).values_list("contact", flat=True))
        firsts = set(Association.objects.primary().values_list("contact", "account"))
        merge = merge_accounts(accounts[0], accounts[1:], actor=DESK)
        assert set(accounts[0].associations.values_list("contact", flat=True)) == members
        merged = {account.pk for account in accounts}
        now = set(Association.objects.primary().values_list("contact", "account"))
        assert now == {(c, accounts[0].pk if a in merged else a) for c, a in firsts}
        self._no_circles()
        undo_merge(merge, actor=DESK)
        assert differences(before, picture()) == {}

    def _no_circles(self) -> None:
        parents = dict(Account.objects.values_list("pk", "parent"))
        for account in parents:
            seen, above = {account}, parents[account]
            while above:
                assert above not in seen
                seen.add(above)
                above = parents[above]


@pytest.mark.django_db
@pytest.mark.parametrize("label", POINTS_AT_A_CONTACT)
def test_undoing_brings_every_kind_of_row_back(label: str) -> None:
    survivor, other = ContactFactory(), ContactFactory()
    POINTS_AT_A_CONTACT[label](other)
    before = picture()
    undo_merge(merge_contacts(survivor, [other], actor=DESK), actor=DESK)
    assert differences(before, picture()) == {}
