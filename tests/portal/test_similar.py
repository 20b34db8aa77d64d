"""`/tickets/similar/`: what may have been raised already, while the subject is typed."""

import pytest

from tests.factories import TicketFactory
from tests.personas import Persona, World

HTMX = {"HX-Request": "true"}


def suggested(persona: Persona, account: object, subject: str = "stuck lift again") -> str:
    response = persona.client.get("/tickets/similar/", {"account": account, "subject": subject}, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["kim", "ada", "bo"])
def test_the_ticket_of_a_colleague_is_found_with_the_button_to_follow_it(world: World, name: str) -> None:
    content = suggested(world.persona(name), world.harbor.pk)
    assert "Someone at Harbor Tower may have raised this already" in content
    assert "<mark>lift</mark>" in content
    assert f"/tickets/{world.shared.pk}/follow/" in content


def test_ones_own_is_found_too_without_that_button(world: World) -> None:
    content = suggested(world.carla, world.harbor.pk)
    assert f"/tickets/{world.shared.pk}/" in content
    assert "follow/" not in content


def test_those_of_the_chosen_account_come_first_and_the_others_are_marked_with_theirs(world: World) -> None:
    TicketFactory(contact=world.bo.contact, account=world.lighthouse, subject="Lift of the agency")
    content = suggested(world.bo, world.harbor.pk)
    here, _heading, elsewhere = content.partition("Elsewhere")
    assert f"/tickets/{world.shared.pk}/" in here and "Lighthouse Agency" not in here
    assert "of the agency" in elsewhere and "Lighthouse Agency" in elsewhere
    content = suggested(world.bo, world.lighthouse.pk)
    assert "Harbor Tower" in content.partition("Elsewhere")[2]


def test_where_only_another_account_has_one_it_is_found_and_followed_in_place(world: World) -> None:
    content = suggested(world.bo, world.lighthouse.pk)
    assert "This may have been raised already" in content and "Harbor Tower" in content
    address = f"/tickets/{world.shared.pk}/follow/"
    assert address in content
    answer = world.bo.client.post(address, {"within": "1"}, headers=HTMX)
    assert "Following" in answer.content.decode()
    assert world.shared.followers.filter(contact=world.bo.contact).exists()


def test_opened_as_a_page_it_is_the_new_ticket_with_what_was_typed(world: World) -> None:
    response = world.kim.client.get(
        "/tickets/similar/", {"account": world.harbor.pk, "subject": "stuck lift"}, follow=True
    )
    content = response.content.decode()
    assert 'value="stuck lift"' in content
    assert "may have raised this already" in content


def test_a_stranger_learns_nothing(world: World) -> None:
    content = suggested(world.zoe, world.harbor.pk)
    assert "lift" not in content
    assert "Harbor" not in content


def test_private_ones_are_never_suggested(world: World) -> None:
    assert "pay slip" not in suggested(world.kim, world.harbor.pk, "Pay slip missing")
    assert "pay slip" in suggested(world.carla, world.harbor.pk, "Pay slip missing").replace(
        "<mark>", ""
    ).replace("</mark>", "")


def test_nothing_is_suggested_where_nothing_is_shared(world: World, share) -> None:
    share("own")
    assert "stuck" not in suggested(world.kim, world.harbor.pk)


def test_words_of_notes_find_nothing(world: World) -> None:
    assert "stuck" not in suggested(world.kim, world.harbor.pk, "Called company")


def test_it_says_who_will_see_a_ticket_of_that_account(world: World) -> None:
    content = suggested(world.bo, world.harbor.pk, "")
    assert "The 4 people at Harbor Tower will be able to see this ticket." in content
    assert 'hx-swap-oob="true"' in content


@pytest.mark.parametrize("account", ["", "x", "999999", "\x00"])
def test_an_account_that_is_none_is_as_none(world: World, account: str) -> None:
    assert "stuck" in suggested(world.kim, account), "as if none was ticked"
    assert "stuck" not in suggested(world.zoe, account)


@pytest.mark.parametrize("subject", ["", " ", "%", "<script>", "x" * 5000, "의 를"])
def test_any_subject_is_answered(world: World, subject: str) -> None:
    assert "<script>" not in suggested(world.kim, world.harbor.pk, subject)


def test_a_deactivated_contact_is_refused(world: World, carla_is_gone) -> None:
    assert world.carla.client.get("/tickets/similar/?subject=lift").status_code == 403


def test_agents_and_posts_are_refused(world: World) -> None:
    assert world.ana.client.get("/tickets/similar/").status_code == 404
    assert world.kim.client.post("/tickets/similar/").status_code == 405
