"""Views of the lists in the workspace: opened, kept, changed, shared, deleted, and what each person sees of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from customers.lists import navigation
from customers.merging.accounts import merge_accounts
from customers.models import Account, DefaultView, SavedView
from customers.services.accounts.deletion import delete_account
from customers.services.saved_views import save_view, set_default_view
from helpdesk.core.database import counting
from tests.factories import DESK, AccountFactory, ContactFactory, fill_desk
from tests.personas import Persona, World

LISTS = {"contact": reverse("customers:contact_list"), "account": reverse("customers:account_list")}
LIST = LISTS["contact"]
CREATE = reverse("customers:view_create", args=["contact"])
ALL_VIEWS = reverse("customers:view_list", args=["contact"])


def saved(by: Persona, query: str = "role=administrator&sort=name", **fields: str) -> SavedView:
    return save_view("contact", {"name": "Heads", "query": query, **fields}, actor=by.actor)


def change(view: SavedView, verb: str = "view_change") -> str:
    return reverse(f"customers:{verb}", args=[view.module, view.pk])


def context(client: Client, address: str, query: Any = None) -> Any:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.context


def names(client: Client, address: str) -> set[str]:
    return {row.name for row in context(client, address)["page"]}


# --- Opening ------------------------------------------------------------------


def test_a_view_by_its_name_alone_leads_to_the_whole_list(world: World) -> None:
    view = saved(world.ana)
    response = world.ana.client.get(LIST, {"view": view.pk})
    assert response.url == f"{LIST}?view={view.pk}&role=administrator&sort=name"
    found = context(world.ana.client, response.url)
    assert [row.name for row in found["page"]] == ["Ada Novak"]
    assert (found["current_view"], found["is_changed"], found["may_keep"]) == (view, False, True)


@pytest.mark.parametrize("module", LISTS)
def test_every_built_in_view_opens_and_is_not_changed(world: World, module: str) -> None:
    for entry in context(world.ana.client, LISTS[module])["customer_views"].built_in:
        found = context(world.ana.client, entry.url)
        assert not found["is_changed"], entry.name
        assert found["current_view"] == entry.view
        assert world.ana.client.get(LISTS[module], {"view": entry.view.key}).url == entry.url


def test_built_in_views_hold_what_they_say(world: World) -> None:
    ContactFactory(first_name="No", last_name="Place")
    ContactFactory(first_name="Gone", last_name="Away", is_active=False, accounts=[world.harbor])
    views = {e.view.key: e.url for e in context(world.ana.client, LIST)["customer_views"].built_in}
    assert names(world.ana.client, views["unassociated"]) == {"No Place"}
    assert names(world.ana.client, views["administrators"]) == {"Ada Novak"}
    assert names(world.ana.client, views["deactivated"]) == {"Gone Away"}
    assert "No Place" in names(world.ana.client, views["recent"])


def test_a_colleague_who_may_not_see_the_view_sees_the_same_list(world: World) -> None:
    view = saved(world.ana)
    found = context(world.max.client, view.get_absolute_url())
    assert [row.name for row in found["page"]] == ["Ada Novak"]
    assert found["is_whole"]
    assert found["is_changed"]
    assert "Heads" not in world.max.client.get(view.get_absolute_url()).content.decode()


@pytest.mark.parametrize("key", ["999999", "x", "9" * 30, "", "-1"])
def test_a_view_that_is_not_there_is_not_found(world: World, key: str) -> None:
    assert world.ana.client.get(LIST, {"view": key}).status_code == 404
    assert world.ana.client.get(LIST, {"view": key, "sort": "name"}).status_code == 200


def test_a_private_view_of_somebody_else_is_not_there(world: World) -> None:
    view = saved(world.ana)
    assert world.max.client.get(LIST, {"view": view.pk}).status_code == 404
    for verb in ("view_change", "view_delete"):
        assert world.max.client.get(change(view, verb)).status_code == 404
        assert world.max.client.post(change(view, verb), {"name": "Mine"}).status_code == 404
    assert world.max.client.post(change(view, "view_keep"), {"query": ""}).status_code == 404
    default = reverse("customers:view_default", args=["contact"])
    assert world.max.client.post(default, {"view": view.pk}).status_code == 404
    assert "Heads" not in world.max.client.get(ALL_VIEWS).content.decode()
    view.refresh_from_db()
    assert view.name == "Heads"


def test_a_view_belongs_to_one_list(world: World) -> None:
    view = saved(world.ana)
    assert world.ana.client.get(LISTS["account"], {"view": view.pk}).status_code == 404
    wrong = reverse("customers:view_change", args=["account", view.pk])
    assert world.ana.client.get(wrong).status_code == 404


# --- Changed ------------------------------------------------------------------


@pytest.mark.parametrize("more", ["&q=ada", "&sort=-created", "&columns=name&columns=email", "&language=ko"])
def test_whatever_differs_from_the_view_can_be_taken_back_or_kept(world: World, more: str) -> None:
    view = saved(world.ana)
    address = view.get_absolute_url() + more
    page = world.ana.client.get(address)
    assert page.context["is_changed"]
    text = page.content.decode()
    assert f'href="{view.get_absolute_url().replace("&", "&amp;")}"' in text
    assert 'form="keep-view"' in text
    response = world.ana.client.post(change(view, "view_keep"), {"query": page.context["state"].query})
    view.refresh_from_db()
    assert response.url == view.get_absolute_url()
    assert not context(world.ana.client, response.url)["is_changed"]


@pytest.mark.parametrize(
    "more", ["&letter=A", "&after=nonsense", "&language=", "&columns=name&columns=nonsense"]
)
def test_where_one_is_in_a_list_and_what_means_nothing_does_not_change_it(world: World, more: str) -> None:
    address = saved(world.ana).get_absolute_url() + more.replace("&columns=name&columns=nonsense", "")
    assert not context(world.ana.client, address)["is_changed"]


def test_the_order_in_which_an_address_names_things_does_not_matter(world: World) -> None:
    view = saved(world.ana, "role=customer&language=ko&sort=name")
    address = f"{LIST}?sort=name&language=ko&role=customer&view={view.pk}"
    assert not context(world.ana.client, address)["is_changed"]


# --- Keeping ------------------------------------------------------------------


def test_a_list_is_kept_under_a_name_and_opened(world: World) -> None:
    query = f"account={world.harbor.pk}&q=a&sort=-created&columns=name&columns=email&letter=A&nonsense=1"
    response = world.ana.client.post(CREATE, {"name": "Harbor", "query": query, "default": "on"})
    view = SavedView.objects.get(name="Harbor")
    kept = QueryDict(view.query)
    assert dict(kept.lists()) == {
        "account": [str(world.harbor.pk)],
        "q": ["a"],
        "sort": ["-created"],
        "columns": ["name", "email"],
    }
    assert response.url == view.get_absolute_url()
    assert world.ana.client.get(LIST).url == view.get_absolute_url()


def test_what_the_filters_do_not_know_is_not_kept(world: World) -> None:
    world.ana.client.post(CREATE, {"name": "Odd", "query": "role=king&account=x&language=xx&active=no"})
    assert SavedView.objects.get().query == "active=no&sort=name"


def test_a_name_that_is_taken_is_told_and_what_was_typed_stays(world: World) -> None:
    saved(world.ana)
    response = world.ana.client.post(CREATE, {"name": "HEADS", "query": "q=lift"})
    assert response.status_code == 422
    text = response.content.decode()
    assert "another view with this name" in text
    assert 'value="HEADS"' in text
    assert "q=lift" in text
    assert world.ana.client.post(CREATE, {"name": ""}).status_code == 422
    assert SavedView.objects.count() == 1


def test_htmx_is_led_to_the_view_and_gets_refusals_as_a_fragment(world: World) -> None:
    htmx = {"HX-Request": "true"}
    refused = world.ana.client.post(CREATE, {"name": ""}, headers=htmx)
    assert "<html" not in refused.content.decode()
    done = world.ana.client.post(CREATE, {"name": "Mine", "query": ""}, headers=htmx)
    assert done.headers["HX-Redirect"] == SavedView.objects.get().get_absolute_url()


def test_agents_are_not_asked_whom_to_share_with(world: World) -> None:
    assert 'name="audience"' not in world.ana.client.get(CREATE).content.decode()
    world.ana.client.post(CREATE, {"name": "Mine", "audience": "desk"})
    assert SavedView.objects.get().audience == "owner"
    assert 'name="audience"' in world.max.client.get(CREATE).content.decode()


def test_a_shared_view_stands_beside_the_list_of_those_it_is_for(world: World) -> None:
    saved(world.max, audience="agent")
    shared = context(world.ana.client, LIST)["customer_views"].shared
    assert [entry.name for entry in shared] == ["Heads"]
    assert context(world.root.client, LIST)["customer_views"].shared == []
    assert "Heads" in world.root.client.get(ALL_VIEWS).content.decode()


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("max", 200), ("root", 200)])
def test_a_shared_view_is_changed_by_its_owner_and_administrators(
    world: World, who: str, status: int
) -> None:
    view = saved(world.max, audience="desk")
    client = world.persona(who).client
    assert client.get(change(view)).status_code == status
    assert client.get(change(view, "view_delete")).status_code == status
    if status == 403:
        assert client.post(change(view), {"name": "X"}).status_code == 403
        assert client.post(change(view, "view_delete")).status_code == 403
        assert client.post(change(view, "view_keep"), {"query": ""}).status_code == 403
        assert not context(client, view.get_absolute_url())["may_keep"]


def test_a_view_is_renamed_shared_and_taken_back(world: World) -> None:
    view = saved(world.max)
    world.max.client.post(change(view), {"name": "Everybody", "audience": "desk", "default": "on"})
    view.refresh_from_db()
    assert (view.name, view.audience) == ("Everybody", "desk")
    assert DefaultView.objects.get().view == view
    world.max.client.post(change(view), {"name": "Mine", "audience": "owner"})
    assert context(world.ana.client, LIST)["customer_views"].shared == []
    assert not DefaultView.objects.exists()


def test_a_deleted_view_leaves_the_list(world: World) -> None:
    view = saved(world.ana)
    assert world.ana.client.post(change(view, "view_delete")).url == ALL_VIEWS
    assert not SavedView.objects.exists()
    assert world.ana.client.get(LIST).status_code == 200


# --- The default --------------------------------------------------------------


def test_the_default_opens_by_itself_and_the_whole_list_is_one_click_away(world: World) -> None:
    choose = reverse("customers:view_default", args=["account"])
    world.ana.client.post(choose, {"view": "top"})
    assert world.ana.client.get(LISTS["account"]).url == f"{LISTS['account']}?view=top&level=top&sort=name"
    assert world.max.client.get(LISTS["account"]).status_code == 200
    assert world.ana.client.get(LISTS["account"], {"q": ""}).status_code == 200
    world.ana.client.post(choose, {"view": "all"})
    assert not DefaultView.objects.exists()


def test_a_default_that_is_no_longer_shared_opens_the_whole_list(world: World) -> None:
    view = saved(world.max, audience="desk")
    set_default_view("contact", view=view, actor=world.ana.actor)
    SavedView.objects.update(audience="owner")
    assert world.ana.client.get(LIST).status_code == 200


# --- What no longer exists ------------------------------------------------------


def test_a_view_of_a_deleted_account_says_so_and_opens(world: World) -> None:
    view = saved(world.ana, f"account={world.far_away.pk}&sort=name")
    delete_account(Account.objects.get(pk=world.far_away.pk), actor=DESK)
    found = context(world.ana.client, view.get_absolute_url())
    assert found["lost_filters"] == ["Accounts"]
    assert found["page"].rows
    assert not found["is_changed"]


def test_one_deleted_account_of_several_is_left_out(world: World) -> None:
    view = saved(world.ana, f"account={world.far_away.pk}&account={world.lighthouse.pk}&sort=name")
    delete_account(Account.objects.get(pk=world.far_away.pk), actor=DESK)
    assert names(world.ana.client, view.get_absolute_url()) == {"Bo Lindqvist"}


def test_a_view_follows_an_account_that_was_merged_into_another(world: World) -> None:
    view = saved(world.ana, f"account={world.far_away.pk}&sort=name")
    merge_accounts(world.lighthouse, [world.far_away], actor=DESK)
    assert names(world.ana.client, view.get_absolute_url()) == {"Bo Lindqvist", "Zoe Farrell"}


# --- Numbers --------------------------------------------------------------------


def counts(client: Client, module: str = "contact") -> dict[str, str | None]:
    address = reverse("customers:view_counts", args=[module])
    response = client.get(address, headers={"HX-Request": "true"})
    return {entry.view.key: entry.count for entry in response.context["offered"].entries}


def test_no_page_waits_for_numbers_and_they_are_known_once_counted(world: World) -> None:
    before = {e.count for e in context(world.ana.client, LIST)["customer_views"].entries}
    assert before == {None}
    assert counts(world.ana.client)["administrators"] == "1"
    after = context(world.max.client, LIST)["customer_views"]
    assert after.all_counted


def test_numbers_stop_at_a_thousand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 3)
    assert counts(world.ana.client)["all"] == "3+"


def test_more_views_do_not_cost_more_queries(
    world: World, count_queries: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "KEPT_SECONDS", 0)
    few = count_queries(lambda: counts(world.ana.client))
    for number in range(12):
        saved(world.ana, f"q=word{number}&sort=name", name=f"View {number}")
    assert count_queries(lambda: counts(world.ana.client)) == few


@pytest.mark.parametrize("module", LISTS)
def test_a_list_with_every_column_asks_no_more_for_more_rows(
    world: World, module: str, count_queries: Callable[..., int]
) -> None:
    offered = context(world.ana.client, reverse("customers:list_columns", args=[module]))
    keys = [column.key for column in (*offered["chosen"], *offered["others"])]
    for start in range(0, len(keys), 9):
        query = {"columns": ["name", *keys[start : start + 9]], "q": "fill"}
        fill_desk(5, account=AccountFactory(), first=start * 100)
        few = count_queries(lambda query=query: world.ana.client.get(LISTS[module], query))
        fill_desk(40, account=AccountFactory(), first=start * 100 + 10)
        assert count_queries(lambda query=query: world.ana.client.get(LISTS[module], query)) == few


def test_the_views_speak_the_readers_language_and_the_desks_words(world: World) -> None:
    world.ana.user.language = "ko"
    world.ana.user.save()
    text = world.ana.client.get(LIST).content.decode()
    assert "모든 연락처" in text
    assert "Recently added" not in text
