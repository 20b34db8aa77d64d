"""What an import opens: told by the dry run, agreed to with the start, kept in the history."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q
from django.urls import reverse

from customers.imports.engine import lifecycle
from customers.imports.engine import run as running
from customers.imports.engine.opening import Opening, opened_by
from customers.models import (
    Account,
    AccountRelationship,
    Association,
    Contact,
    ContactRelationship,
    ImportRun,
)
from customers.services.accounts.changes import update_account
from customers.services.accounts.deletion import delete_account
from customers.services.accounts.hierarchy import wrongly_marked
from customers.services.exposure import Watch, WidensSight
from customers.services.relationships.links import unlink_accounts
from helpdesk.core.actors import Actor
from helpdesk.events.timelines import timeline
from helpdesk.events.wording import sentence
from tests.customers.imports.conftest import HEADER, Rows
from tests.customers.imports.doors import by_command, press_start
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory, TicketFactory
from tests.personas import World
from tests.trials import SEED, trials
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
Uploaded = Callable[..., ImportRun]
NEW = ("Nia", "New", "nia@new.example", "Harbor Tower", "")


def opens(run: ImportRun) -> list[list[Any]]:
    return [line.row for line in opened_by(run).lines]


def ticket_at(account: Account, person: Contact, *, is_private: bool = False) -> None:
    """A ticket of an account that its requester need not belong to (any more)."""
    ticket = TicketFactory(contact=ContactFactory())
    Ticket.objects.filter(pk=ticket.pk).update(contact=person, account=account, is_private=is_private)


def shared_at(account: Account) -> int:
    return account.tickets.filter(is_private=False).count()


def test_who_comes_into_an_account_sees_its_tickets(world: World, uploaded: Uploaded) -> None:
    run = uploaded([HEADER, NEW, ("Max", "More", "max@new.example", " harbor  TOWER ", "")])
    assert opens(run) == [["Harbor Tower", 2, shared_at(world.harbor)]]
    page = world.max.client.get(reverse("customers:import_preview", args=[run.pk])).content.decode()
    assert opened_by(run).lines[0].sentence in page


def test_it_starts_when_that_is_agreed_to_and_the_history_keeps_it(world: World, uploaded: Uploaded) -> None:
    run = uploaded([HEADER, NEW])
    with pytest.raises(WidensSight, match="1 person will see"):
        lifecycle.start(run, actor=world.max.actor, agreed="something else")
    assert world.max.client.post(reverse("customers:import_start", args=[run.pk])).status_code == 302
    run.refresh_from_db()
    assert run.status == "ready"
    press_start(world.max.client, run)
    entry = timeline(run).get(code="import.started")
    assert entry.data["exposure"] == [["Harbor Tower", 1, shared_at(world.harbor)]]
    assert "1 person will see" in sentence(entry)


def test_the_command_says_it_and_does_not_ask(world: World, tmp_path: Path) -> None:
    run = by_command(world, [HEADER, NEW], "add", folder=tmp_path)
    assert run.status == "done"
    assert timeline(run).get(code="import.started").data["exposure_accounts"] == 1


@pytest.mark.parametrize("level", ["own", "see"])
def test_nobody_sees_more_where_tickets_are_not_shared(world: World, uploaded: Uploaded, level: str) -> None:
    update_account(world.harbor, {"sharing": level}, actor=DESK)
    assert bool(opens(uploaded([HEADER, NEW]))) == (level == "see")


def test_nothing_is_said_of_those_who_see_it_already(world: World, uploaded: Uploaded) -> None:
    carla = ("Carla", "Moreno", "carla@people.example", "Harbor Tower", "Board")
    acting = ("Bo", "Lindqvist", "bo@people.example", "Harbor Tower", "")
    assert opens(uploaded([HEADER, carla, acting], mode="overwrite")) == []


def test_what_is_ones_own_is_nothing_new(uploaded: Uploaded) -> None:
    account, person = AccountFactory(name="Alone"), ContactFactory(email="pat@people.example")
    ticket_at(account, person)
    row = ("Pat", "", "pat@people.example", "Alone", "")
    assert opens(uploaded([HEADER, row], mode="overwrite")) == []
    ticket_at(account, ContactFactory())
    assert opens(uploaded([HEADER, row], mode="overwrite")) == [["Alone", 1, 1]]


def test_a_parent_opens_what_the_people_of_the_hierarchy_were_given(world: World, uploaded: Uploaded) -> None:
    unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
    rows = [("Account name", "Parent account"), ("Lighthouse Brokers", "Harbor Tower")]
    rows[1] = (world.lighthouse.name, "Harbor Tower")
    run = uploaded(rows, kind="accounts", mode="overwrite")
    assert opens(run) == [["Harbor Tower", 1, shared_at(world.harbor)]]
    world.lighthouse.refresh_from_db()
    assert (world.lighthouse.parent, wrongly_marked()) == (None, {})


def test_one_that_is_new_joins_two_hierarchies(world: World, uploaded: Uploaded) -> None:
    unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
    rows = [
        ("Account name", "Parent account"),
        *((one.name, "Group") for one in (world.lighthouse, world.harbor)),
    ]
    assert opens(uploaded(rows, kind="accounts", mode="overwrite")) == [
        ["Harbor Tower", 1, shared_at(world.harbor)]
    ]


def test_who_comes_into_a_partner_acts_again(world: World, uploaded: Uploaded) -> None:
    Association.objects.filter(contact=world.bo.contact).delete()
    row = ("Bo", "Lindqvist", "bo@people.example", world.lighthouse.name, "")
    told = {name: people for name, people, _tickets in opens(uploaded([HEADER, row], mode="overwrite"))}
    assert told["Harbor Tower"] == 1


def test_who_comes_into_a_new_account_of_the_hierarchy_acts_again(world: World, uploaded: Uploaded) -> None:
    Association.objects.filter(contact=world.bo.contact).delete()
    rows = [
        ("First name", "Last name", "Email", "Company", "Parent account"),
        ("Bo", "Lindqvist", "bo@people.example", "Harbor North", world.harbor.name),
    ]
    run = uploaded(rows, mode="overwrite", also_add=True)
    told = {name: people for name, people, _tickets in opens(run)}
    assert told["Harbor Tower"] == 1


def test_what_others_do_during_the_dry_run_does_not_stop_it(world: World) -> None:
    """Somebody associates the same person, and deletes an account of the file, between its first row and its end."""
    gone = AccountFactory(name="Gone")
    opening = Opening()
    opening._joined = {(world.lighthouse.pk, world.bo.contact.pk)}
    opening._parents = {world.lighthouse.pk: gone.pk, gone.pk: world.harbor.pk}
    delete_account(gone, actor=DESK)
    assert opening.exposure().lines == ()


# --- Against what comes of it ----------------------------------------------------------
class Desk:
    """A small desk made by dice: hierarchies, links, people who act or would, tickets; and a file for it."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = random.Random(seed)
        levels = ["own", "see", "reply", "reply"]
        self.accounts = [AccountFactory(name=f"A{n}", sharing=dice.choice(levels)) for n in range(6)]
        for account in self.accounts[1:]:
            if dice.random() < 0.4:
                parent = dice.choice(self.accounts[: self.accounts.index(account)])
                update_account(account, {"parent": parent}, actor=DESK)
        self.people = [
            ContactFactory(
                email=f"p{n}@people.example",
                accounts=dice.sample(self.accounts, dice.randrange(3)),
                is_active=dice.random() < 0.8,
            )
            for n in range(5)
        ]
        duty = ResponsibilityFactory()
        for person in self.people:
            for account in dice.sample(self.accounts, dice.randrange(3)):
                ContactRelationship.objects.create(account=account, contact=person, responsibility=duty)
        for account in self.accounts:
            for person in dice.choices(self.people, k=dice.randrange(3)):
                ticket_at(account, person, is_private=dice.random() < 0.3)

    def file_of_contacts(self) -> Rows:
        header = ("First name", "Email", "Company", "Parent account")
        return [header, *(self.person_row(number) for number in range(8))]

    def person_row(self, number: int) -> tuple[str, ...]:
        email = self.dice.choice([f"p{self.dice.randrange(5)}", f"n{number}"])
        parent = self.name() if self.dice.random() < 0.4 else ""
        return (f"N{number}", f"{email}@people.example", self.name(), parent)

    def file_of_accounts(self) -> Rows:
        return [("Account name", "Parent account"), *((self.name(), self.name()) for _ in range(5))]

    def name(self) -> str:
        return f"A{self.dice.randrange(8)}"


@pytest.mark.parametrize("seed", range(SEED, SEED + trials(8, 240)))
def test_it_tells_what_comes_of_it(seed: int, uploaded: Uploaded, actor: Actor) -> None:
    desk = Desk(seed)
    kind = ["contacts", "accounts"][seed % 2]
    rows = desk.file_of_contacts() if kind == "contacts" else desk.file_of_accounts()
    run = uploaded(rows, kind=kind, mode=desk.dice.choice(["fill", "overwrite"]), also_add=True)
    watch, told = Watch(members=Q(), acting=Q()), opens(run)
    running.carry_out(lifecycle.start(run, actor=actor).pk)
    assert told == [line.row for line in watch.gained(agreed=None, actor=actor).lines]
