"""Worlds in the database, written in bulk: what the services would refuse (a link that has ended, say) is there too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.db.models import Model
from django.utils import timezone

from customers import models as customers
from customers.services.accounts.hierarchy import replant
from helpdesk.core.actors import CONTACT, Actor
from helpdesk.core.database.bulk import new_ids
from helpdesk.core.models import Department, DepartmentMember, User
from tests.sight.worlds import DEPARTMENTS, World
from tickets import models as tickets

DONE = ("solved", "closed")


@dataclass
class Built:
    """A world with its rows; each list is in the order of the world's own."""

    world: World
    accounts: list[customers.Account]
    people: list[customers.Contact]
    tickets: list[tickets.Ticket]
    agents: list[User]
    answers: list[tickets.Message]
    """The desk's public answer on each ticket."""

    def actor(self, person: int) -> Actor:
        return Actor(kind=CONTACT, contact=self.people[person], user=self.people[person].user)

    def agent(self, number: int) -> Actor:
        """A member of the desk, as a request has them: nothing that was loaded before is trusted."""
        return Actor.for_user(User.objects.get(pk=self.agents[number].pk))

    def numbers(self, keys: set[int], rows: Sequence[object]) -> set[int]:
        """Keys of the database as indexes of the world; a key of another world becomes -1."""
        places = {row.pk: number for number, row in enumerate(rows)}  # type: ignore[attr-defined]
        return {places.get(key, -1) for key in keys}


def build(worlds: Sequence[World]) -> list[Built]:
    """Put worlds side by side into the database, each table in one statement."""
    keys = iter(new_ids(customers.Account, sum(len(world.accounts) for world in worlds)))
    built = [Built(world, _accounts(world, keys), _people(world), [], [], []) for world in worlds]
    _insert([account for one in built for account in one.accounts])
    replant([account.pk for one in built for account in one.accounts if account.parent_id])
    _insert([contact for one in built for contact in one.people])
    _methods_and_places(built)
    _links(built)
    _agents(built)
    _tickets(built)
    _take_part(built)
    return built


def _insert(rows: Sequence[Model]) -> None:
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def _accounts(world: World, keys: Iterator[int]) -> list[customers.Account]:
    own = list(islice(keys, len(world.accounts)))
    return [
        customers.Account(
            pk=own[number],
            name=f"World {world.seed} account {number}",
            sharing=account.sharing,
            parent_id=None if account.parent is None else own[account.parent],
        )
        for number, account in enumerate(world.accounts)
    ]


def _people(world: World) -> list[customers.Contact]:
    return [
        customers.Contact(
            first_name=f"World {world.seed}",
            last_name=f"Person {number}",
            is_active=person.is_active,
            reference=f"W{world.seed}-{number}",
        )
        for number, person in enumerate(world.people)
    ]


def _methods_and_places(built: Sequence[Built]) -> None:
    _insert(
        [
            customers.ContactMethod(
                contact=contact, kind="email", value=address, value_key=address, is_default=True
            )
            for one in built
            for number, contact in enumerate(one.people)
            for address in [f"p{number}@world{one.world.seed}.example"]
        ]
    )
    _insert(
        [
            customers.Association(
                contact=contact,
                account=one.accounts[place.account],
                position=position,
                sharing=place.sharing,
                role=place.role,
                created_at=timezone.now(),
            )
            for one in built
            for contact, person in zip(one.people, one.world.people, strict=True)
            for position, place in enumerate(person.places, start=1)
        ]
    )


def _links(built: Sequence[Built]) -> None:
    kind, _new = customers.AccountRelationshipType.objects.get_or_create(
        name="Partner of", defaults={"reverse_name": "Customer of"}
    )
    roles = {
        role: customers.Responsibility.objects.get_or_create(name=f"As {role}", defaults={"role": role})[0]
        for role in ("customer", "administrator")
    }
    customers.AccountRelationship.objects.bulk_create(
        customers.AccountRelationship(
            from_account=one.accounts[link.one],
            to_account=one.accounts[link.other],
            type=kind,
            starts_on=day(link.starts),
            ends_on=day(link.ends),
        )
        for one in built
        for link in one.world.links
    )
    customers.ContactRelationship.objects.bulk_create(
        customers.ContactRelationship(
            contact=one.people[acting.person],
            account=one.accounts[acting.account],
            responsibility=roles[acting.role],
            starts_on=day(acting.starts),
            ends_on=day(acting.ends),
        )
        for one in built
        for acting in one.world.acting
    )


def day(offset: int | None) -> date | None:
    return None if offset is None else timezone.localdate() + timedelta(days=offset)


def _take_part(built: Sequence[Built]) -> None:
    """Everybody's address that takes part in a ticket: it gives no sight."""
    _insert(
        [
            tickets.Participant(
                ticket=row, address=f"p{person}@world{one.world.seed}.example", contact=one.people[person]
            )
            for one in built
            for row, ticket in zip(one.tickets, one.world.tickets, strict=True)
            for person in ticket.participants
        ]
    )


def _departments() -> list[Department]:
    return [Department.objects.get_or_create(name=f"Of worlds {n}")[0] for n in range(DEPARTMENTS)]


def _agents(built: Sequence[Built]) -> None:
    departments = _departments()
    for one in built:
        one.agents = [
            User(
                email=f"agent{number}@world{one.world.seed}.example",
                name=f"Agent {number} of world {one.world.seed}",
                is_staff=True,
                reach=User.Reach.DEPARTMENTS if agent.is_limited else User.Reach.EVERYTHING,
            )
            for number, agent in enumerate(one.world.agents)
        ]
    _insert([user for one in built for user in one.agents])
    _insert(
        [
            DepartmentMember(agent=user, department=departments[number])
            for one in built
            for user, agent in zip(one.agents, one.world.agents, strict=True)
            for number in agent.departments
        ]
    )


def _tickets(built: Sequence[Built]) -> None:
    """Each ticket with the requester's words, the desk's answer and a note, each of these with a file."""
    agent, _new = User.objects.get_or_create(email="sight@desk.example", defaults={"is_staff": True})
    departments = _departments()
    for one in built:
        one.tickets = [
            tickets.Ticket(
                subject=f"The {ticket.word} of world {one.world.seed}",
                contact=one.people[ticket.requester],
                account=None if ticket.account is None else one.accounts[ticket.account],
                is_private=ticket.is_private,
                department=None if ticket.department is None else departments[ticket.department],
                assignee=None if ticket.assignee is None else one.agents[ticket.assignee],
                status_id=ticket.status,
                status_kind=ticket.status,
                solved_at=timezone.now() if ticket.status in DONE else None,
            )
            for ticket in one.world.tickets
        ]
    _insert([ticket for one in built for ticket in one.tickets])
    notes = []
    for one in built:
        one.answers = [_said(ticket, agent, "public") for ticket in one.tickets]
        notes += [_said(ticket, agent, "note") for ticket in one.tickets]
    answers = [answer for one in built for answer in one.answers]
    _insert([*answers, *notes])
    _insert(
        [
            tickets.Attachment(message=message, name="file.txt", size=1, file="nowhere")
            for message in (*answers, *notes)
        ]
    )
    _insert(
        [
            tickets.Follower(ticket=row, contact=one.people[person])
            for one in built
            for row, ticket in zip(one.tickets, one.world.tickets, strict=True)
            for person in ticket.followers
        ]
    )
    _insert(
        [
            tickets.Follower(ticket=row, user=one.agents[agent])
            for one in built
            for row, ticket in zip(one.tickets, one.world.tickets, strict=True)
            for agent in ticket.following_agents
        ]
    )


def _said(ticket: tickets.Ticket, agent: User, kind: str) -> tickets.Message:
    return tickets.Message(ticket=ticket, kind=kind, author_user=agent, body="Words.", html="Words.")
