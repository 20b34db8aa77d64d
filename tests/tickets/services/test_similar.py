"""What may have been raised already."""

from tests.factories import TicketFactory
from tests.personas import World
from tickets.services.lifecycle import change_status
from tickets.services.similar import similar_tickets, similar_words


def test_the_most_alike_come_first(world: World) -> None:
    two = TicketFactory(contact=world.carla.contact, subject="Lift on level 9 stuck again")
    found = similar_tickets(world.kim.actor, world.harbor, "Our lift is stuck on level 9")
    assert found[0] == two
    assert world.shared in found
    assert "LIFT" in found[0].matched_words


def test_nothing_that_cannot_be_seen_is_suggested(world: World) -> None:
    assert similar_tickets(world.kim.actor, world.harbor, "My pay slip") == []
    assert similar_tickets(world.zoe.actor, world.harbor, "The lift is stuck") == []


def test_nothing_solved_is_suggested(world: World) -> None:
    change_status(world.shared, "solved", actor=world.ana.actor)
    assert similar_tickets(world.kim.actor, world.harbor, "The lift is stuck") == []


def test_korean_particles_do_not_hide_a_likeness(world: World) -> None:
    ticket = TicketFactory(contact=world.carla.contact, subject="엘리베이터가 멈췄어요")
    assert similar_tickets(world.kim.actor, world.harbor, "엘리베이터는 왜 안 움직이나요") == [ticket]


def test_little_words_say_nothing(world: World) -> None:
    assert similar_words("is it on") == []
    assert similar_tickets(world.kim.actor, world.harbor, "is") == []


def test_other_accounts_come_behind_the_chosen_one_whatever_matches_better(world: World) -> None:
    there = TicketFactory(
        contact=world.bo.contact, account=world.lighthouse, subject="The lift is stuck on 2"
    )
    subject = "The lift is stuck on 2"
    assert similar_tickets(world.bo.actor, world.harbor, subject) == [world.shared, there]
    assert similar_tickets(world.bo.actor, world.lighthouse, subject) == [there, world.shared]
    assert similar_tickets(world.bo.actor, None, subject) == [there, world.shared]
    assert similar_tickets(world.kim.actor, world.lighthouse, subject) == [world.shared]


def test_so_many_of_the_chosen_account_and_so_many_of_others(world: World) -> None:
    for _ in range(9):
        TicketFactory(contact=world.bo.contact, account=world.lighthouse, subject="Lift")
        TicketFactory(contact=world.carla.contact, account=world.harbor, subject="Lift")
    accounts = [each.account for each in similar_tickets(world.bo.actor, world.harbor, "lift")]
    assert accounts == [world.harbor] * 5 + [world.lighthouse] * 3
