"""Desks and files at random: who is here already, and what a file says of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from customers.services.accounts.changes import AccountChange, NewAccount, change_accounts, create_accounts
from customers.services.associations import Entry
from customers.services.contacts.changes import NewContact, create_contacts
from customers.services.methods.values import NewMethod
from tests.factories import DESK

NAMES = ["Harbor Tower", "Quayside", "한빛 빌딩", "Mill House"]
HOSTILE = [
    "=1+1",
    "+82 2 555 0142",
    "<b>x</b>",
    "'; DROP TABLE x; --",
    "%(n)s {0}",
    "a\0b",
    " ::: ",
    "x" * 300,
]
PHONES = ["02-555-0101", "02-555-0102", "+44 20 7946 0018", "front desk"]
CONTACT_COLUMNS = [
    "name", "first_name", "last_name", "email", "email", "phone", "mobile", "reference", "external_id",
    "language", "notes", "account", "job_title", "account_number", "account_external_id", "account_phone",
    "account_parent", "account_domain",
]  # fmt: skip
ACCOUNT_COLUMNS = [
    "account", "account_number", "account_external_id", "account_phone", "account_parent", "account_domain",
    "account_type", "account_notes",
]  # fmt: skip
SHAPES = st.sampled_from([str, str.upper, lambda text: f"  {text.replace(' ', '   ')} "])


def _mostly_empty(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", "", "", *values])


TEXTS = st.one_of(
    _mostly_empty("Ana", "Max", "한지수", *HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
ACCOUNT_NAMES = st.builds(lambda name, shape: shape(name), _mostly_empty(*NAMES, "Newcomer"), SHAPES)
NUMBERS = _mostly_empty("N-1", "n-1", "N-2")
DOMAINS = _mostly_empty(
    "harbor.example", "quay.example", "gmail.com", "not a domain", "Mill.example, quay.example"
)


@dataclass
class Place:
    account: int
    title: str


@dataclass
class Person:
    first: str
    reference: str
    external_id: str
    emails: list[str]
    phones: list[tuple[str, str]]
    places: list[Place] = field(default_factory=list)
    many: int = 0


@dataclass
class World:
    """Who is here; ``many`` is a number of accounts a person has beside those that files speak of."""

    accounts: list[tuple[str, str, str]]
    parents: dict[int, int]
    people: list[Person]

    def build(self) -> None:
        domains = {0: ["harbor.example"]}
        new = [
            NewAccount({"name": name, "number": number, "phone": phone}, domains.get(index, []))
            for index, (name, number, phone) in enumerate(self.accounts)
        ]
        crowd = [
            NewAccount({"name": f"Crowd {n}"}) for n in range(max([p.many for p in self.people], default=0))
        ]
        made = [account.pk for account in create_accounts(new + crowd, actor=DESK)]
        change_accounts(
            [AccountChange(made[child], {"parent_id": made[above]}) for child, above in self.parents.items()],
            actor=DESK,
        )
        create_contacts([self._person(person, made) for person in self.people], actor=DESK)

    def _person(self, person: Person, made: list[int]) -> NewContact:
        fields = {"first_name": person.first, "external_id": person.external_id}
        methods = [NewMethod("email", email) for email in person.emails]
        methods += [NewMethod(kind, value) for kind, value in person.phones]
        entries = {place.account: Entry(made[place.account], place.title) for place in person.places}
        crowd = [Entry(pk) for pk in made[len(self.accounts) :][: person.many]]
        accounts = [*entries.values(), *crowd][:25]
        return NewContact(
            fields | ({"reference": person.reference} if person.reference else {}), methods, accounts
        )


@st.composite
def worlds(draw: st.DrawFn, *, tidy: bool = False) -> World:
    accounts = [
        (name, draw(st.sampled_from(["", f"N-{index + 1}"])), draw(_mostly_empty("1")))
        for index, name in enumerate(NAMES[: draw(st.integers(0, 3))])
    ]
    parents = {2: draw(st.sampled_from([0, 1]))} if len(accounts) == 3 and draw(st.booleans()) else {}
    people = []
    for index in range(draw(st.integers(0, 3))):
        people.append(
            Person(
                draw(st.sampled_from(["Ana", "Max"])),
                f"R-{index}" if tidy or draw(st.booleans()) else "",
                draw(_mostly_empty(f"x{index}")),
                draw(
                    st.lists(st.sampled_from([f"p{index}@example.com", f"Q{index}@example.com"]), unique=True)
                ),
                draw(
                    st.lists(
                        st.tuples(st.sampled_from(["phone", "mobile"]), st.sampled_from(PHONES)), max_size=2
                    )
                ),
                draw(
                    st.lists(
                        st.builds(Place, st.integers(0, len(accounts) - 1), _mostly_empty("Tenant")),
                        max_size=2,
                    )
                )
                if accounts
                else [],
                draw(st.sampled_from([0, 0, 0, 23, 24, 25])),
            )
        )
    return World(accounts, parents, people)


@st.composite
def wild_rows(draw: st.DrawFn) -> list[str]:
    """A row of a file of contacts in which anything may meet anything."""
    person, other = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    return [
        draw(TEXTS),
        draw(_mostly_empty("Ana", "Kim")),
        draw(TEXTS),
        draw(_mostly_empty(f"p{person}@example.com", f"P{person}@EXAMPLE.com", "broken@")),
        draw(_mostly_empty(f"q{other}@example.com; p{person}@example.com")),
        draw(_mostly_empty(*PHONES)),
        draw(_mostly_empty(*PHONES)),
        draw(_mostly_empty(f"R-{person}", f"R-{other}")),
        draw(_mostly_empty(f"x{person}", f"x{other}")),
        draw(_mostly_empty("ko", "Korean", "Klingonese")),
        draw(TEXTS),
        draw(st.one_of(ACCOUNT_NAMES, TEXTS)),
        draw(_mostly_empty("Tenant", "Owner", "y" * 121)),
        draw(NUMBERS),
        draw(_mostly_empty("e1", "e2")),
        draw(_mostly_empty("1", "2")),
        draw(_mostly_empty(*NAMES, "Holding")),
        draw(DOMAINS),
    ]


@st.composite
def tidy_rows(draw: st.DrawFn) -> list[str]:
    """A row with a reference of its own person, whose keys are nobody else's; the same of its account."""
    person, account = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    named = account < len(NAMES)
    return [
        "",
        draw(st.sampled_from(["Ana", "Kim"])),
        draw(TEXTS),
        draw(_mostly_empty(f"p{person}@example.com")),
        draw(_mostly_empty(f"q{person}@example.com; p{person}@example.com")),
        draw(_mostly_empty(*PHONES)),
        draw(_mostly_empty(*PHONES)),
        f"R-{person}",
        draw(_mostly_empty(f"x{person}")),
        draw(_mostly_empty("ko", "en")),
        draw(TEXTS),
        draw(SHAPES)(NAMES[account]) if named else "",
        draw(_mostly_empty("Tenant", "Owner")) if named else "",
        draw(st.sampled_from(["", f"N-{account + 1}"])) if named else "",
        draw(st.sampled_from(["", f"e{account}"])) if named else "",
        draw(_mostly_empty("1", "2")) if named else "",
        draw(_mostly_empty("Holding", "Group")) if named else "",
        draw(_mostly_empty(f"d{account}.example")) if named else "",
    ]


@st.composite
def account_rows(draw: st.DrawFn) -> list[str]:
    """A row of a file of accounts: parents in any order, circles, numbers and domains that are somebody else's."""
    return [
        draw(st.one_of(st.builds(lambda n, s: s(n), st.sampled_from([*NAMES, "Newcomer"]), SHAPES), TEXTS)),
        draw(NUMBERS),
        draw(_mostly_empty("e1", "e2")),
        draw(_mostly_empty("1", "2")),
        draw(_mostly_empty(*NAMES, "Newcomer", "Holding", "harbor  TOWER")),
        draw(DOMAINS),
        draw(_mostly_empty("Partner", "고객사", "sphinx")),
        draw(TEXTS),
    ]
