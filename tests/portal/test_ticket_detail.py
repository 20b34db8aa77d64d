"""`/tickets/<pk>/`: one ticket as its customers see it."""

import pytest

from customers.models import Account, ContactRelationship
from tests.factories import DESK, ResponsibilityFactory, fill_desk, text_file
from tests.pages import without_tokens
from tests.personas import World, acts_for
from tickets.models import Ticket
from tickets.services.conversation import add_note, reply
from tickets.services.following import follow
from tickets.services.lifecycle import change_status


def address(ticket: Ticket) -> str:
    return f"/tickets/{ticket.pk}/"


@pytest.mark.parametrize("name", ["carla", "kim", "ada", "bo"])
def test_the_requester_colleagues_and_who_acts_read_the_conversation(world: World, name: str) -> None:
    response = world.persona(name).client.get(address(world.shared))
    assert response.status_code == 200
    content = response.content.decode()
    assert "Please have a look." in content
    assert f"/attachments/{world.attachment.pk}/" in content


@pytest.mark.parametrize("name", ["carla", "kim", "bo"])
def test_internal_notes_are_never_there(world: World, name: str) -> None:
    add_note(world.shared, "Secret *note*", actor=world.ana.actor, attachments=[text_file("note.txt")])
    content = world.persona(name).client.get(address(world.shared)).content.decode()
    assert "Secret" not in content
    assert "Called the lift company" not in content
    assert "note.txt" not in content


def test_a_stranger_gets_404_as_if_there_were_none(world: World) -> None:
    there = world.zoe.client.get(address(world.shared))
    nowhere = world.zoe.client.get("/tickets/999999/")
    assert there.status_code == nowhere.status_code == 404
    assert "lift" not in without_tokens(there)


def test_own_only_hides_it_from_colleagues(world: World, share) -> None:
    share("own")
    assert world.kim.client.get(address(world.shared)).status_code == 404
    assert world.carla.client.get(address(world.shared)).status_code == 200


def test_whoever_no_longer_acts_gets_404(world: World, bo_no_longer_acts) -> None:
    assert world.bo.client.get(address(world.shared)).status_code == 404


def test_a_deactivated_contact_is_refused(world: World, carla_is_gone) -> None:
    assert world.carla.client.get(address(world.shared)).status_code == 403


def test_agents_have_their_own_page(world: World) -> None:
    assert world.ana.client.get(address(world.shared)).status_code == 404


def test_posting_is_refused(world: World) -> None:
    assert world.carla.client.post(address(world.shared)).status_code == 405


def test_whoever_only_sees_gets_the_reason_and_the_follow_button(world: World, share) -> None:
    share("see")
    response = world.kim.client.get(address(world.shared))
    content = response.content.decode()
    assert "You can read this, but not reply" in content
    assert f"{address(world.shared)}follow/" in content
    assert "<textarea" not in content
    assert "close/" not in content


def test_the_requester_still_replies_where_the_others_only_see(world: World, share) -> None:
    share("see")
    content = world.carla.client.get(address(world.shared)).content.decode()
    assert "<textarea" in content
    assert "close/" in content


def test_a_closed_ticket_takes_no_reply_and_says_what_to_do(world: World) -> None:
    change_status(world.shared, "closed", actor=DESK)
    content = world.carla.client.get(address(world.shared)).content.decode()
    assert "This ticket is closed" in content
    assert "Open a new ticket" in content
    assert "<textarea" not in content


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        ("reply", "4 people at Harbor Tower can see this ticket."),
        ("see", "4 people at Harbor Tower can see this ticket."),
        ("own", "2 people at Harbor Tower can see this ticket."),  # Carla herself, and Bo, who acts for it
    ],
)
def test_one_line_says_who_can_see_it(world: World, share, level: str, sentence: str) -> None:
    share(level)
    assert sentence in world.carla.client.get(address(world.shared)).content.decode()


def test_a_private_one_says_so(world: World) -> None:
    content = world.carla.client.get(address(world.private)).content.decode()
    assert "Only the requester and our team can see this ticket." in content


def test_what_was_typed_is_shown_as_text(world: World) -> None:
    Account.objects.filter(pk=world.harbor.pk).update(name="<img src=x onerror=1>")
    Ticket.objects.filter(pk=world.shared.pk).update(subject="<script>alert(1)</script>")
    reply(world.shared, "<script>alert(2)</script> [x](javascript:alert(3))", actor=world.carla.actor)
    for page in (address(world.shared), "/"):
        content = world.kim.client.get(page).content.decode()
        assert "<script>alert" not in content
        assert "<img src=x" not in content
        assert 'href="javascript' not in content


def test_it_knows_that_i_follow(world: World) -> None:
    assert "unfollow/" not in world.kim.client.get(address(world.shared)).content.decode()
    follow(world.shared, actor=world.kim.actor)
    assert "unfollow/" in world.kim.client.get(address(world.shared)).content.decode()


def test_a_long_conversation_and_a_full_desk_cost_no_more_queries(world: World, count_queries) -> None:
    def visit() -> object:
        return world.kim.client.get(address(world.shared))

    few = count_queries(visit)
    for _number in range(8):
        reply(world.shared, "More", actor=world.carla.actor, attachments=[text_file()])
        reply(world.shared, "And more", actor=world.ana.actor)
    fill_desk(40, account=world.harbor)
    assert count_queries(visit) == few
    assert few <= 19


def test_nobody_is_counted_twice_and_nobody_who_is_gone(world: World, carla_is_gone) -> None:
    acts_for(
        world.bo.contact, world.harbor, role="administrator"
    )  # a second responsibility of the same person
    ContactRelationship.objects.create(  # a member who acts for it as well
        account=world.harbor, contact=world.ada.contact, responsibility=ResponsibilityFactory()
    )
    content = world.kim.client.get(address(world.shared)).content.decode()
    assert "3 people at Harbor Tower can see this ticket." in content  # Kim, Ada, Bo
