"""The world that the other tests stand on is as it is told."""

from tests.factories import fill_desk
from tests.personas import PERSONAS, World
from tickets.models import Ticket


def seen_by(world: World, name: str) -> set[str]:
    return set(Ticket.objects.visible_to(world.persona(name).actor).values_list("subject", flat=True))


def test_each_person_sees_what_the_story_says(world: World) -> None:
    everything = {"The lift is stuck", "My pay slip", "Rain gets in"}
    expected = dict.fromkeys(("ana", "max", "root"), everything) | {
        "carla": {"The lift is stuck", "My pay slip"},
        "kim": {"The lift is stuck"},
        "ada": {"The lift is stuck"},
        "bo": {"The lift is stuck"},
        "zoe": {"Rain gets in"},
    }
    assert {name: seen_by(world, name) for name in PERSONAS if name != "anonymous"} == expected


def test_the_desk_can_be_filled(world: World) -> None:
    fill_desk(30, account=world.harbor)
    assert world.harbor.contacts.count() == 33
    assert Ticket.objects.filter(account=world.harbor).count() == 32
