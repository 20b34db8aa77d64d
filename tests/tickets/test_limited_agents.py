"""Somebody of the desk who is limited to departments: what they see, count, find and may do."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from helpdesk.core.actors import Actor
from helpdesk.core.models import DepartmentMember, User
from tests.architecture.route_table import ROUTES
from tests.factories import DESK, TicketFactory
from tests.personas import PERSONAS, World
from tickets.errors import DepartmentOutOfReach
from tickets.models import Message, Ticket
from tickets.services import lifecycle
from tickets.services.conversation import add_note, reply
from tickets.services.following import follow
from tickets.services.methods import uses_of

SUBJECTS = ("The lift is stuck", "My pay slip", "Rain gets in")
ANA = PERSONAS.index("ana")


def seen(world: World) -> set[str]:
    return set(Ticket.objects.visible_to(world.dee.actor).values_list("subject", flat=True))


class TestSight:
    def test_the_tickets_of_the_department_are_seen(self, world: World) -> None:
        assert seen(world) == set()
        lifecycle.change_department(world.shared, world.night_desk, actor=DESK)
        assert seen(world) == {"The lift is stuck"}

    def test_those_assigned_to_or_followed_by_them_are_seen(self, world: World) -> None:
        lifecycle.assign(world.shared, world.dee.user, actor=DESK)
        world.private.followers.create(user=world.dee.user)
        assert seen(world) == {"The lift is stuck", "My pay slip"}

    def test_without_a_department_nothing_is_seen(self, world: World) -> None:
        lifecycle.change_department(world.shared, None, actor=DESK)
        DepartmentMember.objects.all().delete()
        assert seen(world) == set()

    def test_a_membership_limits_nobody_by_itself(self, world: World) -> None:
        DepartmentMember.objects.create(agent=world.ana.user, department=world.night_desk)
        assert world.ana.actor.departments is None
        assert Ticket.objects.visible_to(world.ana.actor).count() == 3

    def test_departments_are_asked_for_once_a_page(
        self, world: World, django_assert_num_queries: Callable[..., object]
    ) -> None:
        actor = Actor.for_user(User.objects.get(pk=world.dee.user.pk), reading=True)
        with django_assert_num_queries(1):
            assert actor.departments == actor.departments == {world.night_desk.pk}

    def test_a_contact_reaches_nothing_of_the_desk(self, world: World) -> None:
        assert world.carla.actor.departments == world.ana.actor.as_contact().departments == frozenset()

    def test_following_takes_sight(self, world: World) -> None:
        with pytest.raises(PermissionDenied):
            follow(world.shared, actor=world.dee.actor)


@pytest.mark.sqlite  # a walk through every page; the queries are asked on both above
def test_no_page_of_the_desk_tells_of_a_ticket_out_of_reach(world: World) -> None:
    """Every address that Ana may read, and every verb for a ticket."""
    told, passed = set(), set()
    for route in ROUTES:
        if "*" in route.name or route.name == "tickets:draft_discard":
            continue
        with transaction.atomic():
            address = reverse(route.name, kwargs=route.arguments(world))
            page = world.dee.client.get(address, {"q": "lift"} if route.name == "tickets:search" else {})
            content = page.getvalue().decode(errors="replace") if page.streaming else page.content.decode()
            told |= {(route.name, subject) for subject in SUBJECTS if subject in content}
            if route.name.startswith("tickets:ticket_") and "pk" in route.arguments(world):
                answer = world.dee.client.post(address, route.data(world))
                passed |= {route.name} if answer.status_code not in (404, 405) else set()
            transaction.set_rollback(True)
    assert (told, passed) == (set(), set())


class TestCounts:
    def test_lists_of_contacts_and_accounts_count_what_is_seen(self, world: World) -> None:
        for module in ("contact", "account"):
            address = reverse(f"customers:{module}_list") + "?columns=name&columns=open_tickets"
            for person, number in ((world.ana, 3), (world.dee, 0)):
                columns = person.client.get(address).context["columns"]
                counted = [column.values for column in columns if column.key == "open_tickets"]
                assert sum(counted[0].values()) == number, (module, person.name)

    def test_what_a_contact_can_see_is_counted_as_far_as_it_is_seen(self, world: World) -> None:
        address = reverse("tickets:contact_access", args=[world.carla.contact.pk])
        for person, number in ((world.ana, 2), (world.dee, 0)):
            reach = person.client.get(address).context["reached"]
            assert sum(each.tickets for each in reach) == number

    def test_tickets_that_use_a_method_are_counted_and_not_named(self, world: World) -> None:
        method = world.carla.contact.methods.get()
        Ticket.objects.filter(contact=world.carla.contact).update(contact_method=method)
        assert len(uses_of(method, world.ana.actor).shown) == 2
        assert (uses_of(method, world.dee.actor).number, uses_of(method, world.dee.actor).shown) == (2, [])

    def test_the_search_finds_what_is_seen_however_much_there_is_elsewhere(self, world: World) -> None:
        own = TicketFactory(subject="A stuck door", department=world.night_desk, body="It is stuck")
        for text in ("stuck", "have a look", "carla"):
            found = world.dee.client.get(reverse("tickets:search"), {"q": text}).context["hits"]
            assert {hit.ticket for hit in found} <= {own}
        assert world.dee.client.get(reverse("tickets:search"), {"q": "stuck"}).context["hits"]

    def test_the_numbers_of_views_are_those_of_the_list(self, world: World) -> None:
        TicketFactory(department=world.night_desk)
        page = world.dee.client.get(reverse("tickets:ticket_list"))
        counts = {view["url"].rpartition("=")[2]: view["count"] for view in page.context["nav_views"]}
        assert counts["open"] == "1"
        assert len(page.context["page"].rows) == 1


class TestVerbs:
    @pytest.mark.parametrize(
        "verb",
        [
            lambda ticket, world: lifecycle.change_status(ticket, "solved", actor=world.dee.actor),
            lambda ticket, world: lifecycle.assign(ticket, world.dee.user, actor=world.dee.actor),
            lambda ticket, world: lifecycle.change_priority(ticket, "high", actor=world.dee.actor),
            lambda ticket, world: lifecycle.change_department(
                ticket, world.night_desk, actor=world.dee.actor
            ),
            lambda ticket, world: lifecycle.change_subject(ticket, "Mine", actor=world.dee.actor),
            lambda ticket, world: lifecycle.set_private(ticket, True, actor=world.dee.actor),
            lambda ticket, world: reply(ticket, "Hello", actor=world.dee.actor),
            lambda ticket, world: add_note(ticket, "Hello", actor=world.dee.actor),
        ],
    )
    def test_nothing_is_done_to_a_ticket_out_of_reach(self, world: World, verb: Callable) -> None:
        with pytest.raises(PermissionDenied):
            verb(world.shared, world)
        assert Message.objects.filter(ticket=world.shared).count() == 2

    def test_a_ticket_is_opened_where_it_is_seen(self, world: World) -> None:
        fields = {"subject": "Dark", "contact": world.carla.contact}
        with pytest.raises(DepartmentOutOfReach):
            lifecycle.create_ticket(
                {**fields, "department": world.department}, actor=world.dee.actor, body="x"
            )
        for seen_by in ({"department": world.night_desk}, {"assignee": world.dee.user}):
            ticket = lifecycle.create_ticket({**fields, **seen_by}, actor=world.dee.actor, body="It is dark")
            assert Ticket.objects.visible_to(world.dee.actor).filter(pk=ticket.pk).exists()

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_who_gives_a_ticket_away_is_led_to_the_list(self, world: World, headers: dict[str, str]) -> None:
        lifecycle.change_department(world.shared, world.night_desk, actor=DESK)
        address = reverse("tickets:ticket_department", args=[world.shared.pk])
        answer = world.dee.client.post(address, {"department": world.department.pk}, headers=headers)
        target = answer.headers.get("HX-Redirect") or answer.headers["Location"]
        assert target == reverse("tickets:ticket_list")
        assert "You no longer see this ticket" in world.dee.client.get(target).content.decode()
