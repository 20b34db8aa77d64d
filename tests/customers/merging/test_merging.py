"""`merge_contacts`: one survives, the others become part of them."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.administration.access import link_user
from customers.erasing.contacts import erase_contact
from customers.errors.merging import (
    DifferentExternalIds,
    ErasedPerson,
    MergedAway,
    MergeWithItself,
    NothingToMerge,
    TooManyAfterMerge,
    TooManyAtOnce,
)
from customers.errors.records import ChangedMeanwhile
from customers.merging.contacts import merge_contacts
from customers.merging.fields import BOTH, Choices
from customers.models import Association, Contact, ContactMethod, ContactRelationship, MergedRecord
from customers.services.associations import Entry
from customers.services.contacts.changes import update_contact
from customers.services.methods.changes import add_method
from helpdesk.events.timelines import timeline
from helpdesk.events.versions import version_of
from helpdesk.events.wording import told
from tests.factories import (
    DESK,
    AccountFactory,
    ContactFactory,
    ResponsibilityFactory,
    TicketFactory,
)
from tests.personas import World
from tests.sign_ins import signs_in
from tickets.models import Follower

pytestmark = pytest.mark.django_db


def merged(survivor: Contact, *others: Contact, **choices: object) -> Contact:
    merge_contacts(survivor, others, actor=DESK, choices=Choices(**choices))
    return Contact.objects.with_accounts().with_methods().get(pk=survivor.pk)


def names(contact: Contact) -> list[str]:
    return [place.account.name for place in contact.ordered_associations]


def test_the_other_is_gone_and_its_tickets_are_the_survivors() -> None:
    survivor, other = ContactFactory(), ContactFactory()
    ticket = TicketFactory(contact=other)
    merged(survivor, other)
    ticket.refresh_from_db()
    assert ticket.contact == survivor
    assert not Contact.objects.filter(pk=other.pk).exists()


def test_blank_fields_are_filled_and_the_others_stay_the_survivors() -> None:
    survivor = ContactFactory(first_name="Daniel", last_name="Osei", notes="Mine")
    other = ContactFactory(first_name="D.", last_name="Osei", notes="Theirs", language="ko", external_id="7")
    after = merged(survivor, other)
    assert (after.name, after.notes, after.language, after.external_id) == ("Daniel Osei", "Mine", "ko", "7")


def test_a_value_can_be_chosen_from_the_other_and_notes_from_both() -> None:
    survivor = ContactFactory(first_name="Daniel", last_name="Osei", notes="Mine", language="en")
    other = ContactFactory(first_name="Dan", last_name="O.", notes="Theirs", language="ko")
    sources = {"name": str(other.pk), "language": str(other.pk), "notes": BOTH}
    after = merged(survivor, other, sources=sources)
    assert (after.name, after.language, after.notes) == ("Dan O.", "ko", "Mine\n\nTheirs")


def test_methods_are_united_and_the_survivors_defaults_stay() -> None:
    survivor = ContactFactory(email="one@people.example", phone="+82 2 555 0142")
    other = ContactFactory(email="two@people.example", phone="+82 2 555 0142")
    add_method(other, "mobile", "+82 10 5555 0142", actor=DESK)
    after = merged(survivor, other)
    found = [(method.kind, method.value, method.is_default) for method in after.methods.all()]
    assert found == [
        ("email", "one@people.example", True),
        ("email", "two@people.example", False),
        ("mobile", "+821055550142", True),
        ("phone", "+8225550142", True),
    ]


def test_another_default_can_be_chosen() -> None:
    survivor, other = ContactFactory(email="one@people.example"), ContactFactory(email="two@people.example")
    after = merged(survivor, other, sources={"default:email": str(other.pk)})
    assert after.default_email == "two@people.example"
    assert ContactMethod.objects.filter(contact=after, kind="email", is_default=True).count() == 1


def test_the_survivors_accounts_are_followed_by_the_others() -> None:
    one, two, three = (AccountFactory(name=name) for name in ("One", "Two", "Three"))
    survivor = ContactFactory(accounts=[one, Entry(two.pk)])
    other = ContactFactory(
        accounts=[three, Entry(two.pk, job_title="Porter", role="administrator"), Entry(one.pk, "Boss")]
    )
    after = merged(survivor, other)
    assert names(after) == ["One", "Two", "Three"]
    place = after.ordered_associations[1]
    assert (place.job_title, place.role, after.job_title) == ("Porter", "administrator", "Boss")


def test_more_than_25_accounts_are_refused_until_some_are_dropped() -> None:
    accounts = [AccountFactory() for _ in range(28)]
    survivor, other = ContactFactory(accounts=accounts[:20]), ContactFactory(accounts=accounts[18:])
    with pytest.raises(TooManyAfterMerge):
        merged(survivor, other)
    assert Association.objects.filter(contact=other).count() == 10
    dropped = frozenset({accounts[3].pk, accounts[26].pk, accounts[27].pk})
    after = merged(survivor, other, dropped=dropped)
    assert [place.account_id for place in after.ordered_associations] == [
        account.pk for account in accounts if account.pk not in dropped
    ]


def test_what_stands_twice_is_dropped(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    duty = ResponsibilityFactory()
    for person in (carla, kim):
        Follower.objects.create(ticket=world.shared, contact=person)
        ContactRelationship.objects.create(contact=person, account=world.far_away, responsibility=duty)
    Follower.objects.create(ticket=world.private, contact=kim)
    merged(carla, kim)
    assert Follower.objects.filter(contact=carla).count() == 2
    assert ContactRelationship.objects.filter(contact=carla).count() == 1


def test_several_at_once_in_their_order() -> None:
    people = [ContactFactory(language=language, time_zone=zone) for language, zone in
              (("", ""), ("", "Asia/Seoul"), ("ko", "Europe/Paris"))]  # fmt: skip
    after = merged(*people)
    assert (after.language, after.time_zone) == ("ko", "Asia/Seoul")
    assert after.methods.count() == 3
    assert list(MergedRecord.objects.values_list("former_id", flat=True)) == [people[1].pk, people[2].pk]


# --- Sign-ins ---------------------------------------------------------------
def test_the_survivor_keeps_the_sign_in_and_the_others_is_closed(world: World) -> None:
    merged(world.carla.contact, world.kim.contact)
    for persona, is_open in ((world.carla, True), (world.kim, False)):
        persona.user.refresh_from_db()
        assert persona.user.is_active is is_open
    assert signs_in("kim@people.example") == world.carla.user


def test_a_sign_in_that_only_the_other_has_becomes_the_survivors(world: World) -> None:
    survivor = ContactFactory()
    merged(survivor, world.kim.contact)
    survivor.refresh_from_db()
    world.kim.user.refresh_from_db()
    assert survivor.user == world.kim.user
    assert world.kim.user.is_active


def test_somebody_of_the_desk_keeps_the_workspace(world: World) -> None:
    other = ContactFactory()
    link_user(other, world.ana.user, actor=DESK)
    merged(world.carla.contact, other)
    world.ana.user.refresh_from_db()
    assert world.ana.user.is_active


def test_a_deactivated_survivor_lets_nobody_in(world: World) -> None:
    survivor = ContactFactory(is_active=False)
    merged(survivor, world.kim.contact)
    world.kim.user.refresh_from_db()
    assert not world.kim.user.is_active


# --- Refusals ---------------------------------------------------------------
def test_an_agent_may_not(world: World) -> None:
    with pytest.raises(PermissionDenied):
        merge_contacts(world.carla.contact, [world.kim.contact], actor=world.ana.actor)
    assert Contact.objects.filter(pk=world.kim.contact.pk).exists()


def test_never_with_itself_never_with_nobody_never_with_a_crowd() -> None:
    contact = ContactFactory()
    for others, error in (([contact], MergeWithItself), ([], NothingToMerge)):
        with pytest.raises(error):
            merge_contacts(contact, others, actor=DESK)
    with pytest.raises(TooManyAtOnce):
        merge_contacts(contact, [Contact(pk=contact.pk + n) for n in range(1, 11)], actor=DESK)


def test_different_external_ids_must_be_confirmed() -> None:
    survivor, other = ContactFactory(external_id="A1"), ContactFactory(external_id="B2")
    with pytest.raises(DifferentExternalIds, match="A1, B2"):
        merged(survivor, other)
    assert merged(survivor, other, different_ids=True).external_id == "A1"


def test_nobody_is_merged_with_somebody_who_was_erased(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    erase_contact(kim, actor=DESK)
    for survivor, other in ((carla, kim), (kim, carla)):
        with pytest.raises(ErasedPerson):
            merged(survivor, other)


def test_who_was_merged_a_moment_ago_is_named() -> None:
    first, second, third = ContactFactory(), ContactFactory(first_name="Kim"), ContactFactory()
    merged(first, second)
    with pytest.raises(MergedAway, match="Kim") as refused:
        merged(second, third)
    assert refused.value.survivor == first


def test_an_edit_since_the_page_was_opened_is_shown_first() -> None:
    survivor, other = ContactFactory(), ContactFactory()
    versions = {person.pk: version_of(person) for person in (survivor, other)}
    update_contact(other, {"notes": "New"}, actor=DESK)
    with pytest.raises(ChangedMeanwhile):
        merged(survivor, other, versions=versions)
    assert Contact.objects.filter(pk=other.pk).exists()


def test_both_histories_tell_of_it(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    merge_contacts(carla, [kim], actor=world.max.actor)
    for person in (carla, kim):
        entry = timeline(person).filter(code="contact.merged").get()
        assert told(entry) == f"Max merged {kim.name} into {carla.name}"
