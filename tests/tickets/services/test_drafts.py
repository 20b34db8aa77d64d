"""What somebody is writing is kept for them alone, knows what it is to become, and goes when it was sent."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from customers.erasing.contacts import erase_contact, erasure_lines
from customers.merging.contacts import merge_contacts
from customers.services.contacts.deletion import delete_contacts
from helpdesk.core.actors import Actor
from helpdesk.core.background import clock
from helpdesk.core.models import Duty
from helpdesk.core.web.once import Answer, Asked, actor_key, perform_once
from helpdesk.events.models import AuditEntry
from tests.factories import ContactFactory
from tests.personas import Persona, World
from tickets.models import Draft, Message
from tickets.services.conversation import reply
from tickets.services.drafts import (
    Form,
    Place,
    Writing,
    discard_draft,
    draft_in,
    forget_sent_draft,
    open_draft,
    save_draft,
)


def write(who: Persona, place: Place, body: str = "Half a sentence", **more: object) -> Draft | None:
    fields = {"body": body, **more.pop("fields", {})}
    return save_draft(Writing(place, fields, **more), actor=who.actor)


def bodies() -> list[str]:
    return sorted(draft.body for draft in Draft.objects.all())


class TestKeeping:
    def test_a_composer_holds_one_text_that_is_a_reply_or_a_note(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared))
        write(world.ana, Place("note", world.shared), "The customer is cross")
        draft = draft_in(Place("reply", world.shared), actor=world.ana.actor)
        assert draft is not None
        assert (draft.kind, draft.body) == ("note", "The customer is cross")
        assert bodies() == ["The customer is cross"]

    def test_each_ticket_contact_and_person_has_its_own(self, world: World) -> None:
        carla, zoe = world.carla.contact, world.zoe.contact
        places = [
            Place("reply", world.shared),
            Place("reply", world.private),
            Place("ticket", contact=carla),
            Place("ticket", contact=zoe),
            Place("ticket"),
        ]
        for number, place in enumerate(places):
            write(world.ana, place, f"Ana {number}")
            write(world.max, place, f"Max {number}")
        for number, place in enumerate(places):
            assert draft_in(place, actor=world.ana.actor).body == f"Ana {number}"
            assert draft_in(place, actor=world.max.actor).body == f"Max {number}"

    def test_the_desks_words_and_the_customers_on_one_ticket_are_two(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared), "From the desk")
        write(world.carla, Place("customer_reply", world.shared), "From Carla")
        write(world.carla, Place("customer_ticket"), "Something else")
        assert bodies() == ["From Carla", "From the desk", "Something else"]

    def test_subject_requester_and_choices_are_kept_unknown_names_are_not(self, world: World) -> None:
        given = {"subject": "Keys", "new_email": "nia@x.example", "priority": "high", "password": "hunter2"}
        draft = write(world.ana, Place("ticket"), "Two sets\x00", fields=given)
        assert draft.fields == {
            "body": "Two sets", "subject": "Keys", "new_email": "nia@x.example", "priority": "high",
        }  # fmt: skip

    @pytest.mark.parametrize("blank", ["", "  \n "])
    def test_nothing_is_kept_of_a_blank_text(self, world: World, blank: str) -> None:
        assert write(world.ana, Place("reply", world.shared), blank) is None
        write(world.ana, Place("reply", world.shared))
        assert write(world.ana, Place("reply", world.shared), blank, fields={"priority": "high"}) is None
        assert bodies() == []

    def test_a_text_too_long_to_send_is_kept_whole(self, world: World) -> None:
        assert len(write(world.ana, Place("reply", world.shared), "x" * 60_000).body) == 60_000

    def test_another_requester_takes_the_text_along(self, world: World) -> None:
        carla, zoe = Place("ticket", contact=world.carla.contact), Place("ticket", contact=world.zoe.contact)
        first = write(world.ana, carla, form=Form("one"))
        write(world.ana, zoe, "Half a sentence more", form=Form("one"))
        assert draft_in(carla, actor=world.ana.actor) is None
        write(world.ana, carla, "Back again", form=Form("two", draft_in(zoe, actor=world.ana.actor).pk))
        assert bodies() == ["Back again"]
        assert first is not None

    def test_a_page_without_a_contact_finds_what_was_begun_there(self, world: World) -> None:
        zoe, carla = Place("ticket", contact=world.zoe.contact), Place("ticket", contact=world.carla.contact)
        write(world.ana, zoe, "Begun for Zoe alone")
        assert open_draft(actor=world.ana.actor) is None
        write(world.ana, carla, "Begun for anybody", is_open=True)
        assert open_draft(actor=world.ana.actor).contact == world.carla.contact

    def test_nothing_of_it_is_in_the_history(self, world: World) -> None:
        before = AuditEntry.objects.count()
        discard_draft(write(world.ana, Place("note", world.shared)), actor=world.ana.actor)
        assert AuditEntry.objects.count() == before

    def test_the_database_refuses_a_second_one_and_one_without_a_place(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared))
        for fields in ({"kind": "note", "ticket": world.shared}, {"kind": "reply"}, {"kind": "letter"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Draft.objects.create(user=world.ana.user, **fields)


class TestRights:
    def test_nobody_reads_another_persons_drafts(self, world: World) -> None:
        draft = write(world.ana, Place("reply", world.shared))
        for name in ("max", "root", "carla", "kim", "ada"):
            actor = world.persona(name).actor
            assert not Draft.objects.visible_to(actor).exists()
            discard_draft(draft, actor=actor)
        assert not Draft.objects.visible_to(Actor.system("worker")).exists()
        assert bodies() == ["Half a sentence"]

    def test_a_customer_writes_no_draft_for_the_desk(self, world: World) -> None:
        for place in (Place("note", world.shared), Place("ticket")):
            with pytest.raises(PermissionDenied):
                write(world.carla, place)

    def test_who_may_not_reply_keeps_no_reply(self, world: World) -> None:
        with pytest.raises(PermissionDenied):
            write(world.zoe, Place("customer_reply", world.shared))
        with pytest.raises(PermissionDenied):
            write(world.ana, Place("customer_reply", world.shared))


class TestGoing:
    def test_the_text_of_the_form_that_was_sent_goes_others_stay(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared), "Sent", form=Form("one"))
        write(world.ana, Place("reply", world.private), "Not sent", form=Form("two"))
        write(world.max, Place("reply", world.shared), "Max", form=Form("one"))
        forget_sent_draft(Form("one"), actor=world.ana.actor)
        assert bodies() == ["Max", "Not sent"]

    def test_the_draft_that_a_form_began_with_goes_too(self, world: World) -> None:
        draft = write(world.ana, Place("reply", world.shared), form=Form("yesterday"))
        forget_sent_draft(Form("today", draft.pk), actor=world.ana.actor)
        assert bodies() == []

    def test_what_another_window_writes_stays(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared), "In the other window", form=Form("other"))
        forget_sent_draft(Form("this"), actor=world.ana.actor)
        forget_sent_draft(Form(""), actor=world.ana.actor)
        assert bodies() == ["In the other window"]

    def test_a_late_save_of_a_sent_form_keeps_nothing(self, world: World) -> None:
        send(world.ana, "one", lambda: None)
        assert write(world.ana, Place("reply", world.shared), form=Form("one")) is None
        assert bodies() == []

    def test_a_send_that_is_taken_back_keeps_it(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared), form=Form("one"))
        asked = Asked(actor_key(world.ana.actor), "one", "composer", "d")
        perform_once(asked, lambda: forget_sent_draft(Form("one"), actor=world.ana.actor), lambda _done: None)
        assert bodies() == ["Half a sentence"]

    def test_it_goes_with_its_ticket_its_contact_and_its_author(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared))
        write(world.ana, Place("ticket", contact=world.carla.contact))
        write(world.carla, Place("customer_ticket"))
        delete_contacts([world.carla.contact], actor=world.max.actor, delete_dependents=True)
        assert bodies() == []

    def test_an_erased_person_takes_their_own_and_those_about_them_along(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared), "Dear Carla")
        write(world.ana, Place("ticket", contact=world.carla.contact), "Hello Carla")
        write(world.carla, Place("customer_ticket"), "It is me")
        write(world.ana, Place("ticket"), "Badge", fields={"new_email": "carla@people.example"})
        write(world.kim, Place("customer_ticket"), "Kim's own")
        goes, _stays = erasure_lines(world.carla.contact, world.max.actor)
        assert ("3 drafts", 3) in goes
        erase_contact(world.carla.contact, actor=world.max.actor)
        assert bodies() == ["Badge", "Kim's own"]
        assert Draft.objects.get(user=world.ana.user).fields["new_email"] == "…"

    def test_a_merged_contacts_draft_is_the_survivors_unless_there_is_one(self, world: World) -> None:
        carla, zoe, nia = world.carla.contact, world.zoe.contact, ContactFactory()
        for contact in (carla, zoe):
            write(world.ana, Place("ticket", contact=contact), contact.first_name)
        write(world.max, Place("ticket", contact=zoe), "Max")
        merge_contacts(carla, [zoe, nia], actor=world.max.actor)
        found = Draft.objects.order_by("user_id").values_list("contact", "fields__body")
        assert sorted(found) == sorted([(carla.pk, "Carla"), (carla.pk, "Max")])

    def test_what_was_left_alone_for_ninety_days_is_forgotten(self, world: World) -> None:
        write(world.ana, Place("reply", world.shared), "Old")
        Draft.objects.update(updated_at=timezone.now() - timedelta(days=91))
        write(world.ana, Place("reply", world.private), "New")
        Duty.objects.filter(name="drafts.prune").delete()
        clock.run_due()
        assert bodies() == ["New"]

    def test_how_long_is_a_setting(self, world: World, settings) -> None:
        settings.HELPDESK_DRAFTS_KEPT_DAYS = 100
        write(world.ana, Place("reply", world.shared), "Old")
        Draft.objects.update(updated_at=timezone.now() - timedelta(days=91))
        clock.run_due()
        assert bodies() == ["Old"]


def send(who: Persona, key: str, work) -> None:
    asked = Asked(actor_key(who.actor), key, "composer", "d")
    perform_once(asked, work, lambda _done: Answer(302, "/"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_saving_while_the_text_is_sent_leaves_no_draft(world: World, number: int) -> None:
    """Six saves of a form and its send at the same moment, in whatever order: one message, nothing left to send."""
    gate, failures = threading.Barrier(7), []
    place, form = Place("reply", world.shared), Form("one")

    def carry_out() -> None:
        reply(world.shared, "Sent", actor=world.ana.actor)
        forget_sent_draft(form, actor=world.ana.actor)

    def run(turn: int) -> None:
        try:
            gate.wait(timeout=30)
            if turn == number:
                send(world.ana, "one", carry_out)
            else:
                write(world.ana, place, f"Save {turn}", form=form)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(turn,)) for turn in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    assert Message.objects.filter(body="Sent").count() == 1
    assert bodies() == []
