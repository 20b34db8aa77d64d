"""The list of contacts: search, index, filters, order, pages."""

import pytest
from django.urls import reverse

from customers.services.contacts.changes import update_contact
from tests.factories import DESK, AccountFactory, ContactFactory, fill_desk
from tests.personas import World

LIST = reverse("customers:contact_list")


def names(world: World, **query: object) -> list[str]:
    response = world.ana.client.get(LIST, query)
    assert response.status_code == 200
    return [contact.name for contact in response.context["page"]]


@pytest.mark.parametrize(
    "words", ["moreno", "MORENO carla", "carla@people", "+44 20 7946 0018", "020 7946 0018", "C-"]
)
def test_it_finds_by_name_address_phone_and_reference(world: World, words: str) -> None:
    ContactFactory(
        first_name="Carla", last_name="Moreno-Diaz", email="cmd@people.example", phone="+442079460018"
    )
    found = names(world, q=words)
    assert any(name.startswith("Carla Moreno") for name in found)


def test_letters_with_nobody_are_plain_text(world: World) -> None:
    ContactFactory(first_name="지수", last_name="한", email="jisoo@people.example")
    response = world.ana.client.get(LIST)
    assert {"C", "Z"} <= response.context["letters"]
    assert "Q" not in response.context["letters"]
    assert '<span aria-hidden="true">Q</span>' in response.content.decode()


def test_double_consonants_file_under_the_single_one(world: World) -> None:
    flower = ContactFactory(first_name="꽃", last_name="꽃", email="flower@people.example")
    assert names(world, letter="ㄱ") == [flower.name]


def test_a_letter_shows_only_its_own(world: World) -> None:
    assert set(names(world, letter="Z")) == {"Zoe Farrell"}


def test_an_account_is_found_at_any_position(world: World) -> None:
    ContactFactory(first_name="Both", last_name="Sides", accounts=[world.far_away, world.harbor])
    assert "Both Sides" in names(world, account=world.harbor.pk)
    assert "Bo Lindqvist" not in names(world, account=world.harbor.pk)


def test_several_accounts_are_any_of(world: World) -> None:
    found = names(world, account=[world.far_away.pk, world.lighthouse.pk])
    assert set(found) == {"Zoe Farrell", "Bo Lindqvist"}


def test_who_belongs_nowhere_who_to_several_and_who_is_an_administrator(world: World) -> None:
    ContactFactory(first_name="Nowhere", last_name="Man")
    ContactFactory(first_name="Every", last_name="Where", accounts=[world.harbor, world.far_away])
    assert names(world, membership="none") == ["Nowhere Man"]
    assert names(world, membership="several") == ["Every Where"]
    assert names(world, role="administrator") == ["Ada Novak"]


def test_language_and_state(world: World) -> None:
    update_contact(world.kim.contact, {"language": "ko"}, actor=DESK)
    assert len(names(world, language="ko")) == 1
    assert names(world, active="no") == []


def test_a_filter_is_a_chip_that_can_be_removed(world: World) -> None:
    response = world.ana.client.get(LIST, {"account": world.harbor.pk, "q": "a"})
    (chip,) = response.context["chips"]
    assert chip.value == "Harbor Tower"
    assert chip.remove_url == "?q=a"


@pytest.mark.parametrize(
    "query",
    [{"account": "x"}, {"account": "9" * 30}, {"role": "king"}, {"letter": "??"}, {"after": "nonsense"}],
)
def test_an_address_made_up_by_hand_shows_the_list(world: World, query: dict[str, str]) -> None:
    assert world.ana.client.get(LIST, query).status_code == 200


def test_pages_follow_one_another_without_gap_or_double(world: World) -> None:
    fill_desk(120, account=world.harbor)
    seen, cursor = [], ""
    while True:
        page = world.ana.client.get(LIST, {"q": "Filler", "after": cursor}).context["page"]
        seen += [contact.name for contact in page]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen)


def test_newest_first(world: World) -> None:
    ContactFactory(first_name="Newest")
    assert names(world, sort="-created")[0].startswith("Newest")
    assert names(world, sort="nonsense") == names(world)


def test_the_primary_account_stands_first_with_how_many_more(world: World) -> None:
    others = [AccountFactory() for _ in range(3)]
    ContactFactory(first_name="Rich", last_name="Person", accounts=[world.harbor, *others])
    text = world.ana.client.get(LIST, {"q": "Rich"}).content.decode()
    assert ">Harbor Tower<" in text
    assert "+3" in text
    assert f">{others[0].name}<" not in text


def test_htmx_gets_the_fragment_and_a_boosted_link_the_page(world: World) -> None:
    fragment = world.ana.client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    page = world.ana.client.get(LIST, headers={"HX-Request": "true", "HX-Boosted": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'id="contact-results"' in fragment
    assert "<html" in page


def test_markup_in_a_name_is_text(world: World) -> None:
    ContactFactory(first_name="<script>alert(1)</script>", last_name="X")
    text = world.ana.client.get(LIST, {"q": "script"}).content.decode()
    assert "<script>alert(1)" not in text
