"""The demo data: believable in number, right in its rules, loaded once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Max
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, Association, Contact, ContactMethod, ContactRelationship
from helpdesk.core.actors import Actor
from helpdesk.core.models import Department, DepartmentMember, User
from helpdesk.events.declaring import declared_codes
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from portal.demo.fixtures import duration
from tests.sign_ins import signs_in
from tickets.models import Draft, Follower, Message, Participant, Ticket
from tickets.services.lifecycle import create_ticket
from tickets.services.similar import similar_tickets
from tickets.status_kinds import KINDS
from tickets.statuses import codes_of

STAFF = ["admin@example.com", "manager@example.com", "agent@example.com"]
CUSTOMERS = ["customer@example.com", "customeradmin@example.com", "broker@example.com"]


def run(**options: object) -> str:
    output = StringIO()
    call_command("demo", stdout=output, **options)
    return output.getvalue()


@pytest.fixture(scope="module")
def printed(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """What the command printed; loaded once for all tests of this file, and rolled back after them."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.getbasetemp() / "media")
    with media, django_db_blocker.unblock(), transaction.atomic():
        yield run()
        transaction.set_rollback(True)


def actor(address: str) -> Actor:
    return Actor.for_user(signs_in(address))


@pytest.mark.usefixtures("printed")
class TestLoaded:
    def test_there_is_as_much_as_a_small_desk_has(self) -> None:
        assert Account.objects.count() == 42
        assert Contact.objects.count() == 150
        assert Ticket.objects.count() == 400
        assert Department.objects.count() == 5
        assert DepartmentMember.objects.values("department").distinct().count() == 5
        assert User.objects.filter(reach=User.Reach.DEPARTMENTS).count() == 1
        assert Participant.objects.count() == 3
        assert User.objects.filter(is_staff=True).count() == 8

    def test_the_sign_ins_are_printed(self, printed: str) -> None:
        assert "42 accounts, 150 contacts, 400 tickets" in printed
        assert [address for address in STAFF + CUSTOMERS if address not in printed] == []

    @pytest.mark.parametrize("address", STAFF + CUSTOMERS)
    def test_everyone_signs_in_with_the_password_demo(self, address: str) -> None:
        answer = Client().post(reverse("account_login"), {"login": address, "password": "demo"})
        assert answer.status_code == 302
        assert answer.url == ("/agent/" if address in STAFF else "/")

    def test_the_staff_hold_the_roles_of_their_names(self) -> None:
        roles = {address: User.objects.get(email=address).role for address in STAFF}
        assert list(roles.values()) == ["administrator", "manager", "agent"]

    def test_a_second_run_changes_nothing(self) -> None:
        before = AuditEntry.objects.count(), Ticket.objects.count(), User.objects.count()
        assert "already in use" in run()
        assert (AuditEntry.objects.count(), Ticket.objects.count(), User.objects.count()) == before

    def test_nothing_is_printed_when_asked_to_be_quiet(self) -> None:
        assert run(verbosity=0) == ""

    def test_it_refuses_a_real_desk(self, settings: object) -> None:
        settings.LOCAL = False  # type: ignore[attr-defined]
        with pytest.raises(CommandError, match="HELPDESK_DEMO"):
            run()


@pytest.mark.usefixtures("printed")
class TestPeople:
    def test_every_list_of_accounts_is_ordered_without_gaps_and_has_one_primary(self) -> None:
        lists = Association.objects.values("contact").annotate(
            length=Count("id"), last=Max("position"), different=Count("account", distinct=True)
        )
        assert lists.filter(last=F("length"), different=F("length")).count() == lists.count()
        assert Association.objects.filter(position=1).count() == lists.count()
        assert lists.aggregate(longest=Max("length"))["longest"] == 25

    def test_somebody_has_25_accounts_and_somebody_none(self) -> None:
        assert Contact.objects.annotate(n=Count("associations")).filter(n=25).count() == 1
        assert Contact.objects.filter(associations=None).count() >= 5

    def test_everyone_has_one_default_of_each_kind(self) -> None:
        kinds = ContactMethod.objects.values("contact", "kind").distinct().count()
        assert ContactMethod.objects.filter(is_default=True).count() == kinds

    def test_the_customer_belongs_to_two_accounts(self) -> None:
        assert signs_in("customer@example.com").contact.associations.count() == 2

    def test_the_customer_administrator_administers_an_account(self) -> None:
        contact = signs_in("customeradmin@example.com").contact
        assert contact.associations.filter(role="administrator").exists()

    def test_the_broker_sees_tickets_of_an_account_that_he_only_acts_for(self) -> None:
        broker = actor("broker@example.com")
        tower = Account.objects.get(name="Hanbit Tower")
        assert not broker.contact.associations.filter(account=tower).exists()
        assert (
            Ticket.objects.visible_to(broker).filter(account=tower).exclude(contact=broker.contact).exists()
        )

    def test_every_contact_relationship_counts(self) -> None:
        assert ContactRelationship.objects.standing().count() == ContactRelationship.objects.count()


@pytest.mark.usefixtures("printed")
class TestTickets:
    def test_a_third_of_them_is_korean(self) -> None:
        korean = sum(bool(re.search("[가-힣]", ticket.subject)) for ticket in Ticket.objects.all())
        assert 120 <= korean <= 170

    def test_no_two_have_the_same_subject(self) -> None:
        assert Ticket.objects.values("subject").distinct().count() == 400

    def test_what_is_spoken_of_is_attached_and_opens(self) -> None:
        message = (
            Message.objects.filter(ticket__subject__startswith="Lobby turnstiles")
            .exclude(attachments=None)
            .get()
        )
        log, picture = message.attachments.all()
        assert (log.name, log.content_type, picture.content_type) == (
            "panel-log-0612.txt",
            "text/plain",
            "image/png",
        )
        with log.file.open() as opened:
            assert b"E-217 release timeout" in opened.read()
        assert log.created_at == message.created_at

    def test_what_was_said_on_the_phone_was_entered_by_somebody(self) -> None:
        called = Message.objects.filter(channel="phone", ticket__assignee__isnull=False)
        assert called.exists()
        assert not called.filter(entered_by=None).exists()

    def test_every_answer_of_the_desk_says_whom_it_was_written_to(self) -> None:
        answers = Message.objects.filter(kind="public", author_user__isnull=False)
        assert answers.exists()
        assert not answers.filter(recipients__isnull=True).exists()
        assert not answers.exclude(recipients__contact=F("ticket__contact")).exists()

    def test_an_agent_is_writing_a_reply_and_a_note(self) -> None:
        drafts = Draft.objects.visible_to(actor("agent@example.com"))
        assert sorted(drafts.values_list("kind", flat=True)) == ["note", "reply"]

    def test_they_are_fresh_and_never_of_the_future(self) -> None:
        now = timezone.now()
        times = sorted(Ticket.objects.values_list("created_at", flat=True))
        assert now - timedelta(days=60, hours=1) < times[0]
        assert now - timedelta(hours=1) < times[-1] < now
        assert not Message.objects.filter(created_at__gt=now).exists()
        assert not AuditEntry.objects.filter(created_at__gt=now).exists()

    def test_their_numbers_follow_time_and_go_on_after_them(self) -> None:
        numbers = list(Ticket.objects.order_by("created_at", "pk").values_list("pk", flat=True))
        assert numbers == sorted(numbers)
        fields = {"subject": "One more", "contact": Contact.objects.first()}
        with transaction.atomic():
            assert create_ticket(fields, actor=actor("agent@example.com"), body="Hello").pk > numbers[-1]
            transaction.set_rollback(True)

    def test_every_status_priority_and_channel_is_there(self) -> None:
        assert set(Ticket.objects.values_list("status", flat=True)) == set(codes_of(KINDS))
        for name in ("status_kind", "priority", "channel"):
            found = set(Ticket.objects.values_list(name, flat=True))
            assert found == set(dict(Ticket._meta.get_field(name).choices))
        assert Ticket.objects.unassigned().count() > 20
        assert Ticket.objects.filter(is_private=True).count() > 5

    def test_new_ones_are_nobodys_and_waiting_ones_were_answered(self) -> None:
        assert not Ticket.objects.filter(status="new", assignee__isnull=False).exists()
        waiting = Ticket.objects.filter(status="pending").prefetch_related("messages")
        assert [ticket.subject for ticket in waiting if not list(ticket.messages.all())[-1].author_user] == []

    def test_every_conversation_has_a_beginning_and_at_most_six_messages(self) -> None:
        lengths = Ticket.objects.annotate(n=Count("messages")).values_list("n", flat=True)
        assert set(lengths) <= {1, 2, 3, 4, 5, 6}
        assert Message.objects.filter(kind="note").count() > 15
        assert not Message.objects.filter(html="").exists()

    def test_whoever_writes_or_follows_may_see_the_ticket(self) -> None:
        involved = {
            (m.ticket_id, m.author_contact_id) for m in Message.objects.filter(author_contact__isnull=False)
        }
        involved |= {(f.ticket_id, f.contact_id) for f in Follower.objects.all()}
        people = Contact.objects.in_bulk({contact for _ticket, contact in involved})
        sight = {
            pk: set(Ticket.objects.visible_to(Actor("contact", contact=contact)).values_list("pk", flat=True))
            for pk, contact in people.items()
        }
        assert [(ticket, contact) for ticket, contact in involved if ticket not in sight[contact]] == []

    @pytest.mark.parametrize(
        ("account", "subject"),
        [
            ("Hanbit Square", "Card readers on level 9 are offline"),
            ("Hanbit Tower", "Turnstiles in the lobby stay locked"),
            ("Songdo Logistics Park", "엘리베이터 권한 복구"),
        ],
    )
    def test_a_second_report_of_the_same_problem_meets_the_first(self, account: str, subject: str) -> None:
        found = similar_tickets(actor("agent@example.com"), Account.objects.get(name=account), subject)
        assert list(found)

    def test_the_history_tells_how_a_ticket_came_to_stand(self) -> None:
        ticket = Ticket.objects.get(subject="Lobby turnstiles locked after 3.4.1 firmware update")
        codes = [entry.code for entry in timeline(ticket)][::-1]
        assert codes[:3] == ["ticket.created", "ticket.assigned", "ticket.status_changed"]
        assert codes.count("ticket.replied") == 2
        times = [entry.created_at for entry in timeline(ticket)]
        assert times == sorted(times, reverse=True)

    def test_every_code_has_words(self) -> None:
        assert set(AuditEntry.objects.values_list("code", flat=True)) <= declared_codes()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_reset_throws_away_what_was_there() -> None:
    User.objects.create_user("somebody@example.org")
    assert "400 tickets" in run(reset=True)
    assert not User.objects.filter(email="somebody@example.org").exists()
    assert Ticket.objects.count() == 400


@pytest.mark.parametrize(("text", "minutes"), [("5m", 5), ("2h 5m", 125), ("1d 1h 1m", 1501)])
def test_a_length_of_time_is_read(text: str, minutes: int) -> None:
    assert duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "5", "soon", "5m2h", "-3d"])
def test_anything_else_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        duration(text)
