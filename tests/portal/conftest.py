"""What the tests of the help center share."""

from collections.abc import Callable

import pytest

from customers.models import Account, Association, Contact
from customers.services.relationships.links import unlink_accounts
from tests.factories import DESK
from tests.personas import World
from tickets.models import Ticket
from tickets.services.conversation import reply
from tickets.status_kinds import StatusKind


@pytest.fixture
def share(world: World) -> Callable[[str], None]:
    """`share("see")`: what the people of Harbor Tower may do with one another's tickets."""

    def set_level(level: str) -> None:
        Account.objects.filter(pk=world.harbor.pk).update(sharing=level)

    return set_level


@pytest.fixture
def share_with_kim(world: World) -> Callable[[str], None]:
    """The same for Kim alone."""

    def set_level(level: str) -> None:
        Association.objects.filter(contact=world.kim.contact).update(sharing=level)

    return set_level


@pytest.fixture
def carla_is_gone(world: World) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(is_active=False)


@pytest.fixture
def bo_no_longer_acts(world: World) -> None:
    unlink_accounts(list(world.harbor.relationships_to.all()), actor=DESK)


@pytest.fixture
def answered(world: World) -> Ticket:
    """Carla's shared ticket after a public answer of the desk that asks her something."""
    reply(world.shared, "Is anybody in the lift right now?", actor=world.ana.actor, status=StatusKind.PENDING)
    return world.shared


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


__all__ = ["DESK", "text_of"]
