"""Tickets in the Django admin: through the services, into the history."""

from django.urls import reverse

from helpdesk.events.models import AuditEntry
from tests.personas import World
from tickets.models import Department, Ticket


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
        "status": ticket.status,
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
    assert (fresh.status, fresh.priority, fresh.subject) == ("solved", "high", "The lift is stuck again")
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
    world.root.client.post(reverse("admin:tickets_department_add"), {"name": "Billing", "is_active": "on"})
    department = Department.objects.get(name="Billing")
    assert AuditEntry.objects.filter(code="definition.changed", subject_id=department.pk).exists()


def test_agents_do_not_come_in(world: World) -> None:
    assert world.ana.client.get(reverse("admin:tickets_ticket_changelist")).status_code in (302, 403)
