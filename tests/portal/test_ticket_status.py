"""`/tickets/<pk>/close/` and `/reopen/`: customers settle a ticket, or take it up again."""

import pytest

from helpdesk.events.models import AuditEntry
from tests.factories import DESK
from tests.personas import World
from tickets.models import Ticket
from tickets.services.lifecycle import change_status
from tickets.status_kinds import StatusKind


def close(persona, ticket: Ticket) -> int:
    return persona.client.post(f"/tickets/{ticket.pk}/close/").status_code


def reopen(persona, ticket: Ticket) -> int:
    return persona.client.post(f"/tickets/{ticket.pk}/reopen/").status_code


def status(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).status_id


@pytest.mark.parametrize("name", ["carla", "kim", "bo"])
def test_closing_and_reopening(world: World, name: str) -> None:
    persona = world.persona(name)
    assert close(persona, world.shared) == 302
    assert status(world.shared) == "solved"
    assert reopen(persona, world.shared) == 302
    assert status(world.shared) == "open"
    assert AuditEntry.objects.filter(code="ticket.status_changed", actor_user=persona.user).count() == 2


def test_a_private_ticket_is_closed_by_its_requester_alone(world: World) -> None:
    assert close(world.kim, world.private) == 404
    assert close(world.carla, world.private) == 302


def test_seeing_is_not_closing(world: World, share) -> None:
    share("see")
    assert close(world.kim, world.shared) == 403
    assert status(world.shared) == "new"


def test_own_only_is_not_even_there(world: World, share) -> None:
    share("own")
    assert close(world.kim, world.shared) == 404


def test_a_deactivated_contact_is_refused(world: World, carla_is_gone) -> None:
    assert close(world.carla, world.shared) == 403


def test_a_closed_ticket_is_final(world: World) -> None:
    change_status([world.shared], StatusKind.CLOSED, actor=DESK)
    assert reopen(world.carla, world.shared) == 403
    assert status(world.shared) == "closed"


def test_getting_is_refused(world: World) -> None:
    for verb in ("close", "reopen"):
        assert world.carla.client.get(f"/tickets/{world.shared.pk}/{verb}/").status_code == 405
    assert status(world.shared) == "new"
