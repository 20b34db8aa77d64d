"""What the customer administrators of an account do with its people, and what they never can."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from customers.administration import team
from customers.administration.administrators import administrators_of, powers, version_of_place
from customers.errors.administration import (
    ChangedHere,
    ClosedByTheDesk,
    LastAdministrator,
    NotActive,
    NotASuccessor,
)
from customers.errors.records import HasLeft, NotAssociated
from customers.models import Association, Contact, ContactRelationship
from customers.services.associations import Entry, associate, set_accounts
from customers.services.contacts.changes import update_contact
from customers.services.contacts.leaving import see_off
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory
from tests.personas import World, acts_for
from tests.sign_ins import signs_in
from tickets.models import Follower
from tickets.services.following import follow

ADMINISTRATOR, CUSTOMER = team.ADMINISTRATOR, team.CUSTOMER
Verb = Callable[[World, Contact], object]
VERBS: dict[str, Verb] = {
    "promote": lambda w, c: team.set_role(w.harbor, c, ADMINISTRATOR, actor=w.ada.actor),
    "demote": lambda w, c: team.set_role(w.harbor, c, CUSTOMER, actor=w.ada.actor),
    "edit": lambda w, c: team.change_person(w.harbor, c, {"job_title": "Owner"}, actor=w.ada.actor),
    "remove": lambda w, c: team.remove_person(w.harbor, c, actor=w.ada.actor),
    "deactivate": lambda w, c: team.deactivate_person(w.harbor, c, actor=w.ada.actor),
    "activate": lambda w, c: team.activate_person(w.harbor, c, actor=w.ada.actor),
    "leaver": lambda w, c: team.see_off_person(w.harbor, c, actor=w.ada.actor),
}


def role_of(world: World, contact: Contact) -> str:
    return str(Association.objects.get(account=world.harbor, contact=contact).role)


def make_administrator(world: World, contact: Contact) -> None:
    entry = Entry(world.harbor.pk, role=ADMINISTRATOR)
    set_accounts(contact, [entry], actor=DESK)


# --- Who may ---------------------------------------------------------------------
@pytest.mark.parametrize("who", ["carla", "kim", "bo", "zoe"])
@pytest.mark.parametrize("verb", VERBS)
def test_nobody_but_an_administrator_of_the_account_does_any_of_it(world: World, verb: str, who: str) -> None:
    world.ada = world.persona(who)
    with pytest.raises(PermissionDenied):
        VERBS[verb](world, world.carla.contact)


@pytest.mark.parametrize("verb", VERBS)
def test_strangers_are_out_of_reach(world: World, verb: str) -> None:
    with pytest.raises(NotAssociated):
        VERBS[verb](world, world.zoe.contact)


def test_who_acts_for_the_account_as_administrator_manages_it(world: World) -> None:
    acts_for(world.bo.contact, world.harbor, role="administrator")
    team.set_role(world.harbor, world.kim.contact, ADMINISTRATOR, actor=world.bo.actor)
    assert role_of(world, world.kim.contact) == ADMINISTRATOR
    with pytest.raises(PermissionDenied):
        team.remove_person(world.lighthouse, world.bo.contact, actor=world.bo.actor)


def test_a_deactivated_administrator_does_nothing(world: World) -> None:
    actor = world.ada.actor
    Contact.objects.filter(pk=world.ada.contact.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        team.set_role(world.harbor, world.kim.contact, ADMINISTRATOR, actor=actor)


# --- The role ------------------------------------------------------------------------
def test_the_role_is_given_and_taken(world: World) -> None:
    kim = world.kim.contact
    assert team.set_role(world.harbor, kim, ADMINISTRATOR, actor=world.ada.actor)
    assert not team.set_role(world.harbor, kim, ADMINISTRATOR, actor=world.ada.actor)
    entry = AuditEntry.objects.filter(code="association.changed").latest("id")
    assert entry.data["changes"] == {"role": [CUSTOMER, ADMINISTRATOR]}
    assert (entry.actor_user, entry.related_id) == (world.ada.user, world.harbor.pk)
    team.set_role(world.harbor, kim, CUSTOMER, actor=world.ada.actor)
    assert role_of(world, kim) == CUSTOMER


def test_who_cannot_sign_in_is_not_made_administrator(world: World) -> None:
    Contact.objects.filter(pk=world.kim.contact.pk).update(is_active=False)
    with pytest.raises(NotActive):
        team.set_role(world.harbor, world.kim.contact, ADMINISTRATOR, actor=world.ada.actor)


@pytest.mark.parametrize("verb", ["demote", "remove", "leaver"])
def test_the_last_administrator_stays(world: World, verb: str) -> None:
    with pytest.raises(LastAdministrator, match="Ada Novak is the last administrator of Harbor Tower"):
        VERBS[verb](world, world.ada.contact)
    assert role_of(world, world.ada.contact) == ADMINISTRATOR


def test_a_deactivated_administrator_and_one_who_only_acts_do_not_count(world: World) -> None:
    acts_for(world.bo.contact, world.harbor, role="administrator")
    make_administrator(world, world.kim.contact)
    Contact.objects.filter(pk=world.kim.contact.pk).update(is_active=False)
    with pytest.raises(LastAdministrator):
        team.set_role(world.harbor, world.ada.contact, CUSTOMER, actor=world.bo.actor)
    with pytest.raises(LastAdministrator):
        team.deactivate_person(world.harbor, world.ada.contact, actor=world.bo.actor)


def test_the_role_passes_to_a_successor_in_one_step(world: World) -> None:
    team.set_role(
        world.harbor, world.ada.contact, CUSTOMER, actor=world.ada.actor, successor=world.kim.contact
    )
    assert [place.contact for place in administrators_of(world.harbor)] == [world.kim.contact]


def test_a_successor_is_another_active_member(world: World) -> None:
    Contact.objects.filter(pk=world.kim.contact.pk).update(is_active=False)
    for nobody in (world.kim.contact, world.ada.contact):
        with pytest.raises(NotASuccessor):
            team.remove_person(world.harbor, world.ada.contact, actor=world.ada.actor, successor=nobody)
    with pytest.raises(NotAssociated):
        team.remove_person(
            world.harbor, world.ada.contact, actor=world.ada.actor, successor=world.zoe.contact
        )
    assert role_of(world, world.ada.contact) == ADMINISTRATOR


# --- Names, job title, level ------------------------------------------------------------
def test_a_person_who_is_theirs_alone_is_edited_whole(world: World) -> None:
    given = {"first_name": "Karla", "last_name": "Moreno", "job_title": "Owner", "sharing": "see"}
    person = team.change_person(world.harbor, world.carla.contact, given, actor=world.ada.actor)
    place = Association.objects.get(contact=person)
    assert (person.name, place.job_title, place.sharing) == ("Karla Moreno", "Owner", "see")
    codes = list(AuditEntry.objects.order_by("-id").values_list("code", flat=True)[:3])
    assert codes == ["contact.rights_changed", "association.changed", "contact.changed"]


@pytest.fixture
def carla_elsewhere(world: World) -> None:
    associate(world.carla.contact, world.far_away, actor=DESK)


def test_of_somebody_who_belongs_elsewhere_only_the_place_here_is_edited(
    world: World, carla_elsewhere: None
) -> None:
    team.change_person(world.harbor, world.carla.contact, {"job_title": "Owner"}, actor=world.ada.actor)
    assert world.carla.contact.associations.get(account=world.harbor).job_title == "Owner"
    for verb in ("deactivate", "activate"):
        with pytest.raises(PermissionDenied):
            VERBS[verb](world, world.carla.contact)
    with pytest.raises(PermissionDenied):
        team.change_person(world.harbor, world.carla.contact, {"first_name": "K"}, actor=world.ada.actor)


@pytest.mark.parametrize("why", ["administers", "works"])
def test_so_is_who_administers_something_else_or_works_at_the_desk(world: World, why: str) -> None:
    if why == "administers":
        acts_for(world.carla.contact, world.lighthouse, role="administrator")
    else:
        type(world.carla.user).objects.filter(pk=world.carla.user.pk).update(
            is_staff=True, email="carla@desk.example", email_key="carla@desk.example"
        )
    place = Association.objects.select_related("contact__user", "account").get(contact=world.carla.contact)
    assert not powers(world.harbor, place, actor=world.ada.actor).names
    with pytest.raises(PermissionDenied):
        VERBS["deactivate"](world, Contact.objects.get(pk=world.carla.contact.pk))


@pytest.mark.parametrize(
    "name", ["notes", "reference", "language", "external_id", "is_active", "custom_fields"]
)
def test_nothing_of_the_desk_is_edited(world: World, name: str) -> None:
    with pytest.raises(PermissionDenied):
        update_contact(world.carla.contact, {name: "x"}, actor=world.ada.actor)
    team.change_person(world.harbor, world.carla.contact, {name: "x"}, actor=world.ada.actor)
    assert getattr(Contact.objects.get(pk=world.carla.contact.pk), name) != "x"


def test_nobody_gives_more_sight_than_they_have(world: World) -> None:
    Association.objects.filter(contact=world.ada.contact).update(sharing="own")
    place = Association.objects.select_related("contact__user", "account").get(contact=world.kim.contact)
    assert powers(world.harbor, place, actor=world.ada.actor).levels == ["", "own"]
    team.change_person(world.harbor, world.kim.contact, {"sharing": "own"}, actor=world.ada.actor)
    for contact in (world.kim.contact, world.ada.contact):
        with pytest.raises(PermissionDenied):
            team.change_person(world.harbor, contact, {"sharing": "see"}, actor=world.ada.actor)
    with pytest.raises(PermissionDenied):
        type(world.harbor).objects.filter(pk=world.harbor.pk).update(sharing="own")
        team.change_details(world.harbor, {"sharing": "reply"}, actor=world.ada.actor)


def test_an_edit_of_somebody_else_is_told_without_what_it_was(world: World, carla_elsewhere: None) -> None:
    place = Association.objects.select_related("contact").get(
        contact=world.carla.contact, account=world.harbor
    )
    opened = version_of_place(place)
    team.change_person(world.harbor, world.carla.contact, {"job_title": "Owner"}, actor=world.ada.actor)
    with pytest.raises(ChangedHere) as refused:
        team.change_person(
            world.harbor,
            world.carla.contact,
            {"job_title": "Boss"},
            actor=world.ada.actor,
            expected_version=opened,
        )
    assert "Far Away" not in refused.value.message


# --- Out, and back ---------------------------------------------------------------------
def test_removing_touches_this_account_alone(world: World, carla_elsewhere: None) -> None:
    team.remove_person(world.harbor, world.carla.contact, actor=world.ada.actor)
    assert [place.account for place in world.carla.contact.associations.all()] == [world.far_away]
    world.carla.contact.refresh_from_db()
    world.shared.refresh_from_db()
    assert world.carla.contact.is_active
    assert world.shared.account == world.harbor
    assert AuditEntry.objects.get(code="association.removed").data["account"] == "Harbor Tower"


def test_deactivating_closes_the_sign_in_and_nothing_else(world: World) -> None:
    client, page = world.carla.client, reverse("portal:home")
    assert client.get(page).status_code == 200
    team.deactivate_person(world.harbor, world.carla.contact, actor=world.ada.actor)
    assert client.get(page).status_code == 302
    assert signs_in("carla@people.example") is None
    assert role_of(world, world.carla.contact) == CUSTOMER
    assert AuditEntry.objects.get(code="contact.deactivated").related_id == world.harbor.pk
    with pytest.raises(HasLeft):
        team.deactivate_person(world.harbor, world.carla.contact, actor=world.ada.actor)
    team.activate_person(world.harbor, world.carla.contact, actor=world.ada.actor)
    assert client.get(page).status_code == 302, "the old session does not come back to life"
    assert signs_in("carla@people.example") == world.carla.user


@pytest.mark.parametrize("how", ["seen off", "switched off"])
def test_what_the_desk_closed_the_desk_opens(world: World, how: str) -> None:
    if how == "seen off":
        see_off(world.carla.contact, actor=world.max.actor)
    else:
        update_contact(world.carla.contact, {"is_active": False}, actor=world.ana.actor)
    with pytest.raises(ClosedByTheDesk):
        team.activate_person(world.harbor, world.carla.contact, actor=world.ada.actor)
    team.activate_person(world.harbor, world.carla.contact, actor=world.max.actor)


def test_nobody_closes_their_own_sign_in(world: World) -> None:
    make_administrator(world, world.kim.contact)
    with pytest.raises(PermissionDenied):
        team.deactivate_person(world.harbor, world.ada.contact, actor=world.ada.actor)


def test_a_leaver_hands_over_what_the_administrator_sees(world: World) -> None:
    elsewhere = TicketFactory(contact=world.carla.contact, account=None, subject="At home")
    follow(world.shared, actor=world.kim.actor)
    handed = team.see_off_person(
        world.harbor, world.carla.contact, actor=world.ada.actor, colleague=world.kim.contact
    )
    for ticket in (world.shared, world.private, elsewhere):
        ticket.refresh_from_db()
    assert world.shared.contact == world.kim.contact
    assert world.private.contact == elsewhere.contact == world.carla.contact
    assert handed == {"open_tickets": 1, "followings": 0}
    assert not Contact.objects.get(pk=world.carla.contact.pk).is_active
    entry = AuditEntry.objects.get(code="contact.handed_over")
    assert (entry.data["to"], entry.data["handed"]) == ("Kim Seo-yeon", handed)


def test_nobody_reads_by_handing_over_to_themselves(world: World) -> None:
    type(world.harbor).objects.filter(pk=world.harbor.pk).update(sharing="own")
    follow(world.shared, actor=world.carla.actor)
    handed = team.see_off_person(
        world.harbor, world.carla.contact, actor=world.ada.actor, colleague=world.ada.contact
    )
    assert handed == {"open_tickets": 0, "followings": 0}
    assert Follower.objects.get().contact == world.carla.contact


def test_a_leaver_who_belongs_elsewhere_leaves_this_account_only(world: World, carla_elsewhere: None) -> None:
    acts_for(world.carla.contact, world.lighthouse)
    team.see_off_person(world.harbor, world.carla.contact, actor=world.ada.actor, colleague=world.kim.contact)
    assert Contact.objects.get(pk=world.carla.contact.pk).is_active
    assert [place.account for place in world.carla.contact.associations.all()] == [world.far_away]
    assert ContactRelationship.objects.filter(contact=world.carla.contact).exists()


def test_what_a_leaver_does_for_managed_accounts_ends(world: World) -> None:
    tower = AccountFactory(name="Harbor Annex", parent=world.harbor)
    make_administrator(world, world.ada.contact)
    set_accounts(
        world.ada.contact,
        [Entry(world.harbor.pk, role=ADMINISTRATOR), Entry(tower.pk, role=ADMINISTRATOR)],
        actor=DESK,
    )
    acts_for(world.kim.contact, tower)
    acts_for(world.kim.contact, world.lighthouse)
    team.see_off_person(world.harbor, world.kim.contact, actor=world.ada.actor)
    left = ContactRelationship.objects.filter(contact=world.kim.contact)
    assert [row.account for row in left] == [world.lighthouse]


# --- Who acts for the account ------------------------------------------------------------
def test_acting_for_the_account_is_ended(world: World) -> None:
    rows = list(world.harbor.contact_relationships.all())
    assert team.end_relationships(world.harbor, rows, actor=world.ada.actor) == 1
    assert not ContactRelationship.objects.exists()
    assert AuditEntry.objects.filter(code="contact_relationship.deleted").exists()


def test_but_not_for_another_account(world: World) -> None:
    acts_for(ContactFactory(accounts=[world.harbor]), world.lighthouse)
    rows = list(ContactRelationship.objects.filter(account=world.lighthouse))
    assert team.end_relationships(world.harbor, rows, actor=world.ada.actor) == 0
    with pytest.raises(PermissionDenied):
        team.end_relationships(world.lighthouse, rows, actor=world.ada.actor)
    with pytest.raises(PermissionDenied):
        team.end_relationships(world.harbor, rows, actor=world.kim.actor)


# --- Details -----------------------------------------------------------------------------
def test_details_are_changed_and_nothing_else(world: World) -> None:
    team.change_details(world.harbor, {"phone": "+82 2 1", "sharing": "see"}, actor=world.ada.actor)
    world.harbor.refresh_from_db()
    assert (world.harbor.phone, world.harbor.sharing) == ("+82 2 1", "see")
    assert AuditEntry.objects.filter(code="account.changed").latest("id").actor_user == world.ada.user
    for name in ("name", "notes", "parent", "number", "external_id", "type", "custom_fields"):
        with pytest.raises(PermissionDenied):
            team.change_details(world.harbor, {name: "x"}, actor=world.ada.actor)
    for who in (world.kim, world.bo, world.zoe):
        with pytest.raises(PermissionDenied):
            team.change_details(world.harbor, {"phone": "1"}, actor=who.actor)
