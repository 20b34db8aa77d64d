"""Rows for tests, made through the services wherever the product would: constraints, history and all.

>>> account = AccountFactory(name="Harbor Tower", domains=["harbor.example"])
>>> contact = ContactFactory(first_name="Carla", email="carla@harbor.example", accounts=[account])
>>> ticket = TicketFactory(contact=contact, subject="The lift is stuck")
"""

from typing import Any

import factory
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from factory.django import DjangoModelFactory

from customers.models import Account, Contact, DuplicatePair, Invitation, JoinRequest, Responsibility
from customers.services.accounts.changes import create_account
from customers.services.accounts.hierarchy import replant
from customers.services.associations import Entry
from customers.services.contacts.changes import NewContact, create_contact, create_contacts
from customers.services.methods.values import NewMethod
from helpdesk.core.actors import Actor
from helpdesk.core.models import Department, User
from tickets.models import Ticket, TicketStatus, TicketStatusName
from tickets.services.lifecycle import change_status, create_ticket
from tickets.status_kinds import StatusKind

DESK = Actor.system("tests")
PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory):
    """A person who signs in; `role` ("agent", "manager", "administrator") makes them staff."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@desk.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = PASSWORD
    role = ""

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        role, email, password = fields.pop("role"), fields.pop("email"), fields.pop("password")
        user = model_class.objects.create_user(email, password, is_staff=bool(role), **fields)
        if role:
            user.groups.set([Group.objects.get(name=role)])
        return user


class AccountFactory(DjangoModelFactory):
    """`domains` is a list of e-mail domains; the rest are fields of the account."""

    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Account {n}")
    domains: tuple[str, ...] = ()

    @classmethod
    def _create(cls, model_class: type[Account], *args: Any, **fields: Any) -> Account:
        return create_account(fields, actor=DESK, domains=fields.pop("domains"))


class ContactFactory(DjangoModelFactory):
    """`accounts` takes accounts or entries, the primary first; `email` and `phone` become default methods."""

    class Meta:
        model = Contact

    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")
    email = factory.Sequence(lambda n: f"contact{n}@people.example")
    phone = ""
    accounts: tuple[Account | Entry, ...] = ()

    @classmethod
    def _create(cls, model_class: type[Contact], *args: Any, **fields: Any) -> Contact:
        accounts = [entry(item) for item in fields.pop("accounts")]
        reached = [("email", fields.pop("email")), ("phone", fields.pop("phone"))]
        methods = [NewMethod(kind, value) for kind, value in reached if value]
        return create_contact(fields, actor=DESK, accounts=accounts, methods=methods)


def entry(item: Account | Entry) -> Entry:
    return item if isinstance(item, Entry) else Entry(account_id=item.pk)


class DuplicatePairFactory(DjangoModelFactory):
    """Two contacts who look alike by their phone, unless it says otherwise."""

    class Meta:
        model = DuplicatePair

    first = factory.SubFactory(ContactFactory)
    second = factory.SubFactory(ContactFactory)
    same_phone = True


class FailedTaskFactory(DjangoModelFactory):
    """A background task that went wrong."""

    class Meta:
        model = DBTaskResult

    status = "FAILED"
    task_path = "helpdesk.jobs.tasks.advance"
    args_kwargs = factory.LazyFunction(lambda: {"args": [0], "kwargs": {}})
    backend_name = "default"
    run_after = factory.LazyFunction(timezone.now)
    started_at = factory.LazyFunction(timezone.now)
    finished_at = factory.LazyFunction(timezone.now)
    exception_class_path = "builtins.ZeroDivisionError"
    traceback = "Traceback (most recent call last):\n  …\nZeroDivisionError: division by zero\n"


class ResponsibilityFactory(DjangoModelFactory):
    class Meta:
        model = Responsibility

    name = factory.Sequence(lambda n: f"Responsibility {n}")


class InvitationFactory(DjangoModelFactory):
    """An open invitation, made by nobody unless `invited_by` says who; no letter is sent."""

    class Meta:
        model = Invitation

    account = factory.SubFactory(AccountFactory)
    email = factory.Sequence(lambda n: f"invited{n}@people.example")
    email_key = factory.LazyAttribute(lambda invitation: invitation.email.casefold())
    sent_at = factory.LazyFunction(timezone.now)


class JoinRequestFactory(DjangoModelFactory):
    class Meta:
        model = JoinRequest

    account = factory.SubFactory(AccountFactory)
    contact = factory.SubFactory(ContactFactory)


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Department {n}")


class TicketStatusFactory(DjangoModelFactory):
    """A status beside the six; `names` are by language, each the desk's and the customers'."""

    class Meta:
        model = TicketStatus
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"status_{n}")
    kind = StatusKind.PENDING
    position = 35

    @factory.post_generation
    def names(self, create: bool, given: dict[str, tuple[str, str]] | None, **_: Any) -> None:
        for language, (name, customer_name) in (given or {"en": (self.code, "")}).items():
            TicketStatusName.objects.create(
                status=self, language=language, name=name, customer_name=customer_name
            )


class TicketFactory(DjangoModelFactory):
    """A ticket with its first message. Without `account` it takes the contact's primary one; `status` comes last."""

    class Meta:
        model = Ticket

    subject = factory.Sequence(lambda n: f"Question {n}")
    contact = factory.SubFactory(ContactFactory)
    department = factory.SubFactory(DepartmentFactory)
    body = "Please have a look."
    attachments: tuple[SimpleUploadedFile, ...] = ()
    status = ""
    actor = DESK

    @classmethod
    def _create(cls, model_class: type[Ticket], *args: Any, **fields: Any) -> Ticket:
        body, actor, status = fields.pop("body"), fields.pop("actor"), fields.pop("status")
        attachments = fields.pop("attachments")
        ticket = create_ticket(fields, actor=actor, body=body, attachments=attachments)
        if status and status != ticket.status_id:
            change_status([ticket], status, actor=DESK)
            ticket.refresh_from_db()
        return ticket


def text_file(name: str = "log.txt", content: bytes = b"one line\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


def fill_desk(rows: int, *, account: Account, first: int = 0) -> None:
    """`rows` more accounts under `account`, contacts in it and tickets of theirs: to count queries with."""
    numbers = range(first, first + rows)
    Account.objects.bulk_create([Account(name=f"Filler {n:05}", parent=account) for n in numbers])
    replant(Account.objects.filter(name__startswith="Filler ").values_list("pk", flat=True))
    own = dict(Account.objects.filter(name__startswith="Filler ").values_list("name", "pk"))
    contacts = create_contacts([_filler(n, account.pk, own[f"Filler {n:05}"]) for n in numbers], actor=DESK)
    department = DepartmentFactory()
    Ticket.objects.bulk_create(
        Ticket(
            subject=f"Filler {contact.last_name}",
            contact=contact,
            account=account,
            department=department,
            status_id=StatusKind.OPEN,
            status_kind=StatusKind.OPEN,
        )
        for contact in contacts
    )


def _filler(number: int, primary: int, own: int) -> NewContact:
    return NewContact(
        fields={"first_name": "Filler", "last_name": f"{number:05}"},
        methods=[
            NewMethod("email", f"filler{number}@filler.example"),
            NewMethod("phone", f"+82 2 555 {number:04}"),
        ],
        accounts=[Entry(primary), Entry(own, job_title="Owner")],
    )
