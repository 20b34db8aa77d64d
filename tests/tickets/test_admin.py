"""Tickets in the Django admin: through the services, into the history."""

from django.urls import reverse

from helpdesk.core.models import Department
from helpdesk.events.models import AuditEntry
from tests.factories import TicketStatusFactory
from tests.personas import World
from tickets.models import Ticket, TicketStatus
from tickets.services.lifecycle import change_status
from tickets.statuses import status_of


def codes(ticket: Ticket) -> list[str]:
    return list(
        AuditEntry.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk).values_list(
            "code", flat=True
        )
    )


def values(ticket: Ticket, **changes) -> dict:
    return {
        "subject": ticket.subject,
        "contact": ticket.contact_id,
        "account": ticket.account_id or "",
        "department": ticket.department_id or "",
        "status": ticket.status_id,
        "priority": ticket.priority,
        "assignee": ticket.assignee_id or "",
    } | changes


def test_the_list_opens_and_finds_by_number(world: World) -> None:
    address = reverse("admin:tickets_ticket_changelist")
    assert (
        world.shared.subject in world.root.client.get(address, {"q": str(world.shared.pk)}).content.decode()
    )


def test_changes_go_through_the_services(world: World) -> None:
    address = reverse("admin:tickets_ticket_change", args=[world.shared.pk])
    changed = values(world.shared, status="solved", priority="high", subject="The lift is stuck again")
    assert world.root.client.post(address, changed).status_code == 302
    fresh = Ticket.objects.get(pk=world.shared.pk)
    assert (fresh.status_id, fresh.priority, fresh.subject) == ("solved", "high", "The lift is stuck again")
    assert {"ticket.status_changed", "ticket.priority_changed", "ticket.subject_changed"} <= set(codes(fresh))


def test_an_account_of_somebody_else_is_refused_with_a_sentence(world: World) -> None:
    address = reverse("admin:tickets_ticket_change", args=[world.shared.pk])
    response = world.root.client.post(address, values(world.shared, account=world.far_away.pk))
    assert "Choose one of the accounts of this contact." in response.content.decode()
    assert Ticket.objects.get(pk=world.shared.pk).account == world.harbor


def test_a_new_ticket_takes_the_primary_account(world: World) -> None:
    new = {
        "subject": "By the admin",
        "body": "Hello",
        "contact": world.carla.contact.pk,
        "priority": "normal",
        "channel": "web",
    }
    response = world.root.client.post(reverse("admin:tickets_ticket_add"), new)
    assert response.status_code == 302
    ticket = Ticket.objects.get(subject="By the admin")
    assert ticket.account == world.harbor
    assert "ticket.created" in codes(ticket)


def test_actions_change_many(world: World) -> None:
    address = reverse("admin:tickets_ticket_changelist")
    chosen = [world.shared.pk, world.private.pk]
    world.root.client.post(address, {"action": "solve", "_selected_action": chosen})
    assert Ticket.objects.filter(pk__in=chosen, status="solved").count() == 2


def test_departments_are_defined_and_recorded(world: World) -> None:
    world.root.client.post(
        reverse("admin:core_department_add"),
        {"name": "Billing", "is_active": "on", "members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0},
    )
    department = Department.objects.get(name="Billing")
    assert AuditEntry.objects.filter(code="definition.changed", subject_id=department.pk).exists()


def names(*rows: dict[str, str], initial: int = 0) -> dict[str, object]:
    """The rows of a status's names, as the admin's form sends them."""
    sent: dict[str, object] = {"names-TOTAL_FORMS": len(rows), "names-INITIAL_FORMS": initial}
    return sent | {f"names-{n}-{key}": value for n, row in enumerate(rows) for key, value in row.items()}


def test_a_status_is_added_with_its_names(world: World) -> None:
    new = {"code": "parts", "kind": "on_hold", "position": 45, "in_use": "on"}
    address = reverse("admin:tickets_ticketstatus_add")
    refused = world.root.client.post(address, {**new, **names()})
    assert refused.status_code == 200
    named = names({"language": "en", "name": "Waiting for parts", "customer_name": "Parts are coming"})
    assert world.root.client.post(address, {**new, **named}).status_code == 302
    assert status_of("parts").label == "Waiting for parts"
    status = TicketStatus.objects.get(code="parts")
    assert AuditEntry.objects.filter(code="definition.changed", subject_id=status.pk).exists()


def test_a_default_status_is_renamed_and_called_as_before_again(world: World) -> None:
    status = TicketStatus.objects.get(code="on_hold")
    address = reverse("admin:tickets_ticketstatus_change", args=[status.pk])
    named = names({"language": "en", "name": "Parked", "customer_name": ""})
    world.root.client.post(address, {"position": 40, "in_use": "on", **named})
    assert status_of("on_hold").label == "Parked"
    row = {"id": str(status.names.get().pk), "status": str(status.pk), "language": "en", "name": "Parked"}
    world.root.client.post(
        address, {"position": 40, "in_use": "on", **names({**row, "DELETE": "on"}, initial=1)}
    )
    assert status_of("on_hold").label == "On hold"


def test_a_default_status_stays_in_use_and_is_not_deleted(world: World) -> None:
    status = TicketStatus.objects.get(code="on_hold")
    address = reverse("admin:tickets_ticketstatus_change", args=[status.pk])
    assert 'name="in_use"' not in world.root.client.get(address).content.decode()
    world.root.client.post(address, {"position": 40, **names()})
    assert TicketStatus.objects.get(code="on_hold").in_use
    deletion = reverse("admin:tickets_ticketstatus_delete", args=[status.pk])
    assert world.root.client.post(deletion, {"post": "yes"}).status_code == 403


def test_a_status_that_nothing_uses_is_deleted(world: World) -> None:
    unused, used = TicketStatusFactory(), TicketStatusFactory()
    change_status(world.shared, used.code, actor=world.ana.actor)
    for status in (unused, used):
        address = reverse("admin:tickets_ticketstatus_delete", args=[status.pk])
        world.root.client.post(address, {"post": "yes"})
    assert list(TicketStatus.objects.filter(pk__in=[unused.pk, used.pk])) == [used]


def test_agents_do_not_come_in(world: World) -> None:
    assert world.ana.client.get(reverse("admin:tickets_ticket_changelist")).status_code in (302, 403)
