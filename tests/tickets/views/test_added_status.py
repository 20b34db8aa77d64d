"""A status that an administrator added is offered, set, filtered and shown like the six."""

import pytest
from django.urls import reverse

from helpdesk.events.models import AuditEntry
from helpdesk.events.wording import sentence
from tests.factories import TicketStatusFactory
from tests.personas import World
from tickets.models import Ticket, TicketStatus, TicketStatusName
from tickets.services.lifecycle import change_status

LIST = reverse("tickets:ticket_list")


@pytest.fixture
def parts(world: World) -> TicketStatus:
    return TicketStatusFactory(
        code="parts", kind="pending", names={"en": ("Waiting for parts", "Parts are on their way")}
    )


def text(client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_ticket_page_and_the_bulk_bar_offer_it(world: World, parts: TicketStatus) -> None:
    page = text(world.ana.client, world.shared.get_absolute_url())
    assert page.count('name="status" value="parts"') == 2  # the property, and the reply
    assert 'form="bulk" name="status" value="parts"' in text(world.ana.client, LIST)


def test_it_is_set_on_one_by_a_reply_and_on_many(world: World, parts: TicketStatus) -> None:
    client = world.ana.client
    client.post(reverse("tickets:ticket_status", args=[world.shared.pk]), {"status": "parts"})
    client.post(reverse("tickets:ticket_reply", args=[world.private.pk]), {"body": "Soon", "status": "parts"})
    client.post(reverse("tickets:ticket_bulk"), {"ticket": world.strangers.pk, "status": "parts"})
    assert set(Ticket.objects.values_list("status", "status_kind")) == {("parts", "pending")}


def test_the_list_filters_by_it_and_views_hold_it_by_its_kind(world: World, parts: TicketStatus) -> None:
    change_status(world.shared, "parts", actor=world.ana.actor)
    change_status(world.private, "pending", actor=world.ana.actor)
    one, both = {"The lift is stuck"}, {"The lift is stuck", "My pay slip"}

    def listed(query: str) -> set[str]:
        page = world.ana.client.get(f"{LIST}?{query}").context["page"]
        return {ticket.subject for ticket in page.rows}

    assert listed("view=all&status=parts") == one
    assert listed("view=waiting") == both
    assert listed("view=open") == {*both, "Rain gets in"}
    assert listed("view=all&sort=status") == {*both, "Rain gets in"}


def test_the_history_has_code_and_kind_and_reads_with_the_name_of_now(
    world: World, parts: TicketStatus
) -> None:
    change_status(world.shared, "parts", actor=world.ana.actor)
    entry = AuditEntry.objects.get(code="ticket.status_changed")
    assert entry.data == {"status": ["new", "parts"], "status_kind": ["new", "pending"]}
    assert sentence(entry) == "changed the status from New to Waiting for parts"
    TicketStatusName.objects.get(status=parts).delete()
    TicketStatusName.objects.create(status=parts, language="en", name="Delayed")
    assert sentence(entry) == "changed the status from New to Delayed"


def test_customers_read_their_name_for_it(world: World, parts: TicketStatus) -> None:
    change_status(world.shared, "parts", actor=world.ana.actor)
    for address in ("/", f"/tickets/{world.shared.pk}/"):
        page = text(world.kim.client, address)
        assert "Parts are on their way" in page
        assert "Waiting for parts" not in page


def test_a_customers_answer_opens_it_as_its_kind_says(world: World, parts: TicketStatus) -> None:
    change_status(world.shared, "parts", actor=world.ana.actor)
    world.carla.client.post(reverse("portal:ticket_reply", args=[world.shared.pk]), {"body": "Any news?"})
    assert Ticket.objects.get(pk=world.shared.pk).status_id == "open"


def test_one_out_of_use_is_kept_and_filtered_but_not_chosen(world: World, parts: TicketStatus) -> None:
    change_status(world.shared, "parts", actor=world.ana.actor)
    parts.in_use = False
    parts.save()
    page = text(world.ana.client, world.shared.get_absolute_url())
    assert "Waiting for parts" in page
    assert page.count('name="status" value="parts"') == 1  # a reply that keeps it
    assert 'type="checkbox" name="status" value="parts"' in text(world.ana.client, LIST)
    wrong = world.ana.client.post(
        reverse("tickets:ticket_status", args=[world.private.pk]), {"status": "parts"}, follow=True
    )
    assert "This choice is not offered" in wrong.content.decode()
    kept = reverse("tickets:ticket_reply", args=[world.shared.pk])
    world.ana.client.post(kept, {"body": "Still waiting", "status": "parts"})
    assert Ticket.objects.get(pk=world.shared.pk).status_id == "parts"


def test_a_closed_ticket_is_offered_no_way_out(world: World) -> None:
    change_status(world.shared, "closed", actor=world.ana.actor)
    page = text(world.ana.client, world.shared.get_absolute_url())
    assert 'name="status" value="open"' not in page
    assert 'name="status" value="closed"' in page
