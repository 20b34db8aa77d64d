"""Small worlds, made up from a seed: plain values, with indexes in place of keys and days counted from today."""

from __future__ import annotations

import random
from dataclasses import dataclass

LEVELS = ("own", "see", "reply")
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed")
WORDS = ("lift", "door", "boiler", "parking")
#: So many departments and agents has every world.
DEPARTMENTS, AGENTS = 3, 4
#: When something begins or ends, in days from today; None leaves that side open.
DAYS = (None, None, None, -2, -1, 0, 1, 2)


@dataclass(frozen=True)
class Account:
    parent: int | None
    """An account further up in the list: no cycles."""
    sharing: str


@dataclass(frozen=True)
class Place:
    """One entry of a person's list of accounts."""

    account: int
    sharing: str
    role: str


@dataclass(frozen=True)
class Person:
    places: tuple[Place, ...]
    is_active: bool


@dataclass(frozen=True)
class Link:
    """An account relationship."""

    one: int
    other: int
    starts: int | None
    ends: int | None


@dataclass(frozen=True)
class Acting:
    """A contact relationship."""

    person: int
    account: int
    role: str
    starts: int | None
    ends: int | None


@dataclass(frozen=True)
class Ticket:
    requester: int
    account: int | None
    is_private: bool
    status: str
    word: str
    followers: tuple[int, ...]
    department: int | None
    assignee: int | None
    """An agent."""
    following_agents: tuple[int, ...]
    participants: tuple[int, ...]
    """People who get its mail by their address."""


@dataclass(frozen=True)
class Agent:
    """Somebody of the desk. `departments` limit what they see when `is_limited`."""

    is_limited: bool
    departments: tuple[int, ...]


@dataclass(frozen=True)
class World:
    seed: int
    accounts: tuple[Account, ...]
    people: tuple[Person, ...]
    links: tuple[Link, ...]
    acting: tuple[Acting, ...]
    tickets: tuple[Ticket, ...]
    agents: tuple[Agent, ...]


def make_world(seed: int) -> World:
    """The world of a seed; every 40th has somebody with 25 accounts, every 10th a hierarchy eight levels deep."""
    dice = random.Random(seed)
    accounts = _accounts(dice, seed)
    people = _people(dice, len(accounts), seed)
    links = _links(dice, len(accounts))
    return World(
        seed=seed,
        accounts=accounts,
        people=people,
        links=links,
        acting=_acting(dice, people, links),
        tickets=_tickets(dice, len(accounts), len(people)),
        agents=_agents(dice),
    )


def _accounts(dice: random.Random, seed: int) -> tuple[Account, ...]:
    number = 28 if seed % 40 == 0 else dice.randint(1, 9)
    deep = seed % 10 == 0

    def parent(index: int) -> int | None:
        if index == 0 or (not deep and dice.random() < 0.6):
            return None
        return index - 1 if deep and index < 8 else dice.randrange(index)

    return tuple(Account(parent(index), dice.choice(LEVELS)) for index in range(number))


def _people(dice: random.Random, accounts: int, seed: int) -> tuple[Person, ...]:
    people = []
    for index in range(dice.randint(1, 5)):
        most = 25 if seed % 40 == 0 and index == 0 else min(accounts, dice.choice((0, 1, 1, 2, 3)))
        chosen = dice.sample(range(accounts), min(most, accounts))
        places = tuple(
            Place(at, dice.choice(("", "", *LEVELS)), "administrator" if dice.random() < 0.2 else "customer")
            for at in chosen
        )
        people.append(Person(places, dice.random() < 0.85))
    return tuple(people)


def _links(dice: random.Random, accounts: int) -> tuple[Link, ...]:
    pairs = {
        tuple(sorted(dice.sample(range(accounts), 2))) for _ in range(dice.randint(0, 4)) if accounts > 1
    }
    return tuple(Link(*_either_way(dice, pair), *_period(dice)) for pair in sorted(pairs))


def _either_way(dice: random.Random, pair: tuple[int, ...]) -> tuple[int, int]:
    return (pair[0], pair[1]) if dice.random() < 0.5 else (pair[1], pair[0])


def _period(dice: random.Random) -> tuple[int | None, int | None]:
    starts, ends = dice.choice(DAYS), dice.choice(DAYS)
    if starts is not None and ends is not None and starts > ends:
        starts, ends = ends, starts
    return starts, ends


def _acting(dice: random.Random, people: tuple[Person, ...], links: tuple[Link, ...]) -> tuple[Acting, ...]:
    """Some that rest on a link or a hierarchy, some that no longer rest on anything."""
    near = [(link.one, link.other) for link in links] + [(link.other, link.one) for link in links]
    found: dict[tuple[int, int, str], Acting] = {}
    for _ in range(dice.randint(0, 5)):
        person = dice.randrange(len(people))
        own = [place.account for place in people[person].places]
        reached = [account for start, account in near if start in own] or [0]
        account = dice.choice(reached) if dice.random() < 0.7 else dice.choice([0, *own, *reached])
        role = dice.choice(("customer", "administrator"))
        found[(person, account, role)] = Acting(person, account, role, *_period(dice))
    return tuple(found.values())


def _tickets(dice: random.Random, accounts: int, people: int) -> tuple[Ticket, ...]:
    return tuple(
        Ticket(
            requester=dice.randrange(people),
            account=None if dice.random() < 0.15 else dice.randrange(accounts),
            is_private=dice.random() < 0.2,
            status=dice.choice(STATUSES),
            word=dice.choice(WORDS),
            followers=_some(dice, people),
            department=dice.choice((None, *range(DEPARTMENTS))),
            assignee=dice.choice((None, *range(AGENTS))),
            following_agents=_some(dice, AGENTS),
            participants=_some(dice, people),
        )
        for _ in range(dice.randint(1, 8))
    )


def _some(dice: random.Random, many: int) -> tuple[int, ...]:
    """Up to two of so many."""
    return tuple(sorted(dice.sample(range(many), dice.randint(0, min(2, many)))))


def _agents(dice: random.Random) -> tuple[Agent, ...]:
    """One who reaches everything, and some who are limited, to no department too."""
    return tuple(Agent(number > 0, _some(dice, DEPARTMENTS)) for number in range(AGENTS))
