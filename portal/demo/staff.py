"""The desk's own people, and the definitions that an administrator would make first."""

from __future__ import annotations

from django.contrib.auth.models import Group

from customers.models import AccountRelationshipType, Responsibility
from helpdesk.core.actors import Actor
from helpdesk.core.models import Department, DepartmentMember, User
from helpdesk.events.recording import record
from portal.demo.fixtures import read
from tickets.models import TicketStatus, TicketStatusName
from tickets.statuses import forget_statuses

PASSWORD = "demo"  # noqa: S105  printed on the screen; the command refuses to run on a real desk


def load_staff(*, actor: Actor) -> dict[str, User]:
    """The agents, by e-mail address."""
    groups = {group.name: group for group in Group.objects.all()}
    users = {}
    for row in read("agents.yaml"):
        role, _departments = row.pop("role"), row.pop("departments")
        user = User.objects.create_user(password=PASSWORD, is_staff=True, **row)
        user.groups.add(groups[role])
        record("user.created", subject=user, actor=actor, email=user.email)
        users[row["email"]] = user
    return users


def load_members(staff: dict[str, User], departments: dict[str, Department]) -> None:
    """Who is in which department."""
    DepartmentMember.objects.bulk_create(
        DepartmentMember(agent=staff[row["email"]], department=departments[name])
        for row in read("agents.yaml")
        for name in row["departments"]
    )


def load_definitions() -> dict[str, Department]:
    """Responsibilities, kinds of links and statuses; the departments come back, by name."""
    definitions = read("relationships.yaml")
    Responsibility.objects.bulk_create(Responsibility(**row) for row in definitions["responsibilities"])
    AccountRelationshipType.objects.bulk_create(
        AccountRelationshipType(**row) for row in definitions["types"]
    )
    load_statuses()
    departments = Department.objects.bulk_create(Department(**row) for row in read("departments.yaml"))
    return {department.name: department for department in departments}


def load_statuses() -> None:
    """The statuses of this desk beside the six, with their names."""
    for row in read("statuses.yaml"):
        names = row.pop("names")
        status = TicketStatus.objects.create(**row)
        TicketStatusName.objects.bulk_create(
            TicketStatusName(status=status, language=language, name=name, customer_name=customer_name)
            for language, (name, customer_name) in names.items()
        )
    forget_statuses()
