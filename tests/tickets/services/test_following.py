"""Following a ticket."""

import pytest
from django.core.exceptions import PermissionDenied

from helpdesk.events.models import AuditEntry
from tests.personas import World
from tickets.services.following import follow, is_following, unfollow


def test_a_colleague_follows_once_and_stops_again(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    follow(world.shared, actor=world.kim.actor)
    assert world.shared.followers.count() == 1
    assert AuditEntry.objects.filter(code="ticket.followed").count() == 1
    assert is_following(world.shared, actor=world.kim.actor)
    assert unfollow(world.shared, actor=world.kim.actor)
    assert not is_following(world.shared, actor=world.kim.actor)


def test_an_agent_follows_as_a_user(world: World) -> None:
    assert follow(world.shared, actor=world.ana.actor).user == world.ana.user


def test_what_cannot_be_seen_cannot_be_followed(world: World) -> None:
    for actor in (world.zoe.actor, world.kim.actor):
        with pytest.raises(PermissionDenied):
            follow(world.private, actor=actor)
