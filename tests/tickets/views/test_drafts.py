"""Drafts over HTTP: what is kept while writing stands in the form again, for its author alone, until it was sent."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from customers.services.contacts.looking import begin_look
from tests.personas import World
from tickets.models import Draft, Message, Ticket
from tickets.services.lifecycle import change_status

KEY = re.compile(r'name="once" value="([^"]+)"')
NEW, CUSTOMERS_NEW = "/agent/tickets/new/", "/tickets/new/"


def save(client: Client, query: str, **fields: object):
    return client.post(f"{reverse('tickets:draft_save')}?{query}", fields)


def textarea(page: str) -> str:
    return re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[1]


def opened(client: Client, address: str) -> str:
    return client.get(address).content.decode()


class TestComposer:
    def test_a_note_comes_back_as_a_note(self, world: World) -> None:
        answer = save(world.ana.client, f"ticket={world.shared.pk}", kind="note", body="A pain")
        assert "Draft from" in answer.content.decode()
        page = opened(world.ana.client, world.shared.get_absolute_url())
        assert textarea(page) == "A pain"
        assert re.search(r'value="note"[^>]* checked', page)
        assert not re.search(r'value="reply"[^>]* checked', page)
        assert "Draft from" in page

    def test_it_stands_in_no_other_ticket_and_for_nobody_else(self, world: World) -> None:
        save(world.ana.client, f"ticket={world.shared.pk}", kind="note", body="A pain")
        assert textarea(opened(world.ana.client, world.private.get_absolute_url())) == ""
        assert textarea(opened(world.max.client, world.shared.get_absolute_url())) == ""
        assert "A pain" not in opened(world.carla.client, f"/tickets/{world.shared.pk}/")

    @pytest.mark.parametrize("verb", ["reply", "note"])
    def test_it_goes_with_the_message(self, world: World, verb: str) -> None:
        client, page = world.ana.client, world.shared.get_absolute_url()
        key = KEY.search(opened(client, page))[1]
        save(client, f"ticket={world.shared.pk}", kind=verb, body="On its way", once=key)
        client.post(f"{page}{verb}/", {"once": key, "body": "On its way"})
        assert Message.objects.filter(body="On its way").count() == 1
        assert not Draft.objects.exists()
        assert textarea(opened(client, page)) == ""

    def test_it_stays_when_the_message_is_refused(self, world: World) -> None:
        client, page = world.ana.client, world.shared.get_absolute_url()
        key = KEY.search(opened(client, page))[1]
        save(client, f"ticket={world.shared.pk}", kind="reply", body="Too late", once=key)
        change_status([world.shared], "closed", actor=world.max.actor)
        refused = client.post(f"{page}reply/", {"once": key, "body": "Too late"})
        assert refused.status_code == 422
        assert textarea(refused.content.decode()) == "Too late"
        assert textarea(opened(client, page)) == "Too late"

    def test_sent_from_the_page_of_the_refusal_it_goes(self, world: World) -> None:
        client, page = world.ana.client, world.shared.get_absolute_url()
        save(client, f"ticket={world.shared.pk}", kind="reply", body="Once more", once="k")
        refused = client.post(f"{page}reply/", {"once": "k", "body": ""}).content.decode()
        again = {
            "once": KEY.search(refused)[1],
            "draft": re.search(r'name="draft" value="(\d+)"', refused)[1],
            "body": "Once more",
        }
        client.post(f"{page}reply/", again)
        assert not Draft.objects.exists()

    def test_a_page_left_by_an_old_key_saves_nothing_after_the_send(self, world: World) -> None:
        client, page = world.ana.client, world.shared.get_absolute_url()
        key = KEY.search(opened(client, page))[1]
        client.post(f"{page}reply/", {"once": key, "body": "Sent"})
        late = save(client, f"ticket={world.shared.pk}", kind="reply", body="Sent", once=key)
        assert " hidden" in late.content.decode()
        assert not Draft.objects.exists()

    def test_discarding_brings_the_page_back_empty(self, world: World) -> None:
        client, page = world.ana.client, world.shared.get_absolute_url()
        save(client, f"ticket={world.shared.pk}", kind="reply", body="Never mind")
        answer = client.post(
            reverse("tickets:draft_discard", args=[Draft.objects.get().pk]),
            headers={"Referer": f"http://testserver{page}?list=q%3Dx&at=1"},
        )
        assert answer["Location"] == f"{page}?list=q%3Dx&at=1"
        assert textarea(opened(client, page)) == ""


class TestNewTicket:
    def test_each_contact_has_their_own_and_the_subject_comes_back(self, world: World) -> None:
        client, carla = world.ana.client, world.carla.contact.pk
        save(client, "kind=ticket", contact=carla, opened_for=carla, subject="Keys", body="For Carla")
        theirs = opened(client, f"{NEW}?contact={carla}")
        assert textarea(theirs) == "For Carla"
        assert 'value="Keys"' in theirs
        for other in (f"{NEW}?contact={world.zoe.contact.pk}", NEW):
            page = opened(client, other)
            assert textarea(page) == ""
            assert "Keys" not in page
            assert not re.search("Draft from", page)

    def test_begun_without_a_contact_it_comes_back_with_the_one_chosen_since(self, world: World) -> None:
        client, carla = world.ana.client, world.carla.contact
        chosen = {"account": world.harbor.pk, "priority": "high"}
        save(client, "kind=ticket", contact=carla.pk, opened_for="", body="For Carla", **chosen)
        page = opened(client, NEW)
        assert "Carla Moreno" in page
        assert textarea(page) == "For Carla"
        assert re.search(r'value="high" selected', page)
        assert textarea(opened(client, f"{NEW}?contact={world.zoe.contact.pk}")) == ""

    def test_somebody_new_comes_back_with_name_and_address(self, world: World) -> None:
        client = world.ana.client
        save(client, "kind=ticket", new_name="Nia Park", new_email="nia@x.example", body="Badge")
        page = opened(client, NEW)
        assert 'value="Nia Park"' in page
        assert 'value="nia@x.example"' in page

    def test_it_goes_with_the_ticket_and_stays_when_that_is_refused(self, world: World) -> None:
        client, carla = world.ana.client, world.carla.contact.pk
        key = KEY.search(opened(client, f"{NEW}?contact={carla}"))[1]
        fields = {
            "once": key, "contact": carla, "opened_for": carla, "subject": "Keys", "body": "Two sets",
            "priority": "normal", "channel": "web", "account": world.harbor.pk,
        }  # fmt: skip
        save(client, "kind=ticket", **fields)
        refused = client.post(NEW, fields | {"subject": ""})
        assert refused.status_code == 422
        assert "Draft from" in refused.content.decode()
        assert Draft.objects.exists()
        client.post(NEW, fields)
        assert Ticket.objects.filter(subject="Keys").count() == 1
        assert not Draft.objects.exists()


class TestHelpCenter:
    def test_a_reply_comes_back_and_goes_when_sent(self, world: World) -> None:
        client, page = world.kim.client, f"/tickets/{world.shared.pk}/"
        key = KEY.search(opened(client, page))[1]
        save(client, f"kind=customer_reply&ticket={world.shared.pk}", body="Here too", once=key)
        assert textarea(opened(client, page)) == "Here too"
        client.post(f"{page}reply/", {"once": key, "body": "Here too"})
        assert not Draft.objects.exists()

    def test_a_new_ticket_comes_back_with_subject_and_account(self, world: World) -> None:
        client = world.bo.client
        fields = {"subject": "Keys", "body": "Two sets", "account": world.harbor.pk, "priority": "urgent"}
        save(client, "kind=customer_ticket", **fields)
        page = opened(client, CUSTOMERS_NEW)
        assert (textarea(page), 'value="Keys"' in page) == ("Two sets", True)
        assert re.search(rf'name="account" value="{world.harbor.pk}" checked', page)
        assert re.search(r'name="priority" value="urgent" checked', page)

    def test_whoever_looks_at_it_as_somebody_does_not_read_it(self, world: World) -> None:
        save(world.carla.client, f"kind=customer_reply&ticket={world.shared.pk}", body="Not yet said")
        save(world.carla.client, "kind=customer_ticket", body="Not yet said")
        look = begin_look(world.carla.contact, actor=world.max.actor)
        for rest in (f"tickets/{world.shared.pk}/", "tickets/new/"):
            keys = {"pk": world.carla.contact.pk, "look": look, "rest": rest}
            page = opened(world.max.client, reverse("looking:shown", kwargs=keys))
            assert "Not yet said" not in page
            assert "data-draft=" not in page

    def test_one_person_with_two_hats_has_a_draft_for_each(self, world: World) -> None:
        world.carla.user.is_staff, world.carla.user.email = True, "carla@desk.example"
        world.carla.user.save()
        client, ticket = world.carla.client, world.shared.pk
        save(client, f"ticket={ticket}", kind="note", body="For the desk")
        save(client, f"kind=customer_reply&ticket={ticket}", body="As a customer")
        assert textarea(opened(client, world.shared.get_absolute_url())) == "For the desk"
        assert textarea(opened(client, f"/tickets/{ticket}/")) == "As a customer"


@pytest.mark.parametrize(
    ("query", "fields", "statuses"),
    [
        ("ticket={shared}", {"kind": "reply"}, {"ana": 200, "max": 200, "carla": 404, "zoe": 404}),
        ("ticket={shared}", {"kind": "note"}, {"ana": 200, "kim": 404, "ada": 404}),
        ("kind=ticket", {}, {"ana": 200, "carla": 404}),
        (
            "kind=customer_reply&ticket={shared}",
            {},
            {"carla": 200, "kim": 200, "bo": 200, "zoe": 404, "ana": 404},
        ),
        ("kind=customer_reply&ticket={private}", {}, {"carla": 200, "kim": 404, "ada": 404}),
        ("kind=customer_ticket", {}, {"carla": 200, "zoe": 200, "ana": 404}),
        ("kind=reply&ticket=0", {}, {"ana": 404}),
        ("kind=reply&ticket=x", {}, {"ana": 404}),
        ("kind=letter", {}, {"ana": 404, "carla": 404}),
    ],
)
def test_a_draft_is_kept_where_its_author_may_write(
    world: World, query: str, fields: dict, statuses: dict
) -> None:
    query = query.format(shared=world.shared.pk, private=world.private.pk)
    got = {
        name: save(world.persona(name).client, query, body="Half", **fields).status_code for name in statuses
    }
    assert got == statuses
    assert Draft.objects.count() == list(statuses.values()).count(200)


def test_whoever_only_sees_a_ticket_keeps_no_reply(world: World) -> None:
    world.harbor.sharing = "see"
    world.harbor.save()
    assert (
        save(world.kim.client, f"kind=customer_reply&ticket={world.shared.pk}", body="Half").status_code
        == 403
    )


@pytest.mark.parametrize("page", ["ticket", "new", "customers_ticket", "customers_new"])
def test_a_page_with_a_form_is_not_kept_by_the_browser(world: World, page: str) -> None:
    """Back asks anew: what was sent does not stand there again."""
    address = {
        "ticket": world.shared.get_absolute_url(),
        "new": NEW,
        "customers_ticket": f"/tickets/{world.shared.pk}/",
        "customers_new": CUSTOMERS_NEW,
    }[page]
    client = world.carla.client if page.startswith("customers") else world.ana.client
    assert "no-store" in client.get(address)["Cache-Control"]
