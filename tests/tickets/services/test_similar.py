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
    assert similar_tickets(world.kim.actor, None, "The lift is stuck") == []
