"""What the help center tells of those who can see a ticket: how many, and the names of one's own colleagues."""

import re

import pytest

from tests.factories import ContactFactory, TicketFactory
from tests.personas import World, acts_for
from tests.portal.conftest import text_of


def names(world: World, who: str, ticket_pk: int | None = None) -> dict[str, str]:
    """The names in the list, each with the word behind it."""
    page = text_of(world.persona(who).client.get(f"/tickets/{ticket_pk or world.shared.pk}/"))
    shown = re.search(r'<details class="seen">(.*?)</details>', page, re.DOTALL)
    rows = re.findall(r"<li><span[^>]*>([^<]*)</span>(.*?)</li>", shown[1] if shown else "", re.DOTALL)
    return {name: re.sub(r"<[^>]*>", "", note).strip() for name, note in rows}


@pytest.mark.parametrize("who", ["carla", "kim", "ada"])
def test_colleagues_are_named_and_who_acts_for_the_account_only_as_that(world: World, who: str) -> None:
    told = names(world, who)
    assert set(told) == {"Carla Moreno", "Kim Seo-yeon", "Ada Novak", "Bo Lindqvist"}
    assert told["Carla Moreno"] == ("You" if who == "carla" else "Requester")
    assert told["Bo Lindqvist"] == "acts for Harbor Tower"
    assert told[world.persona(who).contact.name] == "You"
    page = text_of(world.persona(who).client.get(f"/tickets/{world.shared.pk}/"))
    assert "4 people at Harbor Tower can see this ticket." in page
    assert "Lighthouse" not in page
    assert "Agency" not in page


def test_who_acts_for_it_is_told_how_many_and_no_names(world: World) -> None:
    page = text_of(world.bo.client.get(f"/tickets/{world.shared.pk}/"))
    assert "4 people at Harbor Tower can see this ticket." in page
    assert names(world, "bo") == {}
    for stranger in ("Kim Seo-yeon", "Ada Novak"):
        assert stranger not in page


def test_who_manages_its_people_knows_them_anyway(world: World) -> None:
    acts_for(world.bo.contact, world.harbor, role="administrator")
    assert "Kim Seo-yeon" in names(world, "bo")


def test_of_a_private_ticket_there_is_nobody_to_name(world: World) -> None:
    assert names(world, "carla", world.private.pk) == {}


def test_a_large_company_is_named_in_part(world: World) -> None:
    for _ in range(15):
        ContactFactory(accounts=[world.harbor])
    page = text_of(world.carla.client.get(f"/tickets/{world.shared.pk}/"))
    assert len(names(world, "carla")) == 13
    assert "19 people at Harbor Tower" in page
    assert "and 6 more" in page


def test_whoever_is_alone_shares_with_nobody(world: World) -> None:
    alone = TicketFactory(contact=world.zoe.contact)
    page = text_of(world.zoe.client.get(f"/tickets/{alone.pk}/"))
    assert "Only the requester and our team can see this ticket." in page


def test_a_reply_on_behalf_says_so_before_and_after(world: World) -> None:
    address = f"/tickets/{world.shared.pk}/"
    assert "You reply on behalf of Harbor Tower, as Agency (customer)." in text_of(
        world.bo.client.get(address)
    )
    assert "You reply on behalf" not in text_of(world.kim.client.get(address))
    world.bo.client.post(f"{address}reply/", {"body": "On my way"})
    for page in (world.kim.client.get(address), world.ana.client.get(f"/agent{address}")):
        assert "for Harbor Tower, as Agency (customer)" in text_of(page)


def test_keeping_a_new_ticket_private_changes_what_is_said_of_it(world: World) -> None:
    asked = f"/tickets/similar/?account={world.harbor.pk}&subject=x"
    htmx = {"HX-Request": "true"}
    assert "4 people at Harbor Tower" in text_of(world.kim.client.get(asked, headers=htmx))
    private = text_of(world.kim.client.get(f"{asked}&is_private=on", headers=htmx))
    assert "Only you and our team will be able to see this ticket." in private
