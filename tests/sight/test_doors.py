"""Every door to tickets, messages, files and accounts against the reference, in world after world."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.db.models import Model, QuerySet

from customers.models import Account
from tests.sight import reference
from tests.sight.building import Built, build
from tests.sight.worlds import WORDS, make_world
from tests.trials import seeds
from tickets.models import Attachment, Message, Ticket
from tickets.services.access import viewers
from tickets.services.addressees import addressees_of
from tickets.services.customers import OPEN_TICKETS, OPEN_TICKETS_OF_ACCOUNT
from tickets.services.similar import similar_tickets

SIDE_BY_SIDE = 25
PARTS = seeds(25, 10_000, side_by_side=SIDE_BY_SIDE)


@pytest.mark.long
@pytest.mark.parametrize("first", PARTS, ids=lambda first: f"worlds-from-{first}")
def test_every_door_lets_through_what_the_rules_say(first: int, db: None) -> None:
    """Some worlds at once, so that one may leak into another."""
    built = build([make_world(seed) for seed in range(first, first + SIDE_BY_SIDE)])
    the_doors_let_through_what_the_rules_say(built)
    words_and_files_are_those_of_visible_tickets_without_notes(built)
    what_was_raised_already_is_only_what_may_be_seen(built)
    letters_go_to_who_may_see_the_ticket(built)
    the_list_of_who_can_see_a_ticket_is_the_rule_from_the_other_end(built)
    how_many_an_account_reaches_is_counted_by_the_same_rule(built)
    agents_see_what_their_departments_give_them(built)


def everybody(built: list[Built]) -> Iterator[tuple[Built, int]]:
    for one in built:
        for person in range(len(one.people)):
            yield one, person


def keys(rows: QuerySet[Model]) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))


def where(one: Built, person: int) -> str:
    return f"person {person} of world {one.world.seed}"


def the_doors_let_through_what_the_rules_say(built: list[Built]) -> None:
    for one, person in everybody(built):
        actor, told = one.actor(person), where(one, person)
        seen = keys(Ticket.objects.visible_to(actor))
        assert len(seen) == len(set(seen)), told
        assert one.numbers(set(seen), one.tickets) == reference.visible(one.world, person), told
        answered = set(keys(Ticket.objects.repliable_by(actor)))
        assert one.numbers(answered, one.tickets) == reference.repliable(one.world, person), told
        opened = set(keys(Account.objects.visible_to(actor)))
        assert one.numbers(opened, one.accounts) == reference.can_open_for(one.world, person), told
        managed = set(keys(Account.objects.manageable_by(actor)))
        assert one.numbers(managed, one.accounts) == reference.manages(one.world, person), told


def words_and_files_are_those_of_visible_tickets_without_notes(built: list[Built]) -> None:
    for one, person in everybody(built):
        actor, visible = one.actor(person), reference.visible(one.world, person)
        expected = {one.answers[number].pk for number in visible}
        assert set(keys(Message.objects.visible_to(actor))) == expected, where(one, person)
        files = Attachment.objects.visible_to(actor)
        assert set(files.values_list("message", flat=True)) == expected, where(one, person)


def what_was_raised_already_is_only_what_may_be_seen(built: list[Built]) -> None:
    """Asked for one account each, be it theirs or not, whose tickets come first; for a word of some tickets."""
    for one, person in everybody(built):
        world, dice = one.world, random.Random(one.world.seed * 31 + person)
        number, word = dice.randrange(len(one.accounts)), dice.choice(WORDS)
        found = similar_tickets(one.actor(person), one.accounts[number], f"{word} again", 99, 99)
        expected = {
            n
            for n in reference.visible(world, person)
            if world.tickets[n].word == word and world.tickets[n].status not in ("solved", "closed")
        }
        assert one.numbers({ticket.pk for ticket in found}, one.tickets) == expected, where(one, person)
        here = [ticket.account_id == one.accounts[number].pk for ticket in found]
        assert here == sorted(here, reverse=True), where(one, person)


def letters_go_to_who_may_see_the_ticket(built: list[Built]) -> None:
    for one in built:
        for answer, ticket in list(zip(one.answers, one.world.tickets, strict=True))[:2]:
            addresses = {each.address for each in addressees_of(answer)}
            expected = {one.people[person].default_email for person in reference.hears_of(one.world, ticket)}
            expected |= {one.agents[agent].email for agent in ticket.following_agents}
            assert addresses == expected, f"world {one.world.seed}"


def the_list_of_who_can_see_a_ticket_is_the_rule_from_the_other_end(built: list[Built]) -> None:
    for one in built:
        for row, ticket in list(zip(one.tickets, one.world.tickets, strict=True))[:3]:
            people = range(len(one.people))
            shown = viewers(row, limit=99)
            listed = one.numbers({viewer.contact.pk for viewer in shown.people}, one.people)
            assert shown.total == len(shown.people) == len(listed)
            assert listed == {p for p in people if reference.may(one.world, p, ticket, "see")}
            writing = {viewer.contact.pk for viewer in shown.people if viewer.can_reply}
            expected = {p for p in people if reference.may(one.world, p, ticket, "reply")}
            assert one.numbers(writing, one.people) == expected, f"world {one.world.seed}"


def how_many_an_account_reaches_is_counted_by_the_same_rule(built: list[Built]) -> None:
    for one in built:
        reached = Account.objects.filter(pk__in=[account.pk for account in one.accounts]).people_reached()
        for number, account in enumerate(one.accounts):
            people = range(len(one.people))
            expected = sum(reference.level_on(one.world, person, number) > 0 for person in people)
            assert reached[account.pk] == expected, f"account {number} of world {one.world.seed}"


def agents_see_what_their_departments_give_them(built: list[Built]) -> None:
    """Tickets, messages, files and the numbers beside contacts and accounts, for everybody of the desk."""
    for one in built:
        for number in range(len(one.agents)):
            actor, told = one.agent(number), f"agent {number} of world {one.world.seed}"
            expected = reference.seen_at_desk(one.world, number)
            visible = Ticket.objects.visible_to(actor)
            own = visible.filter(pk__in=[ticket.pk for ticket in one.tickets])
            assert one.numbers(set(keys(own)), one.tickets) == expected, told
            assert set(keys(Ticket.objects.repliable_by(actor))) == set(keys(visible)), told
            assert actor.is_limited == one.world.agents[number].is_limited
            seen = {one.tickets[n].pk for n in expected}
            for model in (Message, Attachment):
                of_ticket = "ticket" if model is Message else "message__ticket"
                rows = model.objects.visible_to(actor).filter(**{f"{of_ticket}__in": one.tickets})
                assert set(rows.values_list(of_ticket, flat=True)) == seen, told
            open_ones = [
                t for n in expected if (t := one.world.tickets[n]).status not in ("solved", "closed")
            ]
            of_people = OPEN_TICKETS.values([person.pk for person in one.people], actor)
            assert sum(of_people.values()) == len(open_ones), told
            of_accounts = OPEN_TICKETS_OF_ACCOUNT.values([account.pk for account in one.accounts], actor)
            assert sum(of_accounts.values()) == sum(t.account is not None for t in open_ones), told
