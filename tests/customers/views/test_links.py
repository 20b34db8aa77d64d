"""The tabs of an account's relationships: what agents see, what managers do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import AccountRelationship, AccountRelationshipType, ContactRelationship
from customers.services.accounts.changes import update_account
from customers.services.accounts.family import MOST, family_of
from customers.services.associations import associate
from customers.services.relationships.links import unlink_accounts
from customers.standing import desk_today
from helpdesk.events.timelines import timeline
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory, fill_desk
from tests.personas import World


def to(name: str, world: World) -> str:
    return reverse(f"customers:{name}", args=[world.harbor.pk])


class TestLinks:
    def test_each_account_reads_its_own_direction(self, world: World) -> None:
        page = world.ana.client.get(to("account_links", world)).content.decode()
        assert "Customer of" in page and "Lighthouse Agency" in page and "Partner of" not in page
        there = reverse("customers:account_links", args=[world.lighthouse.pk])
        assert "Partner of" in world.ana.client.get(there).content.decode()

    def test_agents_find_nothing_to_tick_or_make(self, world: World) -> None:
        page = world.ana.client.get(to("account_links", world)).content.decode()
        assert 'type="checkbox"' not in page and to("link_create", world) not in page

    def test_one_that_is_over_says_so(self, world: World) -> None:
        AccountRelationship.objects.update(ends_on=desk_today() - timedelta(days=1))
        assert "ended" in world.ana.client.get(to("account_links", world)).content.decode()

    def test_the_other_way_round_turns_the_pair(self, world: World) -> None:
        kind = AccountRelationshipType.objects.get()
        form = {"kind": f"{kind.pk}-back", "other_text": "far away ltd"}
        answer = world.max.client.post(to("link_create", world), form)
        assert answer["Location"] == to("account_links", world)
        link = AccountRelationship.objects.get(to_account=world.harbor, from_account=world.far_away)
        assert link.type == kind

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"kind": "0-forth", "other_text": "Far Away Ltd"}, "Select a valid choice"),
            ({"other_text": "Nobody knows"}, "Choose the other account from the list"),
            ({"other_text": "Harbor Tower"}, "not linked to itself"),
            ({"other_text": "Far Away Ltd", "starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "last day"),
        ],
    )
    def test_what_does_not_fit_comes_back_with_a_sentence(self, world: World, form, sentence: str) -> None:
        kind = AccountRelationshipType.objects.get()
        answer = world.max.client.post(to("link_create", world), {"kind": f"{kind.pk}-forth"} | form)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()

    def test_what_it_opens_is_asked_first_and_then_done(self, world: World) -> None:
        unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
        kind = AccountRelationshipType.objects.get()
        form = {"kind": f"{kind.pk}-back", "other": world.lighthouse.pk, "other_text": "Lighthouse Agency"}
        asked = world.max.client.post(to("link_create", world), form)
        assert "1 person will see 1 more ticket of Harbor Tower." in asked.content.decode()
        assert not AccountRelationship.objects.exists()
        agreed = asked.context["form"].exposure.key
        world.max.client.post(to("link_create", world), form | {"agreed": agreed})
        assert AccountRelationship.objects.get().from_account == world.lighthouse
        entry = next(e for e in timeline(world.harbor) if e.code == "account_relationship.created")
        assert entry.data["exposure"] == [["Harbor Tower", 1, 1]]

    def test_ticked_rows_are_named_and_go_when_confirmed(self, world: World) -> None:
        row = {"row": AccountRelationship.objects.get().pk}
        asked = world.max.client.get(to("link_delete", world), row)
        assert "Customer of Lighthouse Agency" in asked.content.decode()
        assert AccountRelationship.objects.exists()
        world.max.client.post(to("link_delete", world), row)
        assert not AccountRelationship.objects.exists()

    def test_those_of_other_accounts_are_not_here(self, world: World) -> None:
        row = {"row": AccountRelationship.objects.get().pk}
        elsewhere = reverse("customers:link_delete", args=[world.far_away.pk])
        assert world.max.client.post(elsewhere, row).status_code == 404
        assert world.max.client.get(elsewhere, row).status_code == 302
        assert AccountRelationship.objects.exists()


class TestActing:
    @pytest.fixture
    def colleague(self, world: World):
        return ContactFactory(first_name="Cleo", accounts=[world.lighthouse])

    def test_agents_see_who_acts_and_through_what(self, world: World) -> None:
        page = world.ana.client.get(to("account_acting", world)).content.decode()
        assert "Bo Lindqvist" in page and "Lighthouse Agency – Partner of" in page
        assert 'type="checkbox"' not in page

    def test_one_that_lost_its_ground_says_so(self, world: World) -> None:
        unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
        page = world.ana.client.get(to("account_acting", world)).content.decode()
        assert "no longer eligible" in page

    def test_exactly_the_eligible_are_offered_with_the_reason(self, world: World, colleague) -> None:
        parent = AccountFactory(name="Group")
        update_account(world.harbor, {"parent": parent}, actor=DESK)
        ContactFactory(first_name="Greta", accounts=[parent])
        answer = world.max.client.get(to("acting_create", world))
        found = {
            candidate.contact.first_name: [through.sentence for through in candidate.through]
            for candidate in answer.context["candidates"]
        }
        assert found == {
            "Ada": ["Member of Harbor Tower"],
            "Carla": ["Member of Harbor Tower"],
            "Kim": ["Member of Harbor Tower"],
            "Bo": ["Lighthouse Agency – Partner of"],
            "Cleo": ["Lighthouse Agency – Partner of"],
            "Greta": ["Group – same hierarchy"],
        }

    def test_an_account_that_stands_alone_offers_its_own_people(self, world: World) -> None:
        offered = world.max.client.get(reverse("customers:acting_create", args=[world.far_away.pk]))
        (candidate,) = offered.context["candidates"]
        assert [through.sentence for through in candidate.through] == ["Member of Far Away Ltd"]

    def test_every_reason_is_told_the_own_account_first(self, world: World) -> None:
        associate(world.bo.contact, world.harbor, actor=DESK)
        offered = world.max.client.get(to("acting_create", world), {"q": "bo"})
        sentences = [each.sentence for each in offered.context["candidates"][0].through]
        assert sentences == ["Member of Harbor Tower", "Lighthouse Agency – Partner of"]
        page = world.ana.client.get(to("account_acting", world)).content.decode()
        assert "Member of Harbor Tower, Lighthouse Agency – Partner of" in page

    def test_a_search_keeps_what_was_chosen(self, world: World, colleague) -> None:
        form = {"q": "bo li", "contact": colleague.pk, "look": "1", "ends_on": "2030-01-01"}
        answer = world.max.client.post(to("acting_create", world), form)
        assert answer.status_code == 200
        names = [candidate.contact.first_name for candidate in answer.context["candidates"]]
        assert names == ["Cleo", "Bo"]
        assert "2030-01-01" in answer.content.decode()

    def test_a_manager_gives_it_after_agreeing(self, world: World, colleague) -> None:
        form = {"contact": colleague.pk, "responsibility": ResponsibilityFactory().pk}
        asked = world.max.client.post(to("acting_create", world), form)
        assert "1 person will see 1 more ticket" in asked.content.decode()
        agreed = asked.context["form"].exposure.key
        answer = world.max.client.post(to("acting_create", world), form | {"agreed": agreed})
        assert answer["Location"] == to("account_acting", world)
        assert ContactRelationship.objects.filter(contact=colleague).exists()

    def test_nobody_else_and_no_internal_responsibility(self, world: World, colleague) -> None:
        form = {"contact": world.zoe.contact.pk, "responsibility": ResponsibilityFactory().pk}
        assert world.max.client.post(to("acting_create", world), form).status_code == 422
        inside = ResponsibilityFactory(type="internal")
        form = {"contact": colleague.pk, "responsibility": inside.pk}
        assert world.max.client.post(to("acting_create", world), form).status_code == 422
        assert not ContactRelationship.objects.exclude(contact=world.bo.contact).exists()

    def test_the_holder_is_named(self, world: World, colleague) -> None:
        row = ContactRelationship.objects.get()
        row.responsibility.is_exclusive = True
        row.responsibility.save()
        form = {"contact": colleague.pk, "responsibility": row.responsibility.pk}
        answer = world.max.client.post(to("acting_create", world), form)
        assert "Bo Lindqvist is Agency (customer) of this account already" in answer.content.decode()

    def test_ticked_rows_go_when_confirmed(self, world: World) -> None:
        row = {"row": ContactRelationship.objects.get().pk}
        asked = world.max.client.get(to("acting_delete", world), row)
        assert "Bo Lindqvist: Agency (customer)" in asked.content.decode()
        world.max.client.post(to("acting_delete", world), row)
        assert not ContactRelationship.objects.exists()

    def test_nothing_ticked_goes_back_to_the_list(self, world: World) -> None:
        answer = world.max.client.get(to("acting_delete", world), follow=True)
        assert "Tick what is to be deleted first." in answer.content.decode()

    @pytest.mark.parametrize("name", ["link_create", "link_delete", "acting_create", "acting_delete"])
    def test_agents_may_not_and_no_token_no_change(self, world: World, name: str) -> None:
        row = {"row": ContactRelationship.objects.get().pk}
        assert world.ana.client.post(to(name, world), row).status_code == 403
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.max.user)
        assert client.post(to(name, world), row).status_code == 403


class TestHierarchy:
    def test_the_whole_tree_marks_this_one(self, world: World) -> None:
        top = AccountFactory(name="Group")
        AccountFactory(name="Beside", parent=top)
        update_account(world.harbor, {"parent": top}, actor=DESK)
        AccountFactory(name="Annex", parent=world.harbor)
        world.harbor.refresh_from_db()
        lines = [(leaf.account.name, leaf.depth) for leaf in family_of(world.harbor).leaves]
        assert lines == [("Group", 0), ("Beside", 1), ("Harbor Tower", 1), ("Annex", 2)]
        page = world.ana.client.get(to("account_children", world)).content.decode()
        assert "This one" in page and "Beside" in page

    def test_a_huge_one_is_cut_round_this_one(self, world: World) -> None:
        fill_desk(MOST + 5, account=world.harbor)
        below = AccountFactory(name="Zz below", parent=world.harbor.children.first())
        below.refresh_from_db()
        family = family_of(below)
        assert family.is_cut and len(family.leaves) <= MOST
        assert below.pk in [leaf.account.pk for leaf in family.leaves]


def test_an_account_form_asks_before_it_shares_more(world: World) -> None:
    update_account(world.harbor, {"sharing": "own"}, actor=DESK)
    form = {"name": "Harbor Tower", "type": "customer", "sharing": "see", "domains": "harbor.example"}
    address = to("account_edit", world)
    form["version"] = world.ana.client.get(address).context["form"]["version"].value()
    asked = world.ana.client.post(address, form)
    assert "3 people will see 1 more ticket of Harbor Tower." in asked.content.decode()
    agreed = asked.context["form"].exposure.key
    assert world.ana.client.post(address, form | {"agreed": agreed}).status_code == 302
    world.harbor.refresh_from_db()
    assert world.harbor.sharing == "see"


def test_one_persons_level_is_asked_about_too(world: World) -> None:
    address = reverse("customers:account_place", args=[world.harbor.pk, world.kim.contact.pk])
    form = {"role": "customer", "sharing": "own"}
    world.ana.client.post(address, form)
    assert world.kim.contact.associations.get().sharing == "own"
    asked = world.ana.client.post(address, form | {"sharing": ""})
    assert "1 person will see 1 more ticket of Harbor Tower." in asked.content.decode()
    agreed = asked.context["form"].exposure.key
    assert world.ana.client.post(address, form | {"sharing": "", "agreed": agreed}).status_code == 302
    opened = next(
        e for e in timeline(world.kim.contact) if e.code == "association.changed" and "exposure" in e.data
    )
    assert opened.data["exposure"] == [["Harbor Tower", 1, 1]]


def test_the_desk_gives_and_takes_the_role_of_an_administrator(world: World) -> None:
    kim, ada = (
        reverse("customers:account_place", args=[world.harbor.pk, person.contact.pk])
        for person in (world.kim, world.ada)
    )
    assert 'value="customer"' in world.ana.client.get(kim).content.decode()
    last = world.ana.client.post(ada, {"role": "customer", "sharing": ""})
    assert last.status_code == 422
    assert "Ada Novak" in last.content.decode()
    assert world.ana.client.post(kim, {"role": "administrator", "sharing": ""}).status_code == 302
    assert world.ana.client.post(ada, {"role": "customer", "sharing": ""}).status_code == 302
    roles = {place.contact.first_name: place.role for place in world.harbor.associations.all()}
    assert roles == {"Carla": "customer", "Kim": "administrator", "Ada": "customer"}
