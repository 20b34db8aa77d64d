"""Privacy erasure: afterwards no table of the desk knows the person."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from customers.erasing.contacts import Choices, erase_contact, erasure_lines
from customers.errors.records import ContactErased
from customers.merging.contacts import merge_contacts
from customers.models import (
    Contact,
    ContactRelationship,
    ImportedContact,
    ImportRun,
    Merge,
    MergedRecord,
    RejectedRow,
)
from customers.services.contacts.changes import update_contact
from customers.services.contacts.leaving import bring_back, see_off
from customers.services.methods.changes import add_method, remove_method
from helpdesk.core.models import User
from helpdesk.events.models import AuditEntry
from tests.customers.clues import finds
from tests.factories import DESK, ContactFactory, InvitationFactory, JoinRequestFactory
from tests.letters import write_letters
from tests.personas import World, acts_for
from tickets.models import Attachment, Follower, Message, Ticket
from tickets.services.conversation import reply
from tickets.services.following import follow
from tickets.services.lifecycle import change_contact, change_subject


@pytest.fixture
def known(world: World) -> World:
    """Carla, as many places know her."""
    carla, max_ = world.carla.contact, world.max.actor
    changes = {"notes": "Carla Moreno likes tea", "external_id": "CRM-77", "language": "ko"}
    update_contact(carla, {**changes, "first_name": "김카를라"}, actor=max_)
    update_contact(carla, {"first_name": "Carla", "reference": "MORENO-1"}, actor=max_)
    add_method(carla, "mobile", "010-2345-6789", actor=max_)
    remove_method(add_method(carla, "email", "carla_old@people.example", actor=max_), actor=max_)
    world.carla.contact = carla = Contact.objects.get(pk=carla.pk)
    acts_for(carla, world.lighthouse, role="administrator")
    follow(world.shared, actor=world.carla.actor)
    reply(world.shared, "I am Carla Moreno, 010-2345-6789", actor=world.carla.actor)
    reply(world.shared, "With us", actor=world.ana.actor)
    write_letters()
    change_contact(world.strangers, carla, actor=max_)
    change_contact(world.strangers, world.zoe.contact, actor=max_)
    InvitationFactory(email="Carla@people.example", name="Carla Moreno", account=world.lighthouse)
    JoinRequestFactory(contact=carla, account=world.far_away)
    _import_of(carla)
    _merge_into(carla)
    kind = ContentType.objects.get_for_model(Contact)
    LogEntry.objects.create(
        user=world.root.user,
        content_type=kind,
        object_id=carla.pk,
        object_repr=carla.name,
        action_flag=CHANGE,
    )
    return world


def _import_of(carla: Contact) -> None:
    samples = [{"header": "Name", "samples": ["Carla Moreno"]}, {"header": "Mail", "samples": []}]
    run = ImportRun(kind="contacts", status="done", name="people.csv", digest="ab" * 32, columns=samples)
    run.file.save("people.csv", ContentFile(b"Carla Moreno,carla@people.example"))
    before = {"fields": {"first_name": "Carla", "notes": "carla@people.example"}}
    ImportedContact.objects.create(
        run=run,
        contact=carla,
        number=2,
        is_created=False,
        before=before,
        after={},
        written_at=carla.created_at,
    )
    rows = [
        ["Carla Moreno", "", "A"],
        ["", "CARLA@people.example", ""],
        ["Moreno", "", ""],
        ["", "010-2345-6789", ""],
        ["Zoe", "zoe@people.example", ""],
    ]
    for number, cells in enumerate(rows, start=3):
        details = {"name": "Carla Moreno"} if number == 3 else {}
        RejectedRow.objects.create(
            run=run, number=number, outcome="skipped", problem="exists", cells=cells, details=details
        )


def _merge_into(carla: Contact) -> None:
    steps = [{"do": "field", "of": carla.pk, "name": "Carla Moreno-Old"}]
    merge = Merge.objects.create(kind="contact", contact=carla, survivor_id=carla.pk, steps=steps)
    MergedRecord.objects.create(merge=merge, former_id=999, name="Carla Moreno-Old", reference="C-1")


def test_the_walk_finds_what_is_there(known: World) -> None:
    tables = {table for table, _column, _clue in finds()}
    assert {
        "core_user", "events_auditentry", "customers_contact", "customers_contactmethod", "customers_importrun",
        "customers_importedcontact", "customers_rejectedrow", "customers_merge", "customers_mergedrecord",
        "django_admin_log", "outbox_delivery", "tickets_message",
    } <= tables  # fmt: skip


def test_no_table_knows_the_person_afterwards(known: World) -> None:
    erase_contact(known.carla.contact, actor=known.max.actor)
    assert finds() == []


def test_after_a_leave_too(known: World) -> None:
    see_off(known.carla.contact, actor=known.max.actor, colleague=known.kim.contact)
    erase_contact(known.carla.contact, actor=known.max.actor)
    assert finds() == []


def test_tickets_stay_with_a_number_for_a_name(known: World) -> None:
    contact = erase_contact(known.carla.contact, actor=known.max.actor)
    assert contact.name == contact.reference == f"C-{contact.pk:06d}"
    assert Ticket.objects.filter(contact=contact).count() == 2
    assert Message.objects.filter(body__contains="I am Carla").exists()
    assert Attachment.objects.exists()
    assert not contact.is_active
    assert not User.objects.filter(pk=known.carla.user.pk).exists()
    assert not Follower.objects.filter(contact=contact).exists()
    assert not ContactRelationship.objects.filter(contact=contact).exists()
    with pytest.raises(ContactErased):
        bring_back(contact, actor=known.max.actor)


@pytest.mark.django_db(transaction=True)
def test_what_was_said_and_attached_goes_when_chosen(known: World) -> None:
    name, file = known.attachment.file.name, ImportRun.objects.get().file.name
    change_subject(known.shared, "Carla Moreno is stuck", actor=known.max.actor)
    erase_contact(known.carla.contact, actor=known.max.actor, choices=Choices(True, True))
    assert not default_storage.exists(name)
    assert not default_storage.exists(file)
    assert not Attachment.objects.exists()
    known.shared.refresh_from_db()
    assert known.shared.subject == "[…]"
    assert finds(("lift is stuck", "is stuck", "pay slip")) == []
    assert set(Message.objects.filter(ticket=known.shared).values_list("body", "html")) == {
        ("[…]", "<p>[…]</p>")
    }
    assert Ticket.objects.get(pk=known.strangers.pk).subject == "Rain gets in"


def test_the_history_keeps_its_shape_and_others_keep_their_names(known: World) -> None:
    before = list(AuditEntry.objects.order_by("pk").values_list("pk", "code", "created_at"))
    erase_contact(known.carla.contact, actor=known.max.actor)
    after = list(AuditEntry.objects.order_by("pk").values_list("pk", "code", "created_at"))
    assert after[:-1] == before
    label = f"C-{known.carla.contact.pk:06d}"
    moved = AuditEntry.objects.filter(code="ticket.contact_changed").order_by("pk")
    assert [entry.data["contact"] for entry in moved] == [["Zoe Farrell", label], [label, "Zoe Farrell"]]
    joined = AuditEntry.objects.filter(code="association.added", subject_id=known.carla.contact.pk).first()
    assert (joined.data["contact"], joined.data["account"]) == (label, "Harbor Tower")
    assert RejectedRow.objects.get(number=7).cells == ["Zoe", "zoe@people.example", ""]
    assert RejectedRow.objects.get(number=4).cells == []


def test_the_record_of_it_holds_no_personal_data(known: World) -> None:
    erase_contact(known.carla.contact, actor=known.max.actor)
    entry = AuditEntry.objects.get(code="contact.erased")
    assert set(entry.data) == {"entries", "messages", "attachments"}
    assert entry.data["entries"] > 5
    assert (entry.subject_id, entry.actor_user) == (known.carla.contact.pk, known.max.user)


def test_a_namesake_keeps_their_history(world: World) -> None:
    twin = ContactFactory(first_name="Carla", last_name="Moreno", email="other@people.example")
    erase_contact(world.carla.contact, actor=world.max.actor)
    assert AuditEntry.objects.get(code="contact.created", subject_id=twin.pk).data == {"name": "Carla Moreno"}
    twin.refresh_from_db()
    assert (twin.name, twin.methods.get().value) == ("Carla Moreno", "other@people.example")


def test_somebody_of_the_desk_keeps_their_sign_in(world: World) -> None:
    User.objects.filter(pk=world.kim.user.pk).update(
        is_staff=True, email="kim@desk.example", email_key="kim@desk.example"
    )
    contact = erase_contact(world.kim.contact, actor=world.max.actor)
    assert contact.user is None
    assert User.objects.filter(pk=world.kim.user.pk, is_active=True).exists()


def test_it_says_first_what_it_will_do(known: World) -> None:
    goes, stays = erasure_lines(known.carla.contact, known.max.actor)
    assert {"2 ways to be reached", "1 account", "1 responsibility", "1 sign-in"} <= {
        words for words, _ in goes
    }
    assert {"1 note of an import", "4 rows left out of imports"} <= {words for words, _ in goes}
    assert [words for words, _ in stays] == ["2 tickets", "5 messages", "1 file"]


@pytest.mark.parametrize("who", ["ana", "ada", "carla"])
def test_only_managers_erase(world: World, who: str) -> None:
    with pytest.raises(PermissionDenied):
        erase_contact(world.carla.contact, actor=world.persona(who).actor)
    assert Contact.objects.filter(last_name="Moreno").exists()


def test_the_address_is_free_for_somebody_new(world: World) -> None:
    erase_contact(world.carla.contact, actor=world.max.actor)
    ContactFactory(first_name="Carla", email="carla@people.example")
    erase_contact(world.kim.contact, actor=DESK)
    assert Contact.objects.filter(first_name="Carla").exists()


def test_a_name_that_an_account_has_too_stays_the_accounts(world: World) -> None:
    contact = ContactFactory(first_name="", last_name="Harbor Tower", email="tower@people.example")
    erase_contact(contact, actor=world.max.actor)
    joined = AuditEntry.objects.filter(code="association.added", subject_id=world.carla.contact.pk).get()
    assert joined.data["account"] == "Harbor Tower"
    assert (
        AuditEntry.objects.get(code="contact.created", subject_id=contact.pk).data["name"] != "Harbor Tower"
    )


def test_who_was_merged_into_the_person_goes_too(known: World) -> None:
    notes = {"notes": "Carla wants no calls from Mr Moreno"}
    other = ContactFactory(
        first_name="C.", last_name="Moreno", email="carla_old@other.example", phone="010-8765-4321"
    )
    update_contact(other, notes, actor=known.max.actor)
    merge_contacts(known.carla.contact, [other], actor=known.max.actor)
    erase_contact(known.carla.contact, actor=known.max.actor)
    assert finds() == []
    assert finds(("8765-4321", "87654321", "other.example")) == []


def test_what_background_work_left_behind_goes_too(known: World) -> None:
    DBTaskResult.objects.create(
        args_kwargs={"args": ["carla@people.example"], "kwargs": {}},
        priority=0, task_path="x", worker_ids=[], queue_name="default", backend_name="default",
        run_after=known.carla.contact.created_at, status="FAILED", exception_class_path="",
        traceback="550 <carla@people.example>: no such user",
    )  # fmt: skip
    erase_contact(known.carla.contact, actor=known.max.actor)
    assert finds() == []
