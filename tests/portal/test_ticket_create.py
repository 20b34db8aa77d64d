"""`/tickets/new/`: a new ticket on behalf of one of my accounts."""

import pytest

from customers.services.associations import Entry, set_accounts
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory, TicketFactory, fill_desk, text_file
from tests.personas import World
from tickets.models import Ticket

NEW = "/tickets/new/"


def filled(**changes: object) -> dict[str, object]:
    return {"subject": "No hot water", "body": "Since this morning.", "priority": "normal"} | changes


def newest() -> Ticket:
    return Ticket.objects.latest("pk")


def test_it_is_for_the_chosen_account(world: World) -> None:
    response = world.kim.client.post(NEW, filled(account=world.harbor.pk, attachments=[text_file("tap.txt")]))
    ticket = newest()
    assert (response.status_code, response.url) == (302, f"/tickets/{ticket.pk}/")
    assert (ticket.subject, ticket.contact, ticket.account) == (
        "No hot water",
        world.kim.contact,
        world.harbor,
    )
    assert (ticket.priority, ticket.channel, ticket.is_private) == ("normal", "portal", False)
    message = ticket.messages.get()
    assert message.body == "Since this morning."
    assert message.attachments.get().name == "tap.txt"
    entry = AuditEntry.objects.get(code="ticket.created", actor_user=world.kim.user)
    assert entry.subject_id == ticket.pk


def test_on_behalf_of_an_account_one_acts_for(world: World) -> None:
    world.bo.client.post(NEW, filled(account=world.harbor.pk))
    assert newest().account == world.harbor
    content = world.bo.client.get(NEW).content.decode()
    assert "On its behalf, as Agency (customer)" in content
    assert content.index("Lighthouse Agency") < content.index("Harbor Tower")


def test_without_any_account_it_is_simply_mine(world: World) -> None:
    set_accounts(world.zoe.contact, [], actor=DESK)
    content = world.zoe.client.get(NEW).content.decode()
    assert "Who is it for?" not in content
    assert world.zoe.client.post(NEW, filled()).status_code == 302
    assert (newest().contact, newest().account) == (world.zoe.contact, None)


@pytest.mark.parametrize("priority", ["urgent", "normal", "low"])
def test_urgency_becomes_the_priority(world: World, priority: str) -> None:
    world.kim.client.post(NEW, filled(account=world.harbor.pk, priority=priority))
    assert newest().priority == priority


def test_a_private_one_is_hidden_from_colleagues(world: World) -> None:
    world.kim.client.post(NEW, filled(account=world.harbor.pk, is_private="on"))
    assert newest().is_private
    assert world.carla.client.get(f"/tickets/{newest().pk}/").status_code == 404


def test_the_page_starts_with_the_primary_account_and_says_who_will_see_it(world: World) -> None:
    response = world.kim.client.get(NEW)
    assert response.context["form"].chosen_account.account == world.harbor
    content = response.content.decode()
    assert "The 4 people at Harbor Tower will be able to see this ticket." in content


def test_an_account_that_does_not_share_says_so(world: World, share, bo_no_longer_acts) -> None:
    share("own")
    content = world.kim.client.get(NEW).content.decode()
    assert "Only you and our team will be able to see this ticket." in content


def test_the_account_of_the_list_is_taken_over(world: World) -> None:
    both = AccountFactory(name="Second Home")
    set_accounts(world.kim.contact, [Entry(world.harbor.pk), Entry(both.pk)], actor=DESK)
    response = world.kim.client.get(f"{NEW}?account={both.pk}")
    assert response.context["form"].chosen_account.account == both


@pytest.mark.parametrize("query", ["?account=x", "?account=999999", "?account=%00", "?subject=%3Cscript%3E"])
def test_an_address_that_makes_no_sense_is_ignored(world: World, query: str) -> None:
    response = world.kim.client.get(NEW + query)
    assert response.status_code == 200
    assert 'value="<script>' not in response.content.decode()


@pytest.mark.parametrize("account", ["", "999999", "x", "far_away"])
def test_an_account_that_is_not_mine_is_refused_and_everything_typed_stays(
    world: World, account: str
) -> None:
    chosen = world.far_away.pk if account == "far_away" else account
    before = Ticket.objects.count()
    response = world.kim.client.post(NEW, filled(account=chosen, is_private="on", priority="low"))
    content = response.content.decode()
    assert response.status_code == 422
    assert "Choose who it is for" in content
    assert "Far Away" not in content
    assert "No hot water" in content
    assert "Since this morning." in content
    assert response.context["form"]["priority"].value() == "low"
    assert response.context["form"]["is_private"].value()
    assert Ticket.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject": " "}, "Say in a few words what it is about."),
        ({"subject": "x" * 300}, "250"),
        ({"body": ""}, "Tell us what happened."),
        ({"body": "x" * 50_001}, "50,000"),
        ({"priority": "high"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_told_at_its_field(world: World, changes: dict[str, str], sentence: str) -> None:
    before = Ticket.objects.count()
    response = world.kim.client.post(NEW, filled(account=world.harbor.pk, **changes))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Ticket.objects.count() == before


def test_a_refused_file_keeps_the_rest(world: World) -> None:
    response = world.kim.client.post(
        NEW, filled(account=world.harbor.pk, attachments=[text_file("run.bat", b"del")])
    )
    content = response.content.decode()
    assert response.status_code == 422
    assert "run.bat" in content
    assert "Since this morning." in content


def test_a_script_in_every_field_stays_text(world: World) -> None:
    script = "<script>alert(1)</script>"
    world.kim.client.post(NEW, filled(account=world.harbor.pk, subject=script, body=script))
    content = world.kim.client.get(f"/tickets/{newest().pk}/").content.decode()
    assert script not in content


def test_a_deactivated_contact_is_refused(world: World, carla_is_gone) -> None:
    assert world.carla.client.get(NEW).status_code == 403
    assert world.carla.client.post(NEW, filled(account=world.harbor.pk)).status_code == 403


def test_agents_have_their_own_page(world: World) -> None:
    assert world.ana.client.get(NEW).status_code == 404


def test_many_accounts_and_tickets_cost_no_more_queries(world: World, count_queries) -> None:
    def visit() -> object:
        return world.kim.client.get(f"{NEW}?subject=filler")

    TicketFactory(contact=world.carla.contact, subject="Filler")
    few = count_queries(visit)
    fill_desk(40, account=world.harbor)
    for number in range(10):
        account = AccountFactory(name=f"Another {number}")
        entries = [Entry(each.account_id) for each in world.kim.contact.associations.order_by("position")]
        set_accounts(world.kim.contact, [*entries, Entry(account.pk)], actor=DESK)
    assert count_queries(visit) <= few
    assert few <= 13
