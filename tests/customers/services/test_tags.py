"""`customers.services.tags`: given, taken away and set for many contacts at once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.erasing.contacts import erase_contact
from customers.errors.records import ContactGone
from customers.merging.contacts import merge_contacts
from customers.merging.undo import undo_merge
from customers.models import Contact, ContactTag, Tag
from customers.services.contacts.deletion import delete_contact
from customers.services.tags import (
    add_tags,
    create_tag,
    delete_tags,
    divided,
    remove_tags,
    rename_tag,
    set_tags,
    tags_of,
)
from helpdesk.core.validation import InvalidFields
from helpdesk.events.timelines import timeline
from helpdesk.events.versions import version_of
from helpdesk.events.wording import told
from tests.factories import DESK, ContactFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def tags(contact: Contact) -> tuple[str, ...]:
    return tags_of([contact.pk]).get(contact.pk, ())


def test_a_tag_that_does_not_exist_is_made_and_each_contact_gets_it() -> None:
    one, two = ContactFactory(), ContactFactory()
    assert add_tags([one.pk, two.pk], ["VIP", "Board"], actor=DESK) == {one.pk, two.pk}
    assert tags(one) == tags(two) == ("Board", "VIP")
    entry = timeline(one).first()
    assert (entry.code, entry.data) == ("contact.tagged", {"added": ["Board", "VIP"], "removed": []})
    assert told(entry).endswith("added the tags Board, VIP")
    assert timeline(Tag.objects.get(name="VIP")).get().code == "tag.created"


def test_names_that_differ_in_case_and_spaces_are_one_tag() -> None:
    contact = ContactFactory()
    add_tags([contact.pk], ["Key  account"], actor=DESK)
    assert add_tags([contact.pk], [" KEY account", "key ACCOUNT "], actor=DESK) == set()
    assert tags(contact) == ("Key account",)
    assert Tag.objects.count() == 1


def test_the_database_knows_no_second_tag_of_a_name_and_no_second_time() -> None:
    contact, tag = ContactFactory(), Tag.objects.create(name="VIP")
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name=" vip ")
    ContactTag.objects.create(contact=contact, tag=tag)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactTag.objects.create(contact=contact, tag=tag)


def test_tags_are_taken_away_and_set_whole() -> None:
    one, two = ContactFactory(), ContactFactory()
    add_tags([one.pk, two.pk], ["A", "B"], actor=DESK)
    assert remove_tags([one.pk, two.pk], ["b", "none of them"], actor=DESK) == {one.pk, two.pk}
    assert remove_tags([one.pk], ["B"], actor=DESK) == set()
    set_tags({one.pk: ["C", "a"], two.pk: []}, actor=DESK)
    assert (tags(one), tags(two)) == (("A", "C"), ())
    assert timeline(two).first().data == {"added": [], "removed": ["A"]}


def test_many_contacts_cost_what_two_cost() -> None:
    def cost(number: int) -> int:
        contacts = [ContactFactory().pk for _ in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as found:
            add_tags(contacts, ["A", "B"], actor=DESK)
        return len(found)

    assert cost(2) >= cost(12)


def test_a_tag_marks_the_contact_as_edited_and_forms_notice() -> None:
    contact = ContactFactory()
    version, before = version_of(contact), Contact.objects.get(pk=contact.pk).updated_at
    add_tags([contact.pk], ["VIP"], actor=DESK)
    assert version_of(contact) > version
    assert Contact.objects.get(pk=contact.pk).updated_at > before


@pytest.mark.parametrize("name", ["x" * 51])
def test_a_name_that_no_tag_can_have_is_refused_and_nothing_changes(name: str) -> None:
    contact = ContactFactory()
    with pytest.raises(InvalidFields, match="too long"):
        add_tags([contact.pk], ["Fine", name], actor=DESK)
    assert tags(contact) == ()


def test_a_contact_that_is_gone_is_said() -> None:
    contact = ContactFactory()
    delete_contact(contact, actor=DESK)
    with pytest.raises(ContactGone):
        add_tags([contact.pk], ["VIP"], actor=DESK)


def test_a_customer_may_not(world: World) -> None:
    with pytest.raises(PermissionDenied):
        add_tags([world.carla.contact.pk], ["VIP"], actor=world.carla.actor)


def test_a_text_is_divided_at_its_commas() -> None:
    assert divided(" VIP, key  account;vip\nBoard、이사 ,, ") == ["VIP", "key account", "Board", "이사"]


def test_merging_unites_the_tags_and_the_undo_divides_them_again() -> None:
    survivor, other = ContactFactory(), ContactFactory()
    add_tags([survivor.pk, other.pk], ["Both"], actor=DESK)
    add_tags([survivor.pk], ["Mine"], actor=DESK)
    add_tags([other.pk], ["Theirs"], actor=DESK)
    merge = merge_contacts(survivor, [other], actor=DESK)
    assert tags(survivor) == ("Both", "Mine", "Theirs")
    undo_merge(merge, actor=DESK)
    assert (tags(survivor), tags(other)) == (("Both", "Mine"), ("Both", "Theirs"))


def test_who_is_erased_has_none() -> None:
    contact = ContactFactory()
    add_tags([contact.pk], ["VIP"], actor=DESK)
    erase_contact(contact, actor=DESK)
    assert tags(contact) == ()
    assert Tag.objects.filter(name="VIP").exists()


def test_a_tag_is_made_renamed_and_deleted_for_everybody() -> None:
    contact = ContactFactory()
    tag = create_tag(" Key  account ", actor=DESK)
    add_tags([contact.pk], ["key account"], actor=DESK)
    rename_tag(tag, "Key client", actor=DESK)
    assert tags(contact) == ("Key client",)
    with pytest.raises(InvalidFields):
        create_tag("KEY CLIENT", actor=DESK)
    assert delete_tags([tag], actor=DESK) == 1
    assert tags(contact) == ()
    assert [entry.code for entry in timeline(tag)] == ["tag.deleted", "tag.renamed", "tag.created"]


def test_an_agent_does_not_rename_or_delete_tags(world: World) -> None:
    tag = create_tag("VIP", actor=DESK)
    with pytest.raises(PermissionDenied):
        rename_tag(tag, "Other", actor=world.ana.actor)
    with pytest.raises(PermissionDenied):
        delete_tags([tag], actor=world.max.actor)
