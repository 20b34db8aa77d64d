"""What the search shows of the tickets it finds: the best first, with the piece that has the words."""

import pytest
from django.utils.html import strip_tags

from customers.services.contacts.changes import update_contact
from tests.factories import TicketFactory, text_file
from tests.personas import World
from tickets.services.conversation import add_note, reply
from tickets.services.hits import find_hits, find_quickly


def test_number_subject_text_and_name_in_this_order_the_newest_first(world: World) -> None:
    number = world.shared.pk
    said = [TicketFactory(contact=world.carla.contact, subject=f"Said {n}") for n in (1, 2)]
    for ticket in reversed(said):
        reply(ticket, f"It is about {number}.", actor=world.ana.actor)
    called = [TicketFactory(contact=world.kim.contact, subject=f"{number} crates {n}") for n in (1, 2)]
    update_contact(world.zoe.contact, {"first_name": f"{number}"}, actor=world.ana.actor)
    hits = find_hits(world.ana.actor, str(number)).hits
    assert [hit.ticket for hit in hits] == [world.shared, *reversed(called), *said, world.strangers]


def test_a_hit_shows_what_was_said_with_marks(world: World) -> None:
    reply(
        world.shared,
        "First words. " * 30 + "<b>The café</b> is shut.\n" + "Last words. " * 30,
        actor=world.ana.actor,
    )
    (hit,) = find_hits(world.ana.actor, "CAFE shut").hits
    assert "<mark>café</mark>" in hit.said
    assert "&lt;/b&gt; is <mark>shut</mark>" in hit.said
    assert strip_tags(hit.said).startswith("…")
    assert len(strip_tags(hit.said)) < 200
    assert not hit.is_note


def test_of_several_messages_the_newest_is_shown(world: World) -> None:
    for number in (1, 2):
        reply(world.shared, f"The compressor, part {number}", actor=world.ana.actor)
    assert "part 2" in find_hits(world.ana.actor, "compressor").hits[0].said


def test_a_note_says_that_it_is_one_and_is_the_desks_alone(world: World) -> None:
    add_note(world.shared, "Their compressor is ours.", actor=world.ana.actor)
    (hit,) = find_hits(world.ana.actor, "compressor").hits
    assert hit.is_note
    assert find_hits(world.kim.actor, "compressor").hits == []


def test_a_file_is_found_by_its_name(world: World) -> None:
    reply(world.shared, "See there.", actor=world.carla.actor, attachments=[text_file("Grundriß-2026.txt")])
    for person in (world.ana, world.kim):
        (hit,) = find_hits(person.actor, "grundriss").hits
        assert (hit.ticket, hit.file_name) == (world.shared, "Grundriß-2026.txt")
    assert find_hits(world.zoe.actor, "grundriss").hits == []


def test_what_is_called_so_shows_no_piece(world: World) -> None:
    reply(world.shared, "The lift again.", actor=world.ana.actor)
    assert find_hits(world.ana.actor, "lift").hits[0].said == ""


@pytest.mark.parametrize("text", ["", " ", "'", "[#999999999]", "9" * 40])
def test_nothing_meant_finds_nothing(world: World, text: str) -> None:
    assert find_hits(world.ana.actor, text).hits == []


def test_there_are_so_many_at_most(world: World) -> None:
    TicketFactory.create_batch(3, contact=world.kim.contact, subject="Lift")
    assert len(find_hits(world.ana.actor, "lift", limit=2).hits) == 2
    assert len(find_quickly(world.ana.actor, "lift", limit=2)) == 2


def test_quickly_the_number_comes_first_and_nothing_is_shown_that_may_not_be_seen(world: World) -> None:
    newer = TicketFactory(contact=world.zoe.contact, subject=f"About {world.shared.pk}")
    text = str(world.shared.pk)
    assert find_quickly(world.ana.actor, text, limit=5) == [world.shared, newer]
    assert find_quickly(world.kim.actor, text, limit=5) == [world.shared]
