"""The Associate contacts dialog: what it shows, what stays ticked, and what it does."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Contact
from helpdesk.events.models import AuditEntry
from tests.factories import AccountFactory, ContactFactory
from tests.personas import World

HTMX = {"HX-Request": "true"}


def address(world: World) -> str:
    return reverse("customers:account_associate", args=[world.lighthouse.pk])


def look(world: World, **query: Any) -> Any:
    return world.ana.client.get(address(world), query, headers=HTMX)


def candidate(response: Any, contact: Contact) -> Any:
    return next(line for line in response.context["candidates"] if line.contact == contact)


def picked(response: Any) -> set[str]:
    return {contact.name for contact in response.context["picked"]}


def test_members_are_ticked_and_cannot_be_chosen(world: World) -> None:
    response = look(world)
    line = candidate(response, world.bo.contact)
    assert line.disabled
    assert "Already associated" in response.content.decode()


def test_who_is_at_the_limit_is_shown_and_says_why(world: World) -> None:
    full = ContactFactory(first_name="Abel", accounts=[AccountFactory() for _ in range(25)])
    response = look(world)
    assert candidate(response, full).disabled
    assert "25 of 25 accounts" in response.content.decode()
    refused = world.ana.client.post(address(world), {"picked": [full.pk]}, headers=HTMX)
    assert refused.status_code == 422
    assert "at most" in refused.content.decode()
    assert full.associations.count() == 25


def test_where_nobody_is_found_there_is_nothing_to_turn_or_to_associate(world: World) -> None:
    text = look(world, q="zzzzz").content.decode()
    assert "Nothing matches" in text
    assert "0 of 0" not in text
    assert "disabled>" not in text
    assert "btn--primary" not in text
    still_ticked = look(world, q="zzzzz", picked=[world.carla.contact.pk]).content.decode()
    assert "Associate 1 contact" in still_ticked


def test_on_a_desk_of_one_account_associating_means_moving(world: World, settings) -> None:
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    assert not candidate(look(world), world.carla.contact).disabled
    world.ana.client.post(address(world), {"picked": [world.carla.contact.pk]})
    assert [place.account for place in world.carla.contact.associations.all()] == [world.lighthouse]


@pytest.mark.parametrize("query", [{"letter": "Z"}, {"q": "zoe"}, {"scope": "none"}, {"after": "broken"}])
def test_what_is_ticked_stays_over_letters_searches_and_pages(world: World, query: dict[str, str]) -> None:
    carla, kim = world.carla.contact.pk, world.kim.contact.pk
    response = look(world, picked=[carla], contact=[kim], shown=[kim], **query)
    assert picked(response) == {"Carla Moreno", "Kim Seo-yeon"}
    assert f'name="picked" value="{carla}"' in response.content.decode()


def test_what_was_shown_and_is_no_longer_ticked_is_let_go(world: World) -> None:
    carla, kim = world.carla.contact.pk, world.kim.contact.pk
    assert picked(look(world, picked=[carla, kim], contact=[kim], shown=[carla, kim])) == {"Kim Seo-yeon"}


@pytest.mark.parametrize("query", ["letter=Z", "scope=none", "after=broken", ""])
def test_looking_on_without_scripts_keeps_what_is_ticked_and_changes_nothing(
    world: World, query: str
) -> None:
    carla, kim = world.carla.contact.pk, world.kim.contact.pk
    ticked = {"picked": [carla], "contact": [kim], "shown": [kim], "q": "zoe"}
    response = world.ana.client.post(f"{address(world)}?{query}", ticked | {"look": ""})
    assert response.status_code == 200
    assert picked(response) == {"Carla Moreno", "Kim Seo-yeon"}
    assert response.context["query"] == "zoe"
    assert not world.kim.contact.associations.filter(account=world.lighthouse).exists()


def test_letting_go_of_one_without_scripts_changes_nothing_else(world: World) -> None:
    carla, kim = world.carla.contact.pk, world.kim.contact.pk
    response = world.ana.client.post(address(world), {"picked": [carla, kim], "drop": carla})
    assert picked(response) == {"Kim Seo-yeon"}
    assert not world.kim.contact.associations.filter(account=world.lighthouse).exists()


def test_a_chip_lets_go_of_one(world: World) -> None:
    carla, kim = world.carla.contact.pk, world.kim.contact.pk
    assert picked(look(world, picked=[carla, kim], drop=carla)) == {"Kim Seo-yeon"}


def test_a_second_page_follows_the_first(world: World) -> None:
    for number in range(10):
        ContactFactory(first_name="Karin", last_name=f"{number:02}")
    first = look(world, letter="K")
    assert len(first.context["candidates"]) == 8
    second = world.ana.client.get(first.context["links"].next, headers=HTMX)
    assert [line.contact.name for line in second.context["candidates"]][-1] == "Kim Seo-yeon"
    assert second.context["letter"] == "K"


def test_hangul_initials_lead_to_their_names(world: World) -> None:
    ContactFactory(first_name="도윤", last_name="박")
    response = look(world, letter="ㅂ")
    assert [line.contact.last_name for line in response.context["candidates"]] == ["박"]


def test_deactivated_people_are_left_out(world: World) -> None:
    Contact.objects.filter(pk=world.zoe.contact.pk).update(is_active=False)
    assert look(world, q="zoe").context["candidates"] == []


def test_ticked_people_are_associated_and_it_is_recorded(world: World) -> None:
    carla, zoe = world.carla.contact, world.zoe.contact
    data = {"picked": [carla.pk], "contact": [zoe.pk], "shown": [zoe.pk]}
    response = world.ana.client.post(address(world), data)
    assert response.status_code == 302
    for contact in (carla, zoe):
        assert contact.associations.filter(account=world.lighthouse, position=2).exists()
        entries = AuditEntry.objects.filter(subject_type="customers.contact", subject_id=contact.pk)
        assert entries.filter(actor_user=world.ana.user).exists()


def test_htmx_is_told_to_go_to_the_accounts_contacts(world: World) -> None:
    response = world.ana.client.post(address(world), {"contact": [world.zoe.contact.pk]}, headers=HTMX)
    assert response["HX-Redirect"] == reverse("customers:account_contacts", args=[world.lighthouse.pk])


@pytest.mark.parametrize("data", [{}, {"contact": ["0"]}, {"contact": ["x", "-1", "9" * 40, "²"]}])
def test_nobody_ticked_is_a_sentence(world: World, data: dict[str, Any]) -> None:
    response = world.ana.client.post(address(world), data, headers=HTMX)
    assert response.status_code == 422
    assert "Tick at least one contact." in response.content.decode()


def test_markup_in_a_name_or_search_is_text(world: World) -> None:
    script = "<script>alert(1)</script>"
    ContactFactory(first_name=script, last_name="")
    response = look(world, q=script)
    assert script not in response.content.decode()


def test_an_agent_without_the_right_gets_403(world: World) -> None:
    world.ana.user.groups.clear()
    assert world.ana.client.get(address(world)).status_code == 403
    assert world.ana.client.post(address(world)).status_code == 403
