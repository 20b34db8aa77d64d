"""Support PINs: who gets one, who may try one, what is kept of a try."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.errors.records import NoPinLeft, NotAPin, TooManyWrongPins
from customers.models import Contact, WrongPin
from customers.services.contacts import pins
from customers.services.contacts.pins import check_pin, find_by_pin, give_pin, renew_pin, reveal_pin
from helpdesk.events.models import AuditEntry
from tests.factories import DESK
from tests.personas import Persona, World


def pin_of(person: Persona) -> str:
    return give_pin(person.contact, actor=person.actor.as_contact())


def wrong(*taken: str) -> str:
    return next(pin for pin in ("000000", "000001", "000002") if pin not in taken)


def codes() -> list[str]:
    entries = AuditEntry.objects.filter(code__startswith="pin.").order_by("id")
    return list(entries.values_list("code", flat=True))


def test_the_first_time_a_pin_is_given_and_then_it_stays(world: World) -> None:
    first = pin_of(world.carla)
    assert len(first) == 6
    assert first.isdigit()
    assert pin_of(world.carla) == first
    assert codes() == ["pin.given"]


def test_a_new_pin_replaces_the_old_one_which_no_longer_works(world: World) -> None:
    old = pin_of(world.carla)
    new = renew_pin(world.carla.contact, actor=world.carla.actor)
    assert new != old
    assert not check_pin(world.carla.contact, old, actor=world.ana.actor)
    assert check_pin(world.carla.contact, new, actor=world.ana.actor)


@pytest.mark.parametrize("person", ["ana", "max", "root", "kim", "ada", "zoe"])
@pytest.mark.parametrize("verb", [give_pin, renew_pin])
def test_nobody_else_gets_or_renews_it(world: World, person: str, verb) -> None:
    with pytest.raises(PermissionDenied):
        verb(world.carla.contact, actor=world.persona(person).actor)
    assert codes() == []


def test_a_pin_that_somebody_has_is_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Contact.objects.filter(pk=world.zoe.contact.pk).update(support_pin="000007")
    drawn = iter([7, 7, 42])
    monkeypatch.setattr(pins.secrets, "randbelow", lambda _limit: next(drawn))
    assert pin_of(world.carla) == "000042"


def test_when_every_draw_is_taken_a_sentence_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Contact.objects.filter(pk=world.zoe.contact.pk).update(support_pin="000007")
    monkeypatch.setattr(pins.secrets, "randbelow", lambda _limit: 7)
    with pytest.raises(NoPinLeft):
        pin_of(world.carla)
    assert codes() == []


@pytest.mark.parametrize("value", ["12345", ""])
def test_the_database_takes_six_digits_only(world: World, value: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.filter(pk=world.carla.contact.pk).update(support_pin=value)


def test_an_agent_finds_the_contact_and_the_history_has_it_without_the_digits(world: World) -> None:
    pin = pin_of(world.carla)
    assert find_by_pin(f" {pin[:3]}-{pin[3:]} ", actor=world.ana.actor) == world.carla.contact
    entry = AuditEntry.objects.get(code="pin.found")
    assert (entry.subject_id, entry.actor_user, entry.data) == (
        world.carla.contact.pk,
        world.ana.user,
        {},
    )


def test_a_pin_that_nobody_has_finds_nobody_and_is_recorded_without_the_digits(world: World) -> None:
    assert find_by_pin("000000", actor=world.ana.actor) is None
    entry = AuditEntry.objects.get(code="pin.not_found")
    assert (entry.subject_type, entry.subject_id, entry.data) == ("core.user", world.ana.user.pk, {})


def test_of_one_contact_a_colleagues_pin_is_as_wrong_as_nobodys(world: World) -> None:
    kims = pin_of(world.kim)
    pin_of(world.carla)
    assert not check_pin(world.carla.contact, kims, actor=world.ana.actor)
    assert not check_pin(world.carla.contact, wrong(kims), actor=world.ana.actor)
    told = AuditEntry.objects.filter(code="pin.refused").values_list("data", "subject_id")
    assert len(set(map(str, told))) == 1


def test_who_has_no_pin_is_never_confirmed(world: World) -> None:
    assert not check_pin(world.carla.contact, "000000", actor=world.ana.actor)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12a456", "½23456", "1 2 3"])
def test_what_cannot_be_a_pin_is_not_looked_up_nor_counted(world: World, text: str) -> None:
    with pytest.raises(NotAPin):
        find_by_pin(text, actor=world.ana.actor)
    assert codes() == []


def test_full_width_digits_are_digits(world: World) -> None:
    pin = pin_of(world.carla)
    wide = "".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in pin)
    assert find_by_pin(wide, actor=world.ana.actor) == world.carla.contact


def test_after_the_limit_even_the_right_pin_is_refused_until_an_hour_has_passed(
    world: World, settings
) -> None:
    settings.HELPDESK_WRONG_PINS_PER_HOUR = 3
    pin = pin_of(world.carla)
    find_by_pin(wrong(pin), actor=world.ana.actor)
    check_pin(world.carla.contact, wrong(pin), actor=world.ana.actor)
    check_pin(world.carla.contact, wrong(pin), actor=world.ana.actor, about=world.shared)
    for attempt in (
        lambda: find_by_pin(pin, actor=world.ana.actor),
        lambda: check_pin(world.carla.contact, pin, actor=world.ana.actor),
    ):
        with pytest.raises(TooManyWrongPins, match="3 PINs"):
            attempt()
    assert find_by_pin(pin, actor=world.max.actor), "another agent is not held back"
    WrongPin.objects.filter(pk=WrongPin.objects.earliest("pk").pk).update(
        at=timezone.now() - timedelta(minutes=61)
    )
    assert find_by_pin(pin, actor=world.ana.actor) == world.carla.contact


def test_right_pins_do_not_count(world: World, settings) -> None:
    settings.HELPDESK_WRONG_PINS_PER_HOUR = 1
    pin = pin_of(world.carla)
    assert [find_by_pin(pin, actor=world.ana.actor) for _ in range(3)] == [world.carla.contact] * 3


@pytest.mark.parametrize("person", ["carla", "ada", "zoe"])
def test_customers_neither_find_nor_check_nor_reveal(world: World, person: str) -> None:
    pin, actor = pin_of(world.carla), world.persona(person).actor
    for attempt in (
        lambda: find_by_pin(pin, actor=actor),
        lambda: check_pin(world.carla.contact, pin, actor=actor),
        lambda: reveal_pin(world.carla.contact, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_a_machine_has_nobody_to_count_for_and_may_not_try(world: World) -> None:
    with pytest.raises(PermissionDenied):
        find_by_pin("123456", actor=DESK)


def test_a_manager_reveals_it_which_is_recorded_and_an_agent_does_not(world: World) -> None:
    pin = pin_of(world.carla)
    with pytest.raises(PermissionDenied):
        reveal_pin(world.carla.contact, actor=world.ana.actor)
    assert reveal_pin(world.carla.contact, actor=world.max.actor) == pin
    assert AuditEntry.objects.get(code="pin.revealed").actor_user == world.max.user


def test_there_is_nothing_to_reveal_before_there_is_a_pin(world: World) -> None:
    assert reveal_pin(world.carla.contact, actor=world.max.actor) == ""
    assert codes() == []
