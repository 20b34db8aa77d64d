"""Views of the lists: kept under a name, shared, opened by default, and what is recorded of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from customers.erasing.contacts import erase_contact
from customers.errors.records import TooManyViews, ViewGone
from customers.models import DefaultView, SavedView
from customers.services import saved_views
from customers.services.saved_views import change_view, delete_view, save_view, set_default_view
from helpdesk.core.validation import InvalidFields
from helpdesk.events import wording
from helpdesk.events.models import AuditEntry
from tests.factories import DESK
from tests.personas import Persona, World

QUERY = "role=administrator&sort=name"


def saved(by: Persona, name: str = "Administrators", **fields: str) -> SavedView:
    return save_view("contact", {"name": name, "query": QUERY, **fields}, actor=by.actor)


def seen(by: Persona) -> set[str]:
    return set(SavedView.objects.visible_to(by.actor).values_list("name", flat=True))


def offered(by: Persona) -> set[str]:
    return set(SavedView.objects.offered_to(by.actor).values_list("name", flat=True))


def last_entry(code: str) -> AuditEntry:
    return AuditEntry.objects.filter(code=code).latest("id")


def test_a_view_is_kept_for_its_owner_alone_and_recorded(world: World) -> None:
    view = saved(world.ana, "  My   people ")
    assert (view.name, view.owner, view.audience, view.query) == (
        "My people",
        world.ana.user,
        "owner",
        QUERY,
    )
    assert seen(world.ana) == {"My people"}
    assert seen(world.max) == seen(world.root) == seen(world.carla) == set()
    assert wording.sentence(last_entry("saved_view.created")) == "saved the view My people"


@pytest.mark.parametrize("name", ["ADMINISTRATORS", "  administrators  ", ""])
def test_a_name_is_there_and_the_owner_has_it_once(world: World, name: str) -> None:
    saved(world.ana)
    with pytest.raises(InvalidFields) as refused:
        saved(world.ana, name)
    assert refused.value.message
    saved(world.max)
    save_view("account", {"name": "Administrators"}, actor=world.ana.actor)


def test_an_audience_that_nobody_is_is_refused(world: World) -> None:
    with pytest.raises(InvalidFields):
        saved(world.max, audience="customers")


def test_there_is_an_end_to_how_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    saved(world.ana, "One")
    saved(world.ana, "Two")
    with pytest.raises(TooManyViews):
        saved(world.ana, "Three")


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        ("desk", {"ana", "max", "root"}),
        ("agent", {"ana", "max"}),
        ("manager", {"max"}),
        ("administrator", {"max", "root"}),
        ("owner", {"max"}),
    ],
)
def test_a_shared_view_is_offered_to_those_it_is_shared_with(
    world: World, audience: str, who: set[str]
) -> None:
    saved(world.max, audience=audience)
    staff = {name: world.persona(name) for name in ("ana", "max", "root")}
    assert {name for name, persona in staff.items() if offered(persona)} == who
    assert seen(world.root) == (set() if audience == "owner" else {"Administrators"})
    assert seen(world.carla) == seen(world.ada) == set()


def test_an_agent_keeps_views_and_does_not_share_them(world: World) -> None:
    with pytest.raises(PermissionDenied):
        saved(world.ana, audience="desk")
    view = saved(world.ana)
    with pytest.raises(PermissionDenied):
        change_view(view, {"audience": "agent"}, actor=world.ana.actor)


@pytest.mark.parametrize("who", ["carla", "ada", "zoe"])
def test_whoever_is_not_of_the_desk_keeps_none(world: World, who: str) -> None:
    with pytest.raises(PermissionDenied):
        saved(world.persona(who))
    with pytest.raises(PermissionDenied):
        save_view("contact", {"name": "Mine"}, actor=DESK)


def test_the_owner_and_administrators_change_a_shared_view_and_nobody_else(world: World) -> None:
    view = saved(world.max, audience="desk")
    change_view(view, {"name": "Heads"}, actor=world.max.actor)
    change_view(view, {"query": "sort=name"}, actor=world.root.actor)
    view.refresh_from_db()
    assert (view.name, view.query, view.owner) == ("Heads", "sort=name", world.max.user)
    for verb in (
        lambda: change_view(view, {"name": "X"}, actor=world.ana.actor),
        lambda: _delete(view, world),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def _delete(view: SavedView, world: World) -> None:
    delete_view(view, actor=world.ana.actor)


def test_nobody_changes_a_view_that_its_owner_keeps_alone(world: World) -> None:
    view = saved(world.ana)
    with pytest.raises(PermissionDenied):
        change_view(view, {"name": "X"}, actor=world.root.actor)


def test_what_changed_is_told_in_words(world: World) -> None:
    view = saved(world.max)
    change_view(view, {"audience": "desk", "query": "sort=-created"}, actor=world.max.actor)
    entry = last_entry("saved_view.changed")
    assert wording.sentence(entry) == (
        "changed the view Administrators: changed shared with from Only me to Everybody at the desk, "
        "changed what it shows"
    )
    with translation.override("ko"):
        assert "changed" not in wording.sentence(entry)
    before = AuditEntry.objects.count()
    change_view(view, {"audience": "desk"}, actor=world.max.actor)
    assert AuditEntry.objects.count() == before


def test_a_deleted_view_is_gone_for_those_who_opened_with_it(world: World) -> None:
    view = saved(world.max, audience="desk")
    set_default_view("contact", actor=world.ana.actor, view=view)
    delete_view(view, actor=world.max.actor)
    assert not DefaultView.objects.exists()
    assert last_entry("saved_view.deleted").data["name"] == "Administrators"
    with pytest.raises(ViewGone):
        change_view(view, {"name": "X"}, actor=world.max.actor)
    with pytest.raises(ViewGone):
        delete_view(view, actor=world.max.actor)


def test_the_views_of_somebody_who_was_deleted_are_left_to_administrators(world: World) -> None:
    view = saved(world.max, audience="desk")
    world.max.user.delete()
    view.refresh_from_db()
    assert view.owner is None
    assert seen(world.ana) == {"Administrators"}
    delete_view(view, actor=world.root.actor)
    assert not SavedView.objects.exists()


def test_the_default_is_ones_own_choice_and_can_be_taken_back(world: World) -> None:
    view = saved(world.max, audience="desk")
    set_default_view("contact", actor=world.ana.actor, view=view)
    set_default_view("contact", actor=world.max.actor, code="recent", name="Recently added")
    set_default_view("account", actor=world.ana.actor, code="top", name="Top level")
    keys = {(row.user.name, row.module): row.key for row in DefaultView.objects.all()}
    assert keys == {("Ana", "contact"): view.key, ("Max", "contact"): "recent", ("Ana", "account"): "top"}
    set_default_view("contact", actor=world.ana.actor)
    assert not DefaultView.objects.filter(user=world.ana.user, module="contact").exists()
    assert wording.sentence(last_entry("saved_view.default_ended"))
    told = last_entry("saved_view.made_default")
    assert wording.sentence(told) == "made Top level the default view"


def test_choosing_the_same_default_again_records_nothing(world: World) -> None:
    view = saved(world.ana)
    set_default_view("contact", actor=world.ana.actor, view=view)
    before = AuditEntry.objects.count()
    set_default_view("contact", actor=world.ana.actor, view=view)
    assert AuditEntry.objects.count() == before


def test_somebody_elses_view_is_nobodys_default(world: World) -> None:
    with pytest.raises(ViewGone):
        set_default_view("contact", actor=world.max.actor, view=saved(world.ana))
    with pytest.raises(ViewGone):
        set_default_view("account", actor=world.ana.actor, view=saved(world.ana, "Mine"))


@pytest.mark.parametrize(
    ("name", "query", "goes"),
    [
        ("Follow up", "q=Carla+Moreno&sort=name", True),
        ("Follow up", "q=carla%40people.example&sort=name", True),
        ("carla moreno", "sort=name", True),
        ("Follow up", "q=lift&sort=name", False),
    ],
)
def test_a_view_that_looks_for_somebody_goes_when_that_person_is_erased(
    world: World, name: str, query: str, goes: bool
) -> None:
    saved(world.ana, name, query=query)
    erase_contact(world.carla.contact, actor=world.max.actor)
    assert SavedView.objects.exists() is not goes
