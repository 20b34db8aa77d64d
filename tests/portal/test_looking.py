"""`/agent/contacts/<pk>/help-center/`: the help center as a contact sees it, and nothing but looking."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import AccountRelationship, Contact, HelpCenterLook
from customers.services.contacts.changes import update_contact
from customers.services.contacts.looking import LASTS, LOOKED, begin_look
from customers.services.contacts.pins import give_pin
from helpdesk.core.database.read_only import WriteRefused, read_only
from helpdesk.events.models import AuditEntry
from portal import urls as portal_urls
from tests.factories import DESK, UserFactory
from tests.personas import Persona, World
from tests.portal.conftest import text_of
from tickets.models import Ticket


def look(world: World, whose: str = "carla") -> str:
    """Begin a look as Max does, and give back its address."""
    contact = world.persona(whose).contact
    response = world.max.client.post(f"/agent/contacts/{contact.pk}/help-center/")
    assert response.status_code == 302
    return str(response.url)


def pages(world: World) -> list[str]:
    ticket = world.shared.pk
    return ["", "tickets/new/", f"tickets/{ticket}/", "profile/"]


# --- Beginning ----------------------------------------------------------------


def test_a_manager_begins_a_look_and_the_history_keeps_it_once(world: World) -> None:
    address = look(world)
    for page in pages(world):
        assert world.max.client.get(address + page).status_code == 200
    (entry,) = AuditEntry.objects.filter(code=LOOKED)
    assert (entry.subject_id, entry.actor_user) == (world.carla.contact.pk, world.max.user)
    begun = HelpCenterLook.objects.get()
    assert address == f"/agent/contacts/{world.carla.contact.pk}/help-center/{begun.pk}/"


def test_the_page_that_begins_a_look_records_nothing(world: World) -> None:
    response = world.max.client.get(f"/agent/contacts/{world.carla.contact.pk}/help-center/")
    assert "The history of this contact keeps that you looked" in text_of(response)
    assert not AuditEntry.objects.filter(code=LOOKED).exists()


def test_a_look_is_its_managers_own_and_at_one_contact(world: World) -> None:
    address = look(world)
    begins = f"/agent/contacts/{world.carla.contact.pk}/help-center/"
    assert world.root.client.get(address).url == begins
    elsewhere = address.replace(f"/{world.carla.contact.pk}/", f"/{world.zoe.contact.pk}/", 1)
    assert world.max.client.get(elsewhere).url == begins.replace(
        f"/{world.carla.contact.pk}/", f"/{world.zoe.contact.pk}/"
    )
    other = HelpCenterLook.objects.latest("pk").pk + 1
    assert world.max.client.get(f"{begins}{other}/").url == begins


def test_a_look_ends(world: World) -> None:
    address = look(world)
    HelpCenterLook.objects.update(begun_at=timezone.now() - LASTS - timedelta(seconds=1))
    assert world.max.client.get(address).status_code == 302


def test_whoever_loses_the_right_sees_nothing_more(world: World) -> None:
    address = look(world)
    world.max.user.groups.clear()
    assert world.max.client.get(address).status_code == 403


def test_for_the_deactivated_there_is_nothing_to_look_at(world: World) -> None:
    address = look(world)
    update_contact(world.carla.contact, {"is_active": False}, actor=DESK)
    begins = f"/agent/contacts/{world.carla.contact.pk}/help-center/"
    assert "they see nothing" in text_of(world.max.client.get(begins))
    refused = world.max.client.post(begins)
    assert refused.status_code == 422
    assert world.max.client.get(address).url == begins
    assert AuditEntry.objects.filter(code=LOOKED).count() == 1


def test_who_never_signed_in_can_be_looked_at(world: World) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(user=None)
    address = look(world)
    for page in pages(world):
        assert world.max.client.get(address + page).status_code == 200


# --- What is seen ---------------------------------------------------------------


def tickets_on(client: Client, address: str) -> set[str]:
    return set(re.findall(r"tickets/(\d+)/\"", text_of(client.get(address))))


@pytest.mark.parametrize("name", ["carla", "kim", "ada", "bo", "zoe"])
def test_it_lists_what_the_person_sees_no_more_and_no_less(world: World, name: str) -> None:
    theirs = tickets_on(world.persona(name).client, "/")
    assert tickets_on(world.max.client, look(world, name)) == theirs


@pytest.mark.parametrize("name", ["carla", "kim", "ada", "bo", "zoe"])
def test_every_ticket_answers_as_it_answers_the_person(world: World, name: str) -> None:
    address, person = look(world, name), world.persona(name)
    for ticket in Ticket.objects.all():
        theirs = person.client.get(f"/tickets/{ticket.pk}/").status_code
        assert world.max.client.get(f"{address}tickets/{ticket.pk}/").status_code == theirs


def test_notes_stay_unseen(world: World) -> None:
    page = text_of(world.max.client.get(f"{look(world)}tickets/{world.shared.pk}/"))
    assert "The lift is stuck" in page
    assert "Called the lift company" not in page


def test_the_support_pin_stays_unseen(world: World) -> None:
    pin = give_pin(world.carla.contact, actor=world.carla.actor)
    assert pin not in text_of(world.max.client.get(f"{look(world)}profile/"))


@pytest.mark.parametrize(("name", "status"), [("carla", 200), ("kim", 200), ("zoe", 404)])
def test_files_are_those_the_person_may_have(world: World, name: str, status: int) -> None:
    response = world.max.client.get(f"{look(world, name)}attachments/{world.attachment.pk}/")
    assert response.status_code == status
    response.close()


@pytest.mark.parametrize(
    "rest", ["agent/tickets/", "admin/", "auth/logout/", "agent/contacts/", "healthz", "nowhere/"]
)
def test_nothing_but_the_help_center_is_there(world: World, rest: str) -> None:
    assert world.max.client.get(look(world) + rest).status_code == 404


def test_no_link_leads_out_but_the_way_out(world: World) -> None:
    address = look(world)
    way_out = f"/agent/contacts/{world.carla.contact.pk}/access/"
    for page in pages(world):
        found = set(re.findall(r'href="(/[^"]*)"', text_of(world.max.client.get(address + page))))
        leading_out = {url for url in found if not url.startswith((address, "/static/"))}
        assert leading_out == {way_out}, page


def test_every_page_says_whose_it_is(world: World) -> None:
    address = look(world)
    for page in pages(world):
        assert "as Carla Moreno sees it" in text_of(world.max.client.get(address + page))
    assert "sees it" not in text_of(world.carla.client.get("/"))


def test_the_acting_see_while_they_act(world: World) -> None:
    address = look(world, "bo")
    assert world.max.client.get(f"{address}tickets/{world.shared.pk}/").status_code == 200
    AccountRelationship.objects.all().delete()
    assert world.max.client.get(f"{address}tickets/{world.shared.pk}/").status_code == 404


def test_the_managers_session_and_other_pages_stay_theirs(world: World) -> None:
    client = world.max.client
    before = {session.pk: session.session_data for session in Session.objects.all()}
    address = look(world)
    client.get(address)
    assert {session.pk: session.session_data for session in Session.objects.all()} == before
    assert client.get("/agent/contacts/").context["user"] == world.max.user
    assert client.get("/").status_code == 302  # Max has no help center of his own
    assert reverse("portal:home") == "/"


def test_somebody_of_the_desk_who_is_a_customer_too_is_shown_as_the_customer(world: World) -> None:
    both = UserFactory(name="Both", email="both@desk.example", role="agent")
    Contact.objects.filter(pk=world.zoe.contact.pk).update(user=both)
    assert tickets_on(world.max.client, look(world, "zoe")) == {str(world.strangers.pk)}


# --- Only looking ----------------------------------------------------------------


def everything() -> dict[str, list[Any]]:
    """All rows of all tables but the session's."""
    models = [model for model in apps.get_models(include_auto_created=True) if model is not Session]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def portal_addresses(world: World) -> Iterator[str]:
    """Every one, for a ticket that is shared and, below team/, for its account and a colleague."""
    keys = {"contact_pk": world.kim.contact.pk, "invitation_pk": 1, "request_pk": 1}
    for pattern in portal_urls.urlpatterns:
        rest = str(pattern.pattern)
        keys["pk"] = world.harbor.pk if rest.startswith("team/") else world.shared.pk
        yield re.sub(r"<int:(\w+)>", lambda match: str(keys[match[1]]), rest)


def addresses_of(world: World, name: str) -> list[str]:
    """Those that are there for a person: a team for who manages one."""
    return [rest for rest in portal_addresses(world) if name == "ada" or not rest.startswith("team/")]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("name", ["carla", "ada"])
def test_no_address_of_the_help_center_takes_anything_but_reading(
    world: World, method: str, name: str
) -> None:
    address, before = look(world, name), everything()
    data = {"body": "Hello", "subject": "Hello", "private": "1", "account": world.harbor.pk, "language": "ko"}
    for rest in portal_addresses(world):
        response = getattr(world.max.client, method)(address + rest, data)
        if method in ("post", "options"):
            assert response.status_code == 403, rest
            assert "You are only looking" in text_of(response)
        else:
            assert response.status_code == 405, rest
    assert everything() == before


@pytest.mark.parametrize("name", ["carla", "ada"])
def test_reading_every_address_writes_nothing(world: World, name: str) -> None:
    address, before = look(world, name), everything()
    for rest in addresses_of(world, name):
        assert world.max.client.get(address + rest).status_code in (200, 302, 405), rest
    assert everything() == before


class Buttons(HTMLParser):
    """The submit buttons of forms that send something, and whether they rest."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []
        self.posting = False
        self.fieldsets: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "form":
            self.posting = known.get("method") == "post"
        elif tag == "fieldset":
            self.fieldsets.append("disabled" in known)
        elif tag == "button" and known.get("type") == "submit" and self._would_send(known):
            self.live.append(str(known))

    def _would_send(self, known: dict[str, str | None]) -> bool:
        sends = (self.posting and not any(self.fieldsets)) or "formaction" in known
        return sends and "disabled" not in known

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.posting = False
        elif tag == "fieldset":
            self.fieldsets.pop()


@pytest.mark.parametrize("name", ["carla", "kim", "bo", "ada"])
def test_every_button_that_would_change_something_rests(world: World, name: str) -> None:
    address = look(world, name)
    team = [rest for rest in addresses_of(world, name) if rest.startswith("team/")]
    for page in [*pages(world), "tickets/new/?subject=The+lift+is+stuck", *team]:
        response = world.max.client.get(address + page)
        if response.status_code == 405:  # the desk's own page about an address that only takes forms
            continue
        buttons = Buttons()
        buttons.feed(response.content.decode())
        assert buttons.live == [], page


def test_no_draft_of_anybody_is_kept(world: World) -> None:
    page = text_of(world.max.client.get(f"{look(world)}tickets/{world.shared.pk}/"))
    assert "data-user" not in page


@pytest.mark.parametrize(
    "write",
    [
        lambda: Ticket.objects.update(subject="Changed"),
        lambda: AuditEntry.objects.create(code="x", subject_type="x", subject_id=1),
        lambda: Ticket.objects.all()._raw_delete("default"),
    ],
)
def test_a_write_is_refused_even_if_a_page_tried(world: World, write: Callable[[], object]) -> None:
    with pytest.raises(WriteRefused), transaction.atomic(), read_only():
        write()
    Ticket.objects.update(subject="Changed")


def test_a_service_refuses_whoever_has_no_name(world: World) -> None:
    with pytest.raises(PermissionDenied):
        begin_look(world.carla.contact, actor=DESK)


def test_looking_costs_the_page_and_a_little(
    world: World, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    address = look(world)

    def pages_of(person: Persona, start: str) -> int:
        return count_queries(lambda: person.client.get(f"{start}tickets/{world.shared.pk}/"))

    assert pages_of(world.max, address) <= pages_of(world.carla, "/") + 5
