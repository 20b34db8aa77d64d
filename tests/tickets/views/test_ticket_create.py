"""A new ticket by an agent."""

import pytest
from django.urls import reverse

from customers.models import Contact
from customers.services.contacts.changes import update_contact
from tests.factories import DESK, AccountFactory, ContactFactory, text_file
from tests.personas import World
from tickets.models import Ticket

CREATE = reverse("tickets:ticket_create")
OPTIONS = reverse("tickets:requester_options")
HTMX = {"HX-Request": "true"}


def post(world: World, **values):
    fields = {"subject": "Door 4B", "body": "It is open", "priority": "normal", "channel": "phone"}
    return world.ana.client.post(CREATE, fields | values)


def test_the_primary_account_is_filled_in(world: World) -> None:
    other = AccountFactory(name="Second House")
    contact = ContactFactory(accounts=[world.harbor, other])
    text = world.ana.client.get(CREATE, {"contact": contact.pk}).content.decode()
    assert text.index("Harbor Tower") < text.index("Second House")
    response = post(world, contact=contact.pk, account=world.harbor.pk, attachments=[text_file()])
    ticket = Ticket.objects.get(subject="Door 4B")
    assert response["Location"] == reverse("tickets:ticket_detail", args=[ticket.pk])
    assert (ticket.contact, ticket.account, ticket.channel) == (contact, world.harbor, "phone")
    assert ticket.messages.get().attachments.count() == 1


def test_any_of_the_contacts_accounts_can_be_taken_and_no_other(world: World) -> None:
    other = AccountFactory()
    contact = ContactFactory(accounts=[world.harbor, other])
    post(world, contact=contact.pk, account=other.pk)
    assert Ticket.objects.get(subject="Door 4B").account == other
    assert post(world, contact=contact.pk, account=world.far_away.pk).status_code == 422


def test_an_unknown_person_is_created_and_joins_the_account_of_the_domain(world: World) -> None:
    post(world, new_name="Nia Park", new_email="nia@harbor.example")
    ticket = Ticket.objects.get(subject="Door 4B")
    assert (ticket.contact.name, ticket.contact.default_email) == ("Nia Park", "nia@harbor.example")
    assert ticket.account == world.harbor


def test_a_known_address_takes_its_contact(world: World) -> None:
    before = Contact.objects.count()
    post(world, new_name="Somebody", new_email="CARLA@people.example")
    assert Ticket.objects.get(subject="Door 4B").contact == world.carla.contact
    assert Contact.objects.count() == before


@pytest.mark.parametrize(
    "bad",
    [
        {"contact": ""},
        {"contact": "999999"},
        {"subject": ""},
        {"subject": "x" * 300},
        {"body": ""},
        {"priority": "huge"},
        {"attachments": "run.exe"},
        {"contact": "", "new_email": "not an address"},
    ],
)
def test_bad_input_comes_back_as_typed_and_creates_nobody(world: World, bad: dict) -> None:
    if "attachments" in bad:
        bad = {"attachments": [text_file("run.exe")]}
    before = (Ticket.objects.count(), Contact.objects.count())
    response = post(world, **({"contact": world.carla.contact.pk} | bad))
    assert response.status_code == 422
    assert (Ticket.objects.count(), Contact.objects.count()) == before
    if bad.get("body", "typed") != "":
        assert "It is open" in response.content.decode()


def test_a_ticket_that_fails_leaves_no_new_contact_behind(world: World) -> None:
    before = Contact.objects.count()
    assert post(world, new_name="Nia", attachments=[text_file("run.exe")]).status_code == 422
    assert Contact.objects.count() == before


def test_typing_offers_people_and_a_new_one(world: World) -> None:
    text = world.ana.client.get(OPTIONS, {"typing": "1", "q": "carla"}, headers=HTMX).content.decode()
    assert f'data-value="{world.carla.contact.pk}"' in text
    assert "data-create" in text


def test_picking_fills_the_account(world: World) -> None:
    text = world.ana.client.get(OPTIONS, {"contact": world.bo.contact.pk}, headers=HTMX).content.decode()
    assert f'name="contact" value="{world.bo.contact.pk}"' in text
    assert "Lighthouse Agency (Primary)" in text
    assert "Harbor Tower (acts for)" in text


def test_picking_somebody_new_asks_for_name_and_address(world: World) -> None:
    asked = {"contact": "new", "requester": "nia@x.example"}
    text = world.ana.client.get(OPTIONS, asked, headers=HTMX).content.decode()
    assert 'name="new_email"' in text
    assert "nia@x.example" in text


def test_without_script_picking_keeps_what_was_typed(world: World) -> None:
    response = post(world, pick=str(world.carla.contact.pk))
    assert response.status_code == 200
    assert "It is open" in response.content.decode()
    assert f'name="contact" value="{world.carla.contact.pk}"' in response.content.decode()
    assert "Create contact “nia”" in post(world, pick="find", requester="nia").content.decode()
    assert 'name="new_name"' in post(world, pick="new", requester="nia").content.decode()
    assert not Ticket.objects.filter(subject="Door 4B").exists()


def test_customers_learn_nothing(world: World) -> None:
    for address in (CREATE, OPTIONS):
        assert world.carla.client.get(address).status_code == 404
    assert world.carla.client.post(CREATE, {"subject": "x"}).status_code == 404


def test_a_call_stands_as_the_requesters_words_entered_by_the_agent(world: World) -> None:
    response = post(world, contact=world.carla.contact.pk, channel="phone")
    text = world.ana.client.get(response.url).content.decode()
    assert f"entered by {world.ana.user}" in text
    assert f"Message from {world.carla.contact.name}" in text
    assert f"To {world.carla.contact.name}</span>" not in text


def test_who_is_deactivated_is_told_before_anything_is_filled_in(world: World) -> None:
    update_contact(world.kim.contact, {"is_active": False}, actor=DESK)
    kim = world.kim.contact
    page = world.ana.client.get(CREATE, {"contact": kim.pk}).content.decode()
    assert "Kim Seo-yeon is deactivated. Choose another requester" in page
    assert f'name="contact" value="{kim.pk}"' not in page
    header = world.ana.client.get(kim.get_absolute_url()).content.decode()
    assert f"{CREATE}?contact={kim.pk}" not in header
    refused = post(world, contact=kim.pk)
    assert refused.status_code == 422
    assert "It is open" in refused.content.decode()
    assert not Ticket.objects.filter(subject="Door 4B").exists()
