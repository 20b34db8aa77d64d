"""Filters that name what is gone, was merged, or never was: left out, said, and the rest is shown."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from customers.lists.filters import AccountFilter, ContactFilter
from customers.merging.accounts import merge_accounts
from customers.models import Account, Contact, Tag
from customers.services.saved_views import save_view
from customers.services.tags import add_tags
from portal.filters import TicketFilter as HelpCenterFilter
from portal.listing import staged
from tests.architecture.test_nonsense import VALUES
from tests.factories import DESK, DepartmentFactory
from tests.personas import Persona, World
from tickets.filters import TicketFilter
from tickets.models import Ticket

SETS: dict[str, tuple[str, Any, Callable[[Any], Any]]] = {
    "contacts": ("ana", ContactFilter, Contact.objects.visible_to),
    "accounts": ("ana", AccountFilter, Account.objects.visible_to),
    "tickets": ("ana", TicketFilter, Ticket.objects.visible_to),
    "help center": ("kim", HelpCenterFilter, lambda actor: staged(Ticket.objects.visible_to(actor))),
}
#: Words; whatever they are, there may be something called so.
WORDS = ("q", "letter")


def narrowed(kind: str, world: World, query: str) -> Any:
    who, filters, visible = SETS[kind]
    person = world.persona(who)
    request = RequestFactory().get("/")
    request.actor, request.user = person.actor, person.user
    return filters(QueryDict(query), visible(person.actor), request=request)


def cases() -> Iterator[tuple[str, str]]:
    for kind, (_who, filters, _visible) in SETS.items():
        yield from ((kind, name) for name in filters.base_filters)


@pytest.mark.parametrize(("kind", "name"), list(cases()), ids=lambda part: part)
def test_nonsense_under_each_name_is_left_out_and_said(world: World, kind: str, name: str) -> None:
    everything = narrowed(kind, world, "").qs.count()
    for value in VALUES:
        query = QueryDict(mutable=True)
        query[name] = value
        found = narrowed(kind, world, query.urlencode())
        rows = found.qs.count()
        if name not in WORDS:
            assert rows == everything, value
            assert bool(found.lost_filters) == bool(value.strip()), value


def page(person: Persona, address: str) -> str:
    answer = person.client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def lost(label: str) -> str:
    return f"The filter “{label}” names what is no longer there, and is left out."


@pytest.mark.parametrize("name", ["department", "assignee", "account", "contact", "status", "priority"])
def test_the_list_of_tickets_says_it_and_shows_the_rest(world: World, name: str) -> None:
    text = page(world.ana, f"/agent/tickets/?view=all&{name}=99999999")
    assert lost(name.capitalize()) in text
    assert "The lift is stuck" in text
    assert lost(name.capitalize()) in page(world.ana, f"/agent/tickets/export/?view=all&{name}=99999999")


def test_of_several_the_others_still_narrow(world: World) -> None:
    other = DepartmentFactory(name="Other desk")
    text = page(world.ana, f"/agent/tickets/?view=all&department={other.pk}&department=99999999")
    assert lost("Department") in text
    assert "The lift is stuck" not in text
    text = page(world.ana, f"/agent/tickets/?view=all&assignee={world.max.user.pk}&assignee=99999999")
    assert lost("Assignee") in text
    assert "The lift is stuck" not in text
    assert lost("Assignee") not in page(world.ana, "/agent/tickets/?view=all&assignee=me&assignee=none")


def test_a_tag_that_was_deleted_leaves_a_kept_view_usable(world: World) -> None:
    add_tags([world.kim.contact.pk], ["VIP"], actor=DESK)
    tag = Tag.objects.get()
    view = save_view("contact", {"name": "VIPs", "query": f"tag={tag.pk}"}, actor=world.ana.actor)
    assert "Carla" not in page(world.ana, view.get_absolute_url())
    tag.delete()
    text = page(world.ana, view.get_absolute_url())
    assert lost("Tags") in text and "Carla" in text
    assert lost("Tags") in page(world.max, f"/agent/contacts/export/?tag={tag.pk}")


def test_an_account_that_was_merged_leads_to_what_it_became(world: World) -> None:
    gone = world.far_away.pk
    merge_accounts(world.harbor, [world.far_away], actor=DESK)
    for kind, name in (("contacts", "account"), ("tickets", "account"), ("help center", "account")):
        found = narrowed(kind, world, f"{name}={gone}")
        assert found.qs.exists() and not found.lost_filters


def test_the_help_center_says_no_more_of_a_strangers_account_than_of_none(world: World) -> None:
    of_others, of_nobody = (page(world.kim, f"/?account={pk}") for pk in (world.far_away.pk, 99999999))
    assert lost("Account") in of_others and lost("Account") in of_nobody
    assert "The lift is stuck" in of_others
    assert "Far Away" not in of_others
