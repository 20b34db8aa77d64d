"""The page of data health: findings with counts, lists and remedies."""

import pytest
from django.urls import reverse

from customers.health.findings import FINDINGS, forget_counts
from customers.models import Contact, ContactMethod, DomainJoining
from customers.services.methods.bouncing import mark_bouncing
from tests.agreeing import agreeing
from tests.factories import DESK, AccountFactory, ContactFactory, DuplicatePairFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world(world: World, settings) -> World:
    """With one of each finding."""
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 3
    AccountFactory(name="Empty House")
    ContactFactory(last_name="Lost", email="lost@harbor.example")
    ContactFactory(last_name="Full", accounts=[world.harbor, world.lighthouse, world.far_away])
    ContactMethod.objects.create(
        contact=world.kim.contact, kind="phone", value="02-555-0199", value_key="02-555-0199"
    )
    mark_bouncing("carla@people.example", actor=DESK, reason="550 5.1.1 No such user")
    DuplicatePairFactory(first=world.carla.contact, second=world.kim.contact)
    forget_counts()
    return world


COUNTS = {
    "no-account": 1,
    "duplicates": 1,
    "phones": 1,
    "bouncing": 1,
    "limit": 1,
    "no-people": 1,
    "no-administrator": 2,
}


def test_every_finding_counts_what_its_list_shows(world: World) -> None:
    assert {code: finding.count(world.ana.actor) for code, finding in FINDINGS.items()} == COUNTS
    for code, finding in FINDINGS.items():
        shown = world.ana.client.get(f"{reverse(finding.list_name)}?{finding.query}")
        assert shown.context["count_words"] == str(COUNTS[code]), code


def test_the_page_comes_at_once_and_fetches_each_count(world: World) -> None:
    page = world.ana.client.get("/agent/health/").content.decode()
    assert page.count('hx-trigger="load"') == len(FINDINGS)
    assert "Contacts at the limit of 3 accounts" in page
    part = world.ana.client.get("/agent/health/count/?finding=no-administrator", headers=HTMX)
    assert "2" in part.content.decode() and "<html" not in part.content.decode()


def test_without_scripts_a_link_counts_all(world: World) -> None:
    page = world.ana.client.get("/agent/health/?counted=1").content.decode()
    assert "hx-trigger" not in page.split("<main")[1]


def test_an_unknown_finding_is_not_found(world: World) -> None:
    assert world.ana.client.get("/agent/health/count/?finding=nonsense", headers=HTMX).status_code == 404


def test_where_one_account_is_all_nobody_is_at_the_limit(world: World, settings) -> None:
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    assert "limit" not in world.ana.client.get("/agent/health/").content.decode().split("<main")[1]


def test_joining_by_domain_and_the_way_back(world: World) -> None:
    page = world.ana.client.get("/agent/health/domains/").content.decode()
    assert "Associate 1 contact" in page and "Harbor Tower" in page
    assert agreeing(world.ana.client, "/agent/health/domains/").url == "/agent/health/"
    lost = Contact.objects.get(last_name="Lost")
    assert lost.associations.get().account == world.harbor
    assert FINDINGS["no-account"].count(world.ana.actor) == 0, "the count is fresh after a remedy"
    done = f"/agent/health/domains/{DomainJoining.objects.get().pk}/"
    assert "1 contact associated" in world.ana.client.get(done).content.decode()
    assert world.ana.client.post(done).status_code == 302
    assert not lost.associations.exists()
    assert world.ana.client.post(done).status_code == 422


def test_the_undo_is_of_a_joining_that_there_was(world: World) -> None:
    assert world.ana.client.get("/agent/health/domains/1/").status_code == 404


def test_phones_are_shown_before_and_after(world: World) -> None:
    page = world.ana.client.get("/agent/health/phones/").content.decode()
    assert "02-555-0199" in page and "+8225550199" in page
    nothing = world.ana.client.get("/agent/health/phones/?region=GB").content.decode()
    assert "Keep" not in nothing or "+44" in nothing
    world.ana.client.post("/agent/health/phones/", {"region": "KR"})
    assert FINDINGS["phones"].count(world.ana.actor) == 0


def test_bouncing_addresses_are_tried_again(world: World) -> None:
    assert "550 5.1.1 No such user" in world.ana.client.get("/agent/health/bouncing/").content.decode()
    world.ana.client.post("/agent/health/bouncing/")
    assert "No address bounces" in world.ana.client.get("/agent/health/bouncing/").content.decode()


def test_accounts_that_nothing_depends_on_are_deleted(world: World) -> None:
    assert "Empty House" in world.max.client.get("/agent/health/unused/").content.decode()
    done = world.max.client.post("/agent/health/unused/", follow=True).content.decode()
    assert "1 account deleted" in done
    assert FINDINGS["no-people"].count(world.ana.actor) == 0
    assert "Look at them one by one." in world.max.client.get("/agent/health/unused/").content.decode()


def test_the_only_person_of_an_account_is_appointed(world: World) -> None:
    alone = ContactFactory(
        last_name="Alone", email="al@one.example", accounts=[AccountFactory(name="One House")]
    )
    page = world.ana.client.get("/agent/health/appoint/").content.decode()
    assert "One House" in page and "Alone" in page
    done = world.ana.client.post("/agent/health/appoint/", follow=True).content.decode()
    assert "1 administrator appointed" in done
    assert alone.associations.get().role == "administrator"


def test_a_remedy_is_offered_to_who_may_use_it(world: World) -> None:
    unused = reverse("customers:health_unused")
    assert unused in world.max.client.get("/agent/health/").content.decode()
    assert unused not in world.ana.client.get("/agent/health/").content.decode()
