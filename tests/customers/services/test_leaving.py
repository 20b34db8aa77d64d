"""A leaver: the sign-in closes at once, the rest passes to a colleague or ends."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from customers.errors.records import HasLeft, NotAColleague
from customers.models import Contact, ContactRelationship, Responsibility
from customers.services.contacts.leaving import bring_back, leaving_consequences, see_off
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, ContactFactory
from tests.personas import World
from tests.sign_ins import signs_in
from tickets.models import Follower, Ticket
from tickets.services.following import follow
from tickets.services.lifecycle import change_status


def test_every_session_ends_and_stays_ended(world: World) -> None:
    client = world.carla.client
    page = reverse("portal:home")
    assert client.get(page).status_code == 200
    see_off(world.carla.contact, actor=world.max.actor)
    assert client.get(page).status_code == 302
    assert signs_in("carla@people.example") is None
    bring_back(world.carla.contact, actor=world.max.actor)
    assert client.get(page).status_code == 302, "the old session does not come back to life"
    assert signs_in("carla@people.example") == world.carla.user


def test_a_colleague_gets_what_is_open_and_not_private(world: World) -> None:
    settled = Ticket.objects.create(
        subject="Done", contact=world.carla.contact, account=world.harbor, department=world.department
    )
    change_status(settled, "solved", actor=DESK)
    see_off(world.carla.contact, actor=world.max.actor, colleague=world.kim.contact)
    owners = dict(Ticket.objects.values_list("subject", "contact"))
    assert owners["The lift is stuck"] == world.kim.contact.pk
    assert owners["My pay slip"] == owners["Done"] == world.carla.contact.pk
    entry = AuditEntry.objects.get(code="contact.left")
    assert entry.data["handed"] == {"relationships": 0, "open_tickets": 1, "followings": 0}
    assert (entry.related_id, entry.data["to"]) == (world.kim.contact.pk, "Kim Seo-yeon")


def test_nobody_gets_it(world: World) -> None:
    follow(world.shared, actor=world.carla.actor)
    see_off(world.carla.contact, actor=world.max.actor)
    world.shared.refresh_from_db()
    assert world.shared.contact == world.carla.contact
    assert not Follower.objects.filter(contact=world.carla.contact).exists()


def test_followings_pass_once(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    follow(world.shared, actor=world.ada.actor)
    see_off(world.kim.contact, actor=world.max.actor, colleague=world.ada.contact)
    assert [f.contact for f in Follower.objects.filter(ticket=world.shared)] == [world.ada.contact]


def test_responsibilities_pass_to_whoever_may_have_them(world: World) -> None:
    colleague = ContactFactory(accounts=[world.lighthouse])
    see_off(world.bo.contact, actor=world.max.actor, colleague=colleague)
    row = ContactRelationship.objects.get()
    assert (row.contact, row.account) == (colleague, world.harbor)


def test_responsibilities_end_without_a_colleague(world: World) -> None:
    see_off(world.bo.contact, actor=world.max.actor)
    assert not ContactRelationship.objects.exists()
    assert Responsibility.objects.exists()


def test_it_says_first_what_it_will_do(world: World) -> None:
    follow(world.shared, actor=world.carla.actor)
    leaving = leaving_consequences(world.carla.contact)
    assert leaving.sign_in
    assert [part.words for part in leaving.passing] == ["1 open ticket", "1 followed ticket"]


@pytest.mark.parametrize("who", ["zoe", "bo", "carla"])
def test_only_a_colleague_takes_over(world: World, who: str) -> None:
    with pytest.raises(NotAColleague):
        see_off(world.carla.contact, actor=world.max.actor, colleague=world.persona(who).contact)
    world.carla.contact.refresh_from_db()
    assert world.carla.contact.is_active


def test_not_twice(world: World) -> None:
    see_off(world.carla.contact, actor=world.max.actor)
    with pytest.raises(HasLeft):
        see_off(world.carla.contact, actor=world.max.actor)


def test_an_agent_who_is_a_contact_too_keeps_the_workspace(world: World) -> None:
    world.kim.user.is_staff, world.kim.user.email = True, "kim@desk.example"
    world.kim.user.save()
    see_off(world.kim.contact, actor=world.max.actor)
    world.kim.user.refresh_from_db()
    assert world.kim.user.is_active


@pytest.mark.parametrize("who", ["ana", "ada", "carla"])
def test_only_managers_see_somebody_off(world: World, who: str) -> None:
    with pytest.raises(PermissionDenied):
        see_off(world.carla.contact, actor=world.persona(who).actor)
    with pytest.raises(PermissionDenied):
        bring_back(world.carla.contact, actor=world.persona(who).actor)


def test_coming_back_brings_nothing_else_back(world: World) -> None:
    see_off(world.carla.contact, actor=world.max.actor, colleague=world.kim.contact)
    left = Contact.objects.get(pk=world.carla.contact.pk)
    assert left.left_at and left.left_to == world.kim.contact
    contact = bring_back(world.carla.contact, actor=world.max.actor)
    world.shared.refresh_from_db()
    assert contact.is_active
    assert world.shared.contact == world.kim.contact
    assert AuditEntry.objects.filter(code="contact.returned", subject_id=contact.pk).exists()
