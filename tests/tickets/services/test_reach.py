"""What a contact can see: every account that lets this person in."""

from collections.abc import Callable

from django.urls import reverse

from customers.models import AccountRelationship
from customers.services.associations import Entry
from customers.services.relationships.links import unlink_accounts
from helpdesk.core.web import listing
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory
from tests.personas import World, acts_for
from tickets.models import Ticket
from tickets.services import reach
from tickets.services.lifecycle import set_private
from tickets.services.reach import reach_of


def counted(contact) -> dict[str, tuple[str, int]]:
    return {each.account.name: (each.mark, each.tickets) for each in reach_of(contact, actor=DESK)}


def test_own_accounts_in_order_then_those_acted_for(world: World) -> None:
    TicketFactory(contact=world.carla.contact)
    assert counted(world.bo.contact) == {"Lighthouse Agency": ("primary", 0), "Harbor Tower": ("acting", 2)}
    both = ContactFactory(accounts=[world.harbor, world.far_away])
    assert counted(both) == {"Harbor Tower": ("primary", 2), "Far Away Ltd": ("none", 1)}


def test_it_counts_what_the_help_center_shows(world: World) -> None:
    for person in (world.carla, world.kim, world.ada, world.bo, world.zoe):
        for each in reach_of(person.contact, actor=DESK):
            shown = Ticket.objects.visible_to(person.actor).filter(account=each.account)
            assert each.tickets == shown.count()
    set_private(world.shared, True, actor=world.carla.actor)
    assert counted(world.kim.contact) == {"Harbor Tower": ("primary", 0)}
    assert counted(world.carla.contact) == {"Harbor Tower": ("primary", 2)}


def test_it_says_what_each_gives_and_who_decided_it(world: World) -> None:
    strict = AccountFactory(name="Strict", sharing="own")
    person = ContactFactory(
        accounts=[
            Entry(world.harbor.pk, role="administrator"),
            strict,
            Entry(world.far_away.pk, sharing="see"),
        ]
    )
    words = {each.account.name: each.words for each in reach_of(person, actor=DESK)}
    assert words == {
        "Harbor Tower": ["Sees and answers everything", "Manages its people and details"],
        "Strict": ["Sees only what is their own; so the account says"],
        "Far Away Ltd": ["Sees everything; so it is set for this person"],
    }


def test_acting_says_as_what_and_through_what_until_it_no_longer_stands(world: World) -> None:
    acts_for(world.bo.contact, world.harbor, role="administrator")
    acting = reach_of(world.bo.contact, actor=DESK)[1]
    assert [reason.standing for reason in acting.reasons] == [
        "Acts for it as Agency (administrator), through Lighthouse Agency (Partner of)",
        "Acts for it as Agency (customer), through Lighthouse Agency (Partner of)",
    ]
    assert acting.words == ["Sees and answers everything", "Manages its people and details"]
    AccountRelationship.objects.all().delete()
    assert counted(world.bo.contact) == {"Lighthouse Agency": ("primary", 0)}


def test_counting_stops(world: World, monkeypatch) -> None:
    monkeypatch.setattr(reach, "MOST", 1)
    monkeypatch.setattr(listing, "MOST", 1)
    TicketFactory.create_batch(3, contact=world.carla.contact)
    (harbor,) = reach_of(world.kim.contact, actor=DESK)
    assert (harbor.tickets, harbor.tickets_counted) == (2, "more than 1")


def test_whoever_has_no_account_reaches_none(db: None) -> None:
    assert reach_of(ContactFactory(), actor=DESK) == []


def test_many_accounts_cost_the_same_queries(
    world: World, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    one = count_queries(lambda: reach_of(world.bo.contact, actor=DESK))
    many = ContactFactory(accounts=[world.lighthouse, *AccountFactory.create_batch(20)])
    acts_for(many, world.harbor, role="administrator")
    assert count_queries(lambda: reach_of(many, actor=DESK)) <= one


def test_what_gives_nothing_today_is_shown_with_the_reason(world: World) -> None:
    page = world.ana.client.get(reverse("tickets:contact_access", args=[world.bo.contact.pk]))
    assert "Gives nothing today" not in page.content.decode()
    unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
    page = world.ana.client.get(reverse("tickets:contact_access", args=[world.bo.contact.pk]))
    (row,) = page.context["idle"]
    assert (row.account, row.state) == (world.harbor, "ineligible")
    assert "no longer eligible" in page.content.decode()
