"""Who gets what at every address: the one table, read by `test_routes`.

A row is nine letters for GET and nine for POST, one for each of
anonymous, Ana (agent), Max (manager), Root (administrator), Carla (whose things they are), Kim (colleague),
Ada (customer administrator), Bo (acts for the account), Zoe (stranger):

    ✓ let in      → asked to sign in      – there is no such thing (404)      x may not (403)      m wrong method (405)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.personas import World

Arguments = Callable[[World], dict[str, Any]]

#           a A M R  C K A B Z
NOBODY = "→––––––––"
DESK = "→✓✓✓–––––"
MANAGERS = "→x✓✓–––––"
WRONG = "→mmm–––––"
WRONG_ALL = "→mmmmmmmm"
CUSTOMERS = "→–––✓✓✓✓✓"
REACHED = "→–––✓✓✓✓–"
REQUESTER = "→–––✓––––"
SIGNED_IN = "→✓✓✓✓✓✓✓✓"
EVERYONE = "✓✓✓✓✓✓✓✓✓"
WRONG_EVERYONE = "mmmmmmmmm"


def nothing(world: World) -> dict[str, Any]:
    return {}


def shared(world: World) -> dict[str, Any]:
    return {"pk": world.shared.pk}


def private(world: World) -> dict[str, Any]:
    return {"pk": world.private.pk}


def carla(world: World) -> dict[str, Any]:
    return {"pk": world.carla.contact.pk}


def harbor(world: World) -> dict[str, Any]:
    return {"pk": world.harbor.pk}


def attachment(world: World) -> dict[str, Any]:
    return {"pk": world.attachment.pk}


@dataclass(frozen=True)
class Route:
    """What each persona gets at the address called `name` (fnmatch patterns allowed for Django's own parts)."""

    name: str
    get: str
    post: str
    arguments: Arguments = nothing
    data: Arguments = nothing


CORE = [
    Route("core:healthz", EVERYONE, EVERYONE),
    Route("core:readyz", EVERYONE, WRONG_EVERYONE),
    Route("core:set_language", WRONG_EVERYONE, EVERYONE, data=lambda world: {"language": "ko"}),
    Route("core:preferences", WRONG_ALL, SIGNED_IN, data=lambda world: {"theme": "dark"}),
]

PORTAL = [
    Route("portal:home", SIGNED_IN, "→→→→mmmmm"),
    Route("portal:ticket_create", CUSTOMERS, CUSTOMERS),
    Route("portal:similar", CUSTOMERS, "→–––mmmmm"),
    Route("portal:ticket_detail", REACHED, "→–––mmmmm", shared),
    Route("portal:ticket_detail", REQUESTER, "→–––mmmmm", private),
    Route("portal:ticket_reply", WRONG_ALL, REACHED, shared, lambda world: {"body": "Thanks"}),
    Route("portal:ticket_reply", WRONG_ALL, REQUESTER, private, lambda world: {"body": "Thanks"}),
    Route("portal:ticket_close", WRONG_ALL, REACHED, shared),
    Route("portal:ticket_close", WRONG_ALL, REQUESTER, private),
    Route("portal:ticket_reopen", WRONG_ALL, REACHED, shared),
    Route("portal:ticket_reopen", WRONG_ALL, REQUESTER, private),
    Route("portal:ticket_follow", WRONG_ALL, REACHED, shared),
    Route("portal:ticket_follow", WRONG_ALL, REQUESTER, private),
    Route("portal:ticket_unfollow", WRONG_ALL, REACHED, shared),
    Route("portal:profile", CUSTOMERS, CUSTOMERS),
]

ROUTES = [*CORE, *PORTAL]
