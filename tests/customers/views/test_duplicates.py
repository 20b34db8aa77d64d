"""The page of possible duplicates: what it shows, telling apart, taking that back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from customers.duplicates.pairs import dismiss_pair
from customers.duplicates.search import search_on
from customers.merging.contacts import merge_contacts
from customers.models import DuplicatePair, DuplicateSearch
from customers.services.associations import Entry
from customers.services.methods.changes import add_method
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory, ContactFactory, DuplicatePairFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
LIST = "/agent/health/duplicates/"
PHONE = "+82 2 555 0101"
HTMX = {"HX-Request": "true"}


def alike(*names: str, **more) -> list:
    people = [ContactFactory(first_name="", last_name=name, phone=PHONE, **more) for name in names]
    search_on(settled=timedelta(0))
    return people


def page(world: World, query: str = "") -> str:
    response = world.max.client.get(LIST + query)
    assert response.status_code == 200
    return response.content.decode()


def post(world: World, verb: str, pair: DuplicatePair, **headers: str):
    return world.ana.client.post(reverse(f"customers:duplicate_{verb}", args=[pair.pk]), headers=headers)


def test_it_shows_both_with_their_accounts_and_what_they_share(world: World) -> None:
    one, other = alike("Kim Ha-eun", "Kim Haeun", accounts=[world.harbor, Entry(world.far_away.pk)])
    shown = page(world)
    assert "Kim Ha-eun" in shown and "Kim Haeun" in shown
    assert "Same phone: 02-555-0101" in shown or "Same phone: +82 2-555-0101" in shown
    assert "Harbor Tower" in shown and "and 1 more" in shown
    assert f'href="{reverse("customers:contact_merge", args=[one.pk])}?with={other.pk}"' in shown


def test_name_and_address_are_told_in_words_too(world: World) -> None:
    for address in ("h.eun@people.example", "heun@people.example"):
        ContactFactory(first_name="", last_name="Ha-eun", email=address, accounts=[world.harbor])
    search_on(settled=timedelta(0))
    shown = page(world)
    assert "Same name, and both at Harbor Tower" in shown
    assert "Similar addresses: h.eun@people.example and heun@people.example" in shown


def test_three_who_are_alike_stand_together_and_merge_at_once(world: World) -> None:
    one, two, three = alike("One", "Two", "Three")
    shown = page(world)
    assert shown.count('class="dupe__pair"') == 2, "the oldest with each of the others"
    assert "Merge all 3 into One…" in shown
    assert f"?with={three.pk}&amp;with={two.pk}" in shown
    dismiss_pair(DuplicatePair.objects.get(first=one, second=two), actor=DESK)
    assert page(world).count('class="dupe__pair"') == 2, "now the younger two are a pair of their own"
    merge_contacts(one, [three], actor=DESK)
    search_on(settled=timedelta(0))
    assert page(world).count('class="dupe__pair"') == 0


def test_a_reason_narrows_the_list(world: World) -> None:
    alike("One", "Two")
    assert "dupe__pair" in page(world, "?reason=same_phone")
    assert "Nobody looks alike for this reason" in page(world, "?reason=similar_address")
    assert "dupe__pair" in page(world, "?reason=nonsense")


def test_told_apart_it_is_gone_and_stands_among_those_told_apart(world: World) -> None:
    alike("One", "Two")
    pair = DuplicatePair.objects.get()
    response = post(world, "dismiss", pair)
    assert response.status_code == 302
    assert "Nobody stands here twice" in page(world)
    assert "Told apart by Ana" in page(world, "?show=apart")
    entry = AuditEntry.objects.get(code="duplicate.dismissed")
    assert (entry.subject_id, entry.related_id) == (pair.first_id, pair.second_id)
    post(world, "restore", pair)
    assert "dupe__pair" in page(world)
    assert AuditEntry.objects.filter(code="duplicate.restored").count() == 1


def test_htmx_gets_the_pair_with_the_way_back_in_its_place(world: World) -> None:
    alike("One", "Two")
    pair = DuplicatePair.objects.get()
    response = post(world, "dismiss", pair, **HTMX)
    answer = response.content.decode()
    assert answer.lstrip().startswith("<div") and f'id="pair-{pair.pk}"' in answer
    assert "Take back" in answer
    assert "One and Two are two people" in response["HX-Trigger"]
    assert "Not the same person" in post(world, "restore", pair, **HTMX).content.decode()


def test_twice_is_recorded_once(world: World) -> None:
    pair = DuplicatePairFactory()
    for _ in range(2):
        post(world, "dismiss", pair)
    assert AuditEntry.objects.filter(code="duplicate.dismissed").count() == 1


def test_an_agent_tells_apart_but_does_not_merge(world: World) -> None:
    alike("One", "Two")
    shown = world.ana.client.get(LIST).content.decode()
    assert "Not the same person" in shown
    assert "Merge…" not in shown


def test_it_says_that_the_first_look_is_under_way(world: World) -> None:
    assert "under way" in page(world)
    search_on()
    assert "under way" not in page(world)
    assert DuplicateSearch.objects.get().walked_at


def test_pages_go_on_after_one_another(world: World) -> None:
    first = ContactFactory(first_name="", last_name="Zero")
    pairs = [DuplicatePairFactory(first=first, second=ContactFactory()) for _ in range(30)]
    shown = world.max.client.get(LIST)
    assert shown.context["count_words"] == "30"
    following = world.max.client.get(f"{LIST}?after={shown.context['page'].next_cursor}")
    assert len(shown.context["page"].rows) + len(following.context["page"].rows) == len(pairs)


def test_the_activity_of_both_tells_it(world: World) -> None:
    account = AccountFactory()
    one, other = alike("One", "Two", accounts=[account])
    add_method(one, "x", "@one", actor=DESK)
    dismiss_pair(DuplicatePair.objects.get(), actor=world.max.actor)
    for contact in (one, other):
        feed = world.max.client.get(reverse("customers:contact_activity", args=[contact.pk])).content.decode()
        assert "told One and Two apart" in feed
