"""Deleting contacts: never with tickets in silence; to somebody else, or with them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage

from customers.errors.records import NotAnHeir, StillNeeded
from customers.models import Contact
from customers.services.associations import associate
from customers.services.contacts.deletion import delete_contact, delete_contacts, depending_on
from helpdesk.core.models import User
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, ContactFactory
from tests.personas import World
from tickets.errors import ContactInactive
from tickets.models import Ticket


def test_tickets_keep_a_contact(world: World) -> None:
    with pytest.raises(StillNeeded, match="2 tickets"):
        delete_contact(world.carla.contact, actor=world.max.actor)
    assert Contact.objects.filter(pk=world.carla.contact.pk).exists()


def test_one_who_has_tickets_keeps_all_of_those_chosen(world: World) -> None:
    with pytest.raises(StillNeeded, match=r"Carla Moreno .* So does 1 more"):
        delete_contacts([world.carla.contact, world.zoe.contact, world.kim.contact], actor=world.max.actor)
    assert Contact.objects.count() == 5


def test_somebody_else_gets_the_tickets(world: World) -> None:
    associate(world.kim.contact, world.far_away, actor=DESK)
    delete_contacts(
        [world.carla.contact, world.zoe.contact], actor=world.max.actor, reassign_to=world.kim.contact
    )
    assert set(Ticket.objects.values_list("contact", flat=True)) == {world.kim.contact.pk}
    world.strangers.refresh_from_db()
    assert world.strangers.account == world.far_away, "an account that is the heir's too is kept"
    entry = AuditEntry.objects.get(code="ticket.contact_changed", subject_id=world.shared.pk)
    assert entry.data == {"contact": ["Carla Moreno", "Kim Seo-yeon"]}
    assert AuditEntry.objects.filter(code="contact.deleted").count() == 2


def test_an_account_that_is_not_the_heirs_is_left(world: World) -> None:
    delete_contact(world.zoe.contact, actor=world.max.actor, reassign_to=world.kim.contact)
    world.strangers.refresh_from_db()
    assert world.strangers.account == world.harbor
    assert AuditEntry.objects.filter(code="ticket.account_changed", subject_id=world.strangers.pk).exists()


def test_nobody_inherits_from_themself_nor_somebody_deactivated(world: World) -> None:
    with pytest.raises(NotAnHeir):
        delete_contact(world.carla.contact, actor=world.max.actor, reassign_to=world.carla.contact)
    gone = ContactFactory(is_active=False)
    with pytest.raises(ContactInactive):
        delete_contact(world.carla.contact, actor=world.max.actor, reassign_to=gone)
    assert Contact.objects.filter(pk=world.carla.contact.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_tickets_can_go_along_with_their_files(world: World) -> None:
    name = world.attachment.file.name
    delete_contact(world.carla.contact, actor=world.max.actor, delete_dependents=True)
    assert list(Ticket.objects.all()) == [world.strangers]
    assert not default_storage.exists(name)
    assert set(AuditEntry.objects.filter(code="ticket.deleted").values_list("subject_id", flat=True)) == {
        world.shared.pk,
        world.private.pk,
    }


def test_the_sign_in_goes_and_that_of_somebody_of_the_desk_stays(world: World) -> None:
    Contact.objects.filter(pk=world.zoe.contact.pk).update(user=world.ana.user)
    delete_contacts([world.kim.contact, world.zoe.contact], actor=world.max.actor, delete_dependents=True)
    assert not User.objects.filter(pk=world.kim.user.pk).exists()
    assert User.objects.filter(pk=world.ana.user.pk, is_active=True).exists()


def test_agents_do_not_delete(world: World) -> None:
    with pytest.raises(PermissionDenied):
        delete_contact(world.kim.contact, actor=world.ana.actor)


def test_many_cost_as_many_queries_as_few(world: World, django_assert_max_num_queries: object) -> None:
    many = [ContactFactory() for _ in range(20)]
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        assert delete_contacts(many, actor=world.max.actor, reassign_to=world.kim.contact) == 20


def test_what_depends_is_told_in_words(world: World) -> None:
    assert depending_on([world.carla.contact.pk, world.zoe.contact.pk]) == [("3 tickets", 3)]
    assert depending_on([world.kim.contact.pk]) == []
