"""Creating tickets and changing how they stand."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from customers.services.associations import Entry
from helpdesk.core.actors import Actor
from helpdesk.events.models import AuditEntry
from helpdesk.events.wording import sentence
from tests.factories import DESK, AccountFactory, ContactFactory, DepartmentFactory, TicketFactory
from tests.personas import World
from tickets import errors
from tickets.models import Message, Ticket
from tickets.services import lifecycle


def entries(ticket: Ticket, code: str) -> list[dict]:
    rows = AuditEntry.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk, code=code)
    return [row.data for row in rows.order_by("id")]


def created(actor, **fields) -> Ticket:
    return lifecycle.create_ticket(
        {"subject": "Help", **fields}, actor=actor, body=fields.pop("body", "Please")
    )


class TestCreating:
    def test_the_account_is_the_primary_one(self, world: World) -> None:
        second = AccountFactory()
        contact = ContactFactory(accounts=[world.harbor, second])
        ticket = created(world.ana.actor, contact=contact)
        assert ticket.account == world.harbor
        message = ticket.messages.get()
        assert entries(ticket, "ticket.created") == [{"subject_line": "Help", "message": message.pk}]

    def test_another_of_the_contacts_accounts_can_be_chosen(self, world: World) -> None:
        second = AccountFactory()
        contact = ContactFactory(accounts=[world.harbor, second])
        assert created(world.ana.actor, contact=contact, account=second).account == second

    def test_an_account_acted_for_can_be_chosen(self, world: World) -> None:
        ticket = created(world.bo.actor, account=world.harbor)
        assert (ticket.contact, ticket.account) == (world.bo.contact, world.harbor)

    def test_an_account_of_somebody_else_is_refused(self, world: World) -> None:
        with pytest.raises(errors.AccountNotOfContact):
            created(world.ana.actor, contact=world.carla.contact, account=world.far_away)

    def test_none_can_be_chosen(self, world: World) -> None:
        assert created(world.ana.actor, contact=world.carla.contact, account=None).account is None

    @pytest.mark.parametrize("channel", ["phone", "email"])
    def test_what_somebody_said_stands_as_theirs_entered_by_the_agent(
        self, world: World, channel: str
    ) -> None:
        ticket = created(world.ana.actor, contact=world.carla.contact, channel=channel)
        message = ticket.messages.get()
        assert (message.author, message.entered_by) == (world.carla.contact, world.ana.user)
        assert (message.author_name, message.channel) == (world.carla.contact.name, channel)
        assert entries(ticket, "ticket.created") == [
            {"subject_line": "Help", "entered_for": world.carla.contact.name, "message": message.pk}
        ]
        entry = AuditEntry.objects.get(subject_id=ticket.pk, code="ticket.created")
        assert (entry.actor_user, entry.related_id) == (world.ana.user, world.carla.contact.pk)
        assert str(sentence(entry)) == f"created this ticket for {world.carla.contact.name}: Help"

    def test_what_the_desk_writes_is_the_agents_own(self, world: World) -> None:
        message = created(world.ana.actor, contact=world.carla.contact, channel="web").messages.get()
        assert (message.author, message.entered_by) == (world.ana.user, None)

    def test_nobody_entered_what_a_customer_or_a_machine_brings(self, world: World) -> None:
        machine = Actor.channel("mail")
        brought = created(machine, contact=world.carla.contact, channel="email").messages.get()
        own = created(world.carla.actor, channel="phone").messages.get()
        assert [brought.entered_by, own.entered_by] == [None, None]
        assert [brought.author, own.author] == [world.carla.contact, world.carla.contact]

    def test_the_database_knows_no_entered_message_of_an_agent(self, world: World) -> None:
        message = created(world.ana.actor, contact=world.carla.contact, channel="phone").messages.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(author_contact=None, author_user=world.max.user)

    def test_a_contact_without_accounts_gets_none(self, world: World) -> None:
        assert created(world.ana.actor, contact=ContactFactory()).account is None

    def test_a_customer_cannot_write_as_somebody_else(self, world: World) -> None:
        with pytest.raises(PermissionDenied):
            created(world.zoe.actor, contact=world.carla.contact)

    def test_a_customer_neither_assigns_nor_chooses_a_status(self, world: World) -> None:
        ticket = created(world.carla.actor, assignee=world.ana.user, status="solved")
        assert (ticket.assignee, ticket.status_id, ticket.channel) == (None, "new", "portal")

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"subject": "  "}, errors.SubjectMissing),
            ({"subject": "x" * 300}, errors.SubjectTooLong),
            ({"contact": None}, errors.ContactMissing),
            ({"priority": "huge"}, errors.UnknownChoice),
            ({"channel": "fax"}, errors.UnknownChoice),
            ({"body": " \n"}, errors.MessageEmpty),
            ({"body": "x" * 50_001}, errors.MessageTooLong),
        ],
    )
    def test_bad_input_gets_a_sentence_and_leaves_nothing(
        self, world: World, fields: dict, error: type
    ) -> None:
        before = Ticket.objects.count()
        values = {"subject": "Help", "contact": world.carla.contact, "body": "Please"} | fields
        with pytest.raises(error):
            lifecycle.create_ticket(values, actor=world.ana.actor, body=values.pop("body"))
        assert Ticket.objects.count() == before

    def test_a_deactivated_contact_is_refused(self, world: World) -> None:
        with pytest.raises(errors.ContactInactive):
            created(world.ana.actor, contact=ContactFactory(is_active=False))

    def test_only_the_desk_can_be_assigned(self, world: World) -> None:
        with pytest.raises(errors.NotAnAgent):
            created(world.ana.actor, contact=world.carla.contact, assignee=world.carla.user)

    def test_the_first_message_is_the_authors(self, world: World) -> None:
        by_customer = Message.objects.get(ticket=created(world.carla.actor))
        by_agent = Message.objects.get(ticket=created(world.ana.actor, contact=world.carla.contact))
        assert by_customer.author == world.carla.contact
        assert by_agent.author == world.ana.user


class TestStatus:
    def test_many_at_once_and_only_those_that_differ(self, world: World) -> None:
        tickets = [TicketFactory(contact=world.carla.contact) for _ in range(3)]
        lifecycle.change_status(tickets[:1], "pending", actor=world.ana.actor)
        changed = lifecycle.change_status(tickets, "pending", actor=world.ana.actor)
        assert {t.pk for t in changed} == {t.pk for t in tickets[1:]}
        assert [t.status_id for t in tickets] == ["pending"] * 3
        assert entries(tickets[0], "ticket.status_changed") == [
            {"status": ["new", "pending"], "status_kind": ["new", "pending"]}
        ]

    def test_the_time_of_solving_is_kept_in_step(self, world: World) -> None:
        ticket = world.shared
        lifecycle.change_status(ticket, "solved", actor=world.ana.actor)
        solved_at = ticket.solved_at
        lifecycle.change_status(ticket, "closed", actor=world.ana.actor)
        assert solved_at is not None
        assert Ticket.objects.get(pk=ticket.pk).solved_at == solved_at

    def test_what_is_taken_up_again_has_no_time_of_solving(self, world: World) -> None:
        lifecycle.change_status(world.shared, "solved", actor=world.ana.actor)
        lifecycle.change_status(world.shared, "open", actor=world.ana.actor)
        assert Ticket.objects.get(pk=world.shared.pk).solved_at is None

    def test_closed_is_final_for_the_desk_too(self, world: World) -> None:
        lifecycle.change_status(world.shared, "closed", actor=world.ana.actor)
        with pytest.raises(errors.TicketFinal):
            lifecycle.change_status([world.shared, world.private], "open", actor=world.root.actor)
        assert Ticket.objects.get(pk=world.private.pk).status_id == "new"

    def test_a_customer_settles_and_takes_up_again(self, world: World) -> None:
        lifecycle.close_ticket(world.shared, actor=world.carla.actor)
        assert world.shared.status_id == "solved"
        lifecycle.reopen_ticket(world.shared, actor=world.kim.actor)
        assert world.shared.status_id == "open"

    @pytest.mark.parametrize("status", ["pending", "closed", "new", "on_hold"])
    def test_a_customer_sets_nothing_else(self, world: World, status: str) -> None:
        with pytest.raises(PermissionDenied):
            lifecycle.change_status(world.shared, status, actor=world.carla.actor)

    def test_what_is_closed_stays_closed_for_customers(self, world: World) -> None:
        lifecycle.change_status(world.shared, "closed", actor=world.ana.actor)
        with pytest.raises(PermissionDenied):
            lifecycle.reopen_ticket(world.shared, actor=world.carla.actor)

    def test_who_may_only_see_cannot_settle(self, world: World) -> None:
        type(world.harbor).objects.filter(pk=world.harbor.pk).update(sharing="see")
        with pytest.raises(PermissionDenied):
            lifecycle.close_ticket(world.shared, actor=world.kim.actor)

    def test_a_stranger_is_refused(self, world: World) -> None:
        with pytest.raises(PermissionDenied):
            lifecycle.close_ticket(world.shared, actor=world.zoe.actor)

    def test_an_unknown_status_is_refused(self, world: World) -> None:
        with pytest.raises(errors.UnknownChoice):
            lifecycle.change_status(world.shared, "lost", actor=world.ana.actor)


class TestProperties:
    def test_assigning_opens_what_is_new(self, world: World) -> None:
        lifecycle.assign(world.shared, world.max.user, actor=world.ana.actor)
        fresh = Ticket.objects.get(pk=world.shared.pk)
        assert (fresh.assignee, fresh.status_id) == (world.max.user, "open")
        assert entries(fresh, "ticket.assigned") == [{"assignee": ["", "Max"]}]

    def test_assigning_to_nobody(self, world: World) -> None:
        lifecycle.assign(world.shared, world.max.user, actor=world.ana.actor)
        lifecycle.assign(world.shared, None, actor=world.ana.actor)
        assert Ticket.objects.get(pk=world.shared.pk).assignee is None
        assert entries(world.shared, "ticket.assigned")[-1] == {"assignee": ["Max", ""]}

    def test_priority_and_department_are_recorded(self, world: World) -> None:
        department = DepartmentFactory(name="Billing")
        lifecycle.change_priority([world.shared], "urgent", actor=world.ana.actor)
        lifecycle.change_department([world.shared], department, actor=world.ana.actor)
        assert (world.shared.priority, world.shared.department) == ("urgent", department)
        assert entries(world.shared, "ticket.priority_changed") == [{"priority": ["normal", "urgent"]}]
        assert entries(world.shared, "ticket.department_changed") == [
            {"department": ["Front desk", "Billing"]}
        ]

    def test_customers_change_none_of_it(self, world: World) -> None:
        actor = world.carla.actor
        for attempt in (
            lambda: lifecycle.assign(world.shared, world.ana.user, actor=actor),
            lambda: lifecycle.change_priority(world.shared, "low", actor=actor),
            lambda: lifecycle.change_department(world.shared, None, actor=actor),
            lambda: lifecycle.change_account(world.shared, None, actor=actor),
            lambda: lifecycle.change_contact(world.shared, world.kim.contact, actor=actor),
        ):
            with pytest.raises(PermissionDenied):
                attempt()

    def test_the_requester_makes_it_private_and_a_colleague_does_not(self, world: World) -> None:
        lifecycle.set_private(world.shared, True, actor=world.carla.actor)
        assert Ticket.objects.get(pk=world.shared.pk).is_private
        with pytest.raises(PermissionDenied):
            lifecycle.set_private(world.shared, False, actor=world.kim.actor)


class TestRequester:
    def test_the_account_stays_when_the_new_requester_has_it_too(self, world: World) -> None:
        kim = ContactFactory(accounts=[world.far_away, world.harbor])
        lifecycle.change_contact(world.shared, kim, actor=world.ana.actor)
        assert (world.shared.contact_id, world.shared.account_id) == (kim.pk, world.harbor.pk)

    def test_else_their_primary_account_is_taken(self, world: World) -> None:
        lifecycle.change_contact(world.shared, world.zoe.contact, actor=world.ana.actor)
        assert world.shared.account_id == world.far_away.pk
        assert entries(world.shared, "ticket.contact_changed") == [
            {"contact": ["Carla Moreno", "Zoe Farrell"]}
        ]
        assert entries(world.shared, "ticket.account_changed") == [
            {"account": ["Harbor Tower", "Far Away Ltd"]}
        ]

    def test_the_account_must_be_one_of_the_contacts(self, world: World) -> None:
        with pytest.raises(errors.AccountNotOfContact):
            lifecycle.change_account(world.shared, world.far_away, actor=world.ana.actor)

    def test_leaving_an_account_leaves_its_tickets(self, world: World) -> None:
        contact = ContactFactory(accounts=[Entry(world.harbor.pk)])
        ticket = TicketFactory(contact=contact)
        contact.associations.all().delete()
        lifecycle.change_priority(ticket, "high", actor=DESK)
        assert Ticket.objects.get(pk=ticket.pk).account == world.harbor
