"""Addresses that take part in a ticket by mail: added, taken out, merged, erased; never a way to see it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from customers.erasing.contacts import erase_contact
from customers.merging.contacts import merge_contacts
from customers.merging.undo import undo_merge
from customers.services.contacts.deletion import delete_contacts
from helpdesk.core.text.addresses import AddressRefused
from helpdesk.events.models import AuditEntry
from helpdesk.events.wording import sentence
from tests.factories import DESK, ContactFactory
from tests.personas import World
from tickets.errors import ParticipantIsRequester
from tickets.models import Participant, Ticket
from tickets.services.participants import add_participant, add_participants, remove_participant

OUTSIDE = "Plumber@Pipes.example"
ZOE = "zoe@people.example"


def addresses(ticket: Ticket) -> list[str]:
    return list(ticket.participants.values_list("address", flat=True))


def sentences(ticket: Ticket) -> list[str]:
    entries = AuditEntry.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk)
    return [sentence(entry) for entry in entries.filter(code__startswith="ticket.participant").order_by("id")]


class TestAdding:
    def test_an_address_takes_part_once_since_when_and_by_whom(self, world: World) -> None:
        row = add_participant(world.shared, OUTSIDE, actor=world.ana.actor)
        again = add_participant(world.shared, OUTSIDE.upper(), actor=world.max.actor)
        assert (again, row.contact, row.added_by) == (row, None, world.ana.user)
        assert addresses(world.shared) == [row.address]
        assert sentences(world.shared) == [f"added {row.address} as a participant"]

    def test_whose_address_it_is_is_noted_and_gives_no_sight(self, world: World) -> None:
        row = add_participant(world.shared, ZOE, actor=world.ana.actor)
        assert row.contact == world.zoe.contact
        assert not Ticket.objects.visible_to(world.zoe.actor).filter(pk=world.shared.pk).exists()
        assert world.zoe.client.get(f"/tickets/{world.shared.pk}/").status_code == 404

    def test_many_come_in_at_once_each_once(self, world: World) -> None:
        rows = add_participants(world.shared, [OUTSIDE, ZOE, OUTSIDE.lower()], actor=world.ana.actor)
        assert len(rows) == len(addresses(world.shared)) == 2
        assert len(sentences(world.shared)) == 2

    def test_the_requester_and_what_is_no_address_are_refused_and_nothing_changes(self, world: World) -> None:
        with pytest.raises(ParticipantIsRequester):
            add_participants(world.shared, [OUTSIDE, "carla@people.example"], actor=world.ana.actor)
        with pytest.raises(AddressRefused):
            add_participants(world.shared, [OUTSIDE, "nobody"], actor=world.ana.actor)
        assert addresses(world.shared) == []

    @pytest.mark.parametrize("name", ["carla", "zoe", "dee"])
    def test_it_is_for_the_desk_within_its_reach(self, world: World, name: str) -> None:
        with pytest.raises(PermissionDenied):
            add_participant(world.shared, OUTSIDE, actor=world.persona(name).actor)

    def test_the_database_has_an_address_once_a_ticket(self, world: World) -> None:
        add_participant(world.shared, OUTSIDE, actor=DESK)
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.create(ticket=world.shared, address=OUTSIDE.lower())


def test_who_is_taken_out_is_out_at_once(world: World) -> None:
    row = add_participant(world.shared, OUTSIDE, actor=world.ana.actor)
    assert remove_participant(world.shared, OUTSIDE.lower(), actor=world.ana.actor)
    assert not remove_participant(world.shared, OUTSIDE, actor=world.ana.actor)
    assert addresses(world.shared) == []
    assert sentences(world.shared)[-1] == f"took {row.address} out of the participants"


class TestPeopleWhoGo:
    def test_a_merge_brings_them_along_and_its_undo_back(self, world: World) -> None:
        row = add_participant(world.shared, ZOE, actor=DESK)
        survivor = ContactFactory(first_name="Zoe", email="zoe@home.example")
        merge = merge_contacts(survivor, [world.zoe.contact], actor=world.max.actor, agreed="any")
        assert Participant.objects.get(pk=row.pk).contact_id == survivor.pk
        undo_merge(merge, actor=world.max.actor)
        assert Participant.objects.get(pk=row.pk).contact_id == world.zoe.contact.pk

    def test_an_erasure_takes_every_address_of_the_person_and_the_history_forgets_it(
        self, world: World
    ) -> None:
        add_participant(world.shared, ZOE, actor=DESK)
        add_participant(world.shared, OUTSIDE, actor=DESK)
        unknown = Participant.objects.create(ticket=world.private, address=ZOE)
        erase_contact(world.zoe.contact, actor=world.root.actor)
        assert not Participant.objects.filter(pk=unknown.pk).exists()
        assert addresses(world.shared) == ["Plumber@pipes.example"]
        told = AuditEntry.objects.filter(code="ticket.participant_added").values_list("data", flat=True)
        assert not any(ZOE in str(data) for data in told)

    def test_the_address_stays_when_the_contact_is_deleted(self, world: World) -> None:
        contact = ContactFactory(email="gone@people.example")
        row = add_participant(world.shared, "gone@people.example", actor=DESK)
        delete_contacts([contact], actor=world.max.actor)
        assert Participant.objects.get(pk=row.pk).contact is None
