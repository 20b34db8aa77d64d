"""One change for many tickets."""

from django.urls import reverse

from tests.factories import fill_desk
from tests.personas import World
from tickets.models import Ticket

BULK = reverse("tickets:ticket_bulk")


def post(world: World, **values):
    return world.ana.client.post(BULK, values)


def test_the_ticked_ones_are_changed(world: World) -> None:
    response = post(world, ticket=[world.shared.pk, world.private.pk], status="pending", query="view=mine")
    assert response["Location"].endswith("/agent/tickets/?view=mine")
    assert set(Ticket.objects.filter(status="pending")) == {world.shared, world.private}


def test_assigning_and_priority(world: World) -> None:
    post(world, ticket=[world.shared.pk], assignee="me")
    post(world, ticket=[world.shared.pk], priority="urgent")
    fresh = Ticket.objects.get(pk=world.shared.pk)
    assert (fresh.assignee, fresh.priority) == (world.ana.user, "urgent")
    post(world, ticket=[world.shared.pk], assignee="none")
    assert Ticket.objects.get(pk=world.shared.pk).assignee is None


def test_all_that_the_filters_show(world: World) -> None:
    fill_desk(60, account=world.harbor)
    post(world, all="1", query=f"view=all&account={world.harbor.pk}", priority="high")
    assert Ticket.objects.filter(priority="high").count() == 62
    assert Ticket.objects.get(pk=world.strangers.pk).priority == "normal"


def test_bad_input_changes_nothing_and_says_so(world: World) -> None:
    for values in (
        {"status": "solved"},
        {"ticket": "x", "status": "solved"},
        {"ticket": world.shared.pk, "status": "lost"},
        {"ticket": world.shared.pk, "assignee": world.carla.user.pk},
        {"ticket": world.shared.pk, "assignee": "nobody-known"},
        {"ticket": world.shared.pk},
    ):
        response = world.ana.client.post(BULK, values, follow=True)
        assert [message.level >= 30 for message in response.context["messages"]] == [True], values
    fresh = Ticket.objects.get(pk=world.shared.pk)
    assert (fresh.status_id, fresh.assignee) == ("new", None)


def test_customers_learn_nothing_of_it(world: World) -> None:
    assert world.carla.client.post(BULK, {"ticket": world.shared.pk, "status": "solved"}).status_code == 404


def test_getting_is_refused(world: World) -> None:
    assert world.ana.client.get(BULK).status_code == 405
