"""The named people of the tests, and the small world they live in.

Carla, Kim and Ada belong to Harbor Tower; Ada is its customer administrator. Bo belongs to Lighthouse Agency and acts
for Harbor Tower through a responsibility. Zoe, of Far Away Ltd, is a stranger to them all. Ana (agent), Max (manager)
and Root (administrator) work at the desk. So does Dee, an agent who is limited to the department Night desk: no ticket
is there.
"""

from dataclasses import dataclass, field
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponseBase
from django.test import Client

from customers.administration.access import link_user
from customers.models import Account, AccountRelationshipType, Contact, Responsibility
from customers.services.associations import Entry
from customers.services.relationships.links import create_contact_relationship, link_accounts
from helpdesk.core.actors import Actor
from helpdesk.core.models import Department, DepartmentMember, User
from tests.factories import (
    DESK,
    PASSWORD,
    AccountFactory,
    ContactFactory,
    DepartmentFactory,
    ResponsibilityFactory,
    TicketFactory,
    UserFactory,
    text_file,
)
from tickets.models import Attachment, Ticket
from tickets.services.conversation import add_note

BACKEND = "helpdesk.sign_in.auth.AddressBackend"
PERSONAS = ("anonymous", "ana", "max", "root", "carla", "kim", "ada", "bo", "zoe")


class Visitor(Client):
    """Django's client, whose file answers can be closed without taking the test's database connection along."""

    def request(self, **request: Any) -> HttpResponseBase:
        response = super().request(**request)
        close = response.close

        def close_quietly() -> None:
            request_finished.disconnect(close_old_connections)
            close()
            request_finished.connect(close_old_connections)

        response.close = close_quietly
        return response


@dataclass
class Persona:
    """A person with a name: who they are to the services (`actor`), to the views (`client`), and at sign-in."""

    name: str
    user: User | None = None
    contact: Contact | None = None
    password: str = PASSWORD
    session_key: str = ""
    """A sign-in that is open from the beginning: opening one takes longer than most pages."""
    _clients: list[Client] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return Actor.for_user(User.objects.get(pk=self.user.pk))

    @property
    def client(self) -> Client:
        """Signed in, the same one each time."""
        if not self._clients:
            client = Visitor() if self.session_key else self.new_client()
            if self.session_key:
                client.cookies[settings.SESSION_COOKIE_NAME] = self.session_key
            self._clients.append(client)
        return self._clients[0]

    def sign_in(self) -> None:
        """Open the sign-in of `client`, as if long ago: nothing of it stands in the user's own row."""
        self.session_key = self.new_client().cookies[settings.SESSION_COOKIE_NAME].value
        User.objects.filter(pk=self.user.pk).update(last_login=None)
        self.user.last_login = None

    def new_client(self, **defaults: object) -> Client:
        client = Visitor(**defaults)
        if self.user:
            client.force_login(self.user, backend=BACKEND)
        return client


@dataclass
class World:
    """Everyone, their accounts, and tickets that some of them may see."""

    anonymous: Persona
    ana: Persona
    max: Persona
    root: Persona
    carla: Persona
    kim: Persona
    ada: Persona
    bo: Persona
    zoe: Persona
    dee: Persona
    harbor: Account
    lighthouse: Account
    far_away: Account
    department: Department
    night_desk: Department
    shared: Ticket
    private: Ticket
    strangers: Ticket

    def persona(self, name: str) -> Persona:
        persona: Persona = getattr(self, name)
        return persona

    def close_sign_ins(self) -> None:
        """Nobody is signed in, for tests about who is and since when; `client` opens a sign-in again."""
        Session.objects.all().delete()
        UserSession.objects.all().delete()
        for name in (*PERSONAS, "dee"):
            self.persona(name).session_key = ""

    @property
    def attachment(self) -> Attachment:
        """The file of Carla's shared ticket."""
        return Attachment.objects.get(message__ticket=self.shared)


def staff(name: str, role: str) -> Persona:
    return Persona(name, user=UserFactory(name=name, email=f"{name.lower()}@desk.example", role=role))


def limited(name: str, *departments: Department) -> Persona:
    """An agent who reaches the tickets of these departments alone."""
    persona = staff(name, "agent")
    User.objects.filter(pk=persona.user.pk).update(reach=User.Reach.DEPARTMENTS)
    persona.user.reach = User.Reach.DEPARTMENTS
    DepartmentMember.objects.bulk_create(
        DepartmentMember(agent=persona.user, department=department) for department in departments
    )
    return persona


def customer(name: str, last_name: str, *entries: Account | Entry) -> Persona:
    """A contact of these accounts, the primary first, who can sign in to the help center."""
    email = f"{name.lower()}@people.example"
    contact = ContactFactory(first_name=name, last_name=last_name, email=email, accounts=entries)
    user = UserFactory(name=contact.name, email=email)
    link_user(contact, user, actor=DESK)
    return Persona(name, user=user, contact=contact)


def acts_for(contact: Contact, account: Account, *, role: str = "customer") -> None:
    """Let a contact act for an account that has an account relationship with one of theirs."""
    name = f"Agency ({role})"
    known = Responsibility.objects.filter(name=name).first()
    responsibility = known or ResponsibilityFactory(name=name, role=role)
    create_contact_relationship(account, contact, responsibility, actor=DESK)


def accounts() -> dict[str, Account]:
    harbor = AccountFactory(name="Harbor Tower", domains=["harbor.example"])
    lighthouse = AccountFactory(name="Lighthouse Agency", type="partner")
    kind = AccountRelationshipType.objects.create(name="Partner of", reverse_name="Customer of")
    link_accounts(lighthouse, harbor, kind, actor=DESK)
    return {"harbor": harbor, "lighthouse": lighthouse, "far_away": AccountFactory(name="Far Away Ltd")}


def people(harbor: Account, lighthouse: Account, far_away: Account) -> dict[str, Persona]:
    bo = customer("Bo", "Lindqvist", lighthouse)
    acts_for(bo.contact, harbor)
    return {
        "anonymous": Persona("anonymous"),
        "ana": staff("Ana", "agent"),
        "max": staff("Max", "manager"),
        "root": staff("Root", "administrator"),
        "carla": customer("Carla", "Moreno", harbor),
        "kim": customer("Kim", "Seo-yeon", harbor),
        "ada": customer("Ada", "Novak", Entry(harbor.pk, role="administrator")),
        "bo": bo,
        "zoe": customer("Zoe", "Farrell", far_away),
    }


def conversations(carla: Contact, zoe: Contact, department: Department) -> dict[str, Ticket]:
    shared = TicketFactory(
        subject="The lift is stuck", contact=carla, department=department, attachments=[text_file()]
    )
    add_note(shared, "Called the lift company.", actor=DESK)
    return {
        "shared": shared,
        "private": TicketFactory(
            subject="My pay slip", contact=carla, department=department, is_private=True
        ),
        "strangers": TicketFactory(subject="Rain gets in", contact=zoe, department=department),
    }


def build_world() -> World:
    places = accounts()
    persons = people(**places)
    department, night_desk = DepartmentFactory(name="Front desk"), DepartmentFactory(name="Night desk")
    persons["dee"] = limited("Dee", night_desk)
    tickets = conversations(persons["carla"].contact, persons["zoe"].contact, department)
    for person in persons.values():
        if person.user:
            person.sign_in()
    return World(**persons, **places, **tickets, department=department, night_desk=night_desk)
