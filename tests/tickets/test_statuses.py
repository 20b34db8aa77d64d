"""Statuses are rows: what they are called, what the database refuses, and how they are drawn."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.template import Context, Template
from django.utils import translation

from tests.factories import TicketFactory, TicketStatusFactory
from tests.personas import World
from tickets.errors import StatusNotDeleted
from tickets.models import Ticket, TicketStatus, TicketStatusName
from tickets.services.lifecycle import change_status
from tickets.status_kinds import KINDS, OPEN_KINDS
from tickets.statuses import codes_of, kinds_made_of, status_of, statuses, statuses_in_use

pytestmark = pytest.mark.django_db
PARTS = {"en": ("Waiting for parts", "Parts are on their way"), "ko": ("부품 대기", "부품을 기다립니다")}


def drawn(source: str, **context: object) -> str:
    return Template("{% load tickets %}" + source).render(Context(context))


class TestDefaults:
    def test_there_is_one_of_each_kind_in_order(self) -> None:
        assert [(status.code, status.kind, status.is_default) for status in statuses()] == [
            (kind, kind, True) for kind in KINDS
        ]

    @pytest.mark.parametrize(("language", "word"), [("en", "On hold"), ("ko", "보류")])
    def test_they_are_called_in_the_readers_language(self, language: str, word: str) -> None:
        with translation.override(language):
            assert status_of("on_hold").label == word

    def test_a_new_name_counts_in_its_language_alone(self) -> None:
        row = TicketStatus.objects.get(code="on_hold")
        TicketStatusName.objects.create(status=row, language="en", name="Parked")
        with translation.override("en"):
            assert (status_of("on_hold").label, status_of("on_hold").customer_label) == ("Parked", "Planned")
        with translation.override("ko"):
            assert status_of("on_hold").label == "보류"

    def test_they_are_not_deleted(self) -> None:
        with pytest.raises(StatusNotDeleted), transaction.atomic():
            TicketStatus.objects.get(code="on_hold").delete()
        with pytest.raises(StatusNotDeleted):
            TicketStatus.objects.filter(code="on_hold").delete()

    @pytest.mark.parametrize("values", [{"kind": "open"}, {"in_use": False}, {"kind": "lost"}])
    def test_the_database_keeps_their_kind_and_use(self, values: dict[str, object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketStatus.objects.filter(code="on_hold").update(**values)


class TestAdded:
    def test_it_stands_in_its_place_with_names_for_desk_and_customers(self) -> None:
        TicketStatusFactory(code="parts", kind="on_hold", position=45, names=PARTS)
        assert [status.code for status in statuses()][3:5] == ["on_hold", "parts"]
        with translation.override("en"):
            assert (status_of("parts").label, status_of("parts").customer_label) == PARTS["en"]
        with translation.override("ko"):
            assert (status_of("parts").label, status_of("parts").customer_label) == PARTS["ko"]

    def test_without_a_name_in_a_language_it_has_that_of_another(self) -> None:
        TicketStatusFactory(code="parts", kind="on_hold", names={"en": ("Parts", "")})
        with translation.override("ko"):
            assert status_of("parts").label == "Parts"
            assert status_of("parts").customer_label == status_of("on_hold").customer_label

    def test_one_that_tickets_have_is_taken_out_of_use_and_not_deleted(self, world: World) -> None:
        status = TicketStatusFactory(code="parts", kind="on_hold")
        change_status(world.shared, "parts", actor=world.ana.actor)
        with pytest.raises(ProtectedError):
            status.delete()
        status.in_use = False
        status.save()
        assert "parts" not in {status.code for status in statuses_in_use()}
        assert status_of("parts").kind == "on_hold"

    def test_one_that_is_gone_is_called_by_its_kind(self) -> None:
        assert status_of("parts", "on_hold") == status_of("on_hold")

    def test_two_are_not_called_the_same(self) -> None:
        TicketStatusFactory(code="parts", names={"en": ("Parts", "")})
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketStatusFactory(code="pieces", names={"en": ("parts", "")})

    def test_whole_kinds_are_told_from_parts_of_them(self) -> None:
        assert kinds_made_of(OPEN_KINDS) == list(OPEN_KINDS)
        TicketStatusFactory(code="parts", kind="on_hold")
        assert kinds_made_of(OPEN_KINDS) is None
        assert kinds_made_of(codes_of(OPEN_KINDS)) == list(OPEN_KINDS)
        assert kinds_made_of(["parts"]) is None


class TestOfTickets:
    def test_the_kind_is_written_with_the_status(self, world: World) -> None:
        TicketStatusFactory(code="done", kind="solved")
        change_status(world.shared, "done", actor=world.ana.actor)
        fresh = Ticket.objects.get(pk=world.shared.pk)
        assert (fresh.status_id, fresh.status_kind, fresh.is_open) == ("done", "solved", False)
        assert fresh.solved_at is not None

    def test_the_database_wants_a_known_kind_and_a_status_that_is_there(self, world: World) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Ticket.objects.filter(pk=world.shared.pk).update(status_kind="lost")
        with pytest.raises(IntegrityError), transaction.atomic():
            Ticket.objects.filter(pk=world.shared.pk).update(status="lost")
            connection.check_constraints()

    def test_many_tickets_are_drawn_without_a_query(
        self, world: World, django_assert_num_queries: Callable[..., object]
    ) -> None:
        TicketFactory(status="pending")
        tickets = list(Ticket.objects.all())
        statuses()
        with django_assert_num_queries(0):
            drawn("{% for ticket in tickets %}{% status_badge ticket %}{% endfor %}", tickets=tickets)


class TestDrawing:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_has_a_shape_and_a_word(self, kind: str) -> None:
        for source in ("{% status_badge ticket %}", "{% status_mark status %}"):
            shown = drawn(source, ticket=Ticket(status_id=kind, status_kind=kind), status=status_of(kind))
            assert "<svg" in shown
            assert status_of(kind).label in shown

    @pytest.mark.parametrize(
        ("kind", "word"),
        [("new", "With us"), ("open", "With us"), ("pending", "Waiting for you"), ("on_hold", "Planned")],
    )
    def test_customers_read_their_own_words(self, kind: str, word: str) -> None:
        ticket = Ticket(status_id=kind, status_kind=kind)
        with translation.override("en"):
            assert word in drawn('{% status_badge ticket audience="customer" %}', ticket=ticket)

    def test_a_badge_without_a_word_still_speaks(self) -> None:
        shown = drawn(
            "{% status_badge ticket word=False %}", ticket=Ticket(status_id="open", status_kind="open")
        )
        assert '<span class="vh">Open</span>' in shown
