"""What the type of our requests promises is what the middleware gives them."""

from django.test import Client, RequestFactory

from helpdesk.core.web.requests import DeskRequest, actor_of, is_signed_in
from tests.personas import World


def test_the_middleware_gives_all_that_is_declared(world: World) -> None:
    request = world.ana.client.get("/agent/tickets/").wsgi_request
    assert [name for name in DeskRequest.__annotations__ if not hasattr(request, name)] == []
    assert is_signed_in(request)
    assert (request.user, actor_of(request).user) == (world.ana.user, world.ana.user)


def test_a_visitor_is_not_signed_in(world: World) -> None:
    assert not is_signed_in(Client().get("/auth/login/").wsgi_request)


def test_nor_is_a_request_that_the_middleware_never_saw() -> None:
    assert not is_signed_in(RequestFactory().get("/"))
