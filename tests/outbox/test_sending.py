"""What becomes of a letter, by what the mail server answers: a real one, in a process of its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from customers.models import ContactMethod
from helpdesk.core.sealing import Unreadable, seal, unseal
from helpdesk.outbox import sending
from helpdesk.outbox.models import ChannelPause, Delivery
from helpdesk.outbox.posting import Recipient, Wanted, post
from helpdesk.outbox.sending import PAUSES, claim, end_expired, pause_after, release, send_due, take_up
from helpdesk.outbox.services import TooLate, discard, retry, retry_failed
from tests.factories import ContactFactory
from tests.mail_server import MailServer
from tests.outbox.conftest import KIND, due_now, states
from tests.personas import World

pytestmark = pytest.mark.django_db
Posted = Callable[..., list[Delivery]]


def test_one_of_five_is_refused_and_the_others_get_theirs(server: MailServer, posted: Posted) -> None:
    ContactFactory(first_name="Three", email="p3@x.example")
    server.tell(refuse={"p3@": "550 5.1.1 No such user here"})
    server.up()
    rows = posted(*(f"p{n}@x.example" for n in range(1, 6)))
    assert send_due() == 5
    assert states(rows) == ["sent", "sent", "refused", "sent", "sent"]
    assert server.addresses == ["p1@x.example", "p2@x.example", "p4@x.example", "p5@x.example"]
    rows[2].refresh_from_db()
    assert (rows[2].answer, rows[2].why) == ("550 5.1.1 No such user here",) * 2
    marked = ContactMethod.objects.get(value="p3@x.example")
    assert marked.bounce_reason == "550 5.1.1 No such user here"
    due_now()
    assert send_due() == 0


def test_what_the_server_does_not_let_us_send_says_nothing_about_the_address(
    server: MailServer, posted: Posted
) -> None:
    ContactFactory(first_name="Three", email="p3@x.example")
    server.tell(refuse={"p3@": "554 5.7.1 Relay access denied"})
    server.up()
    (row,) = posted("p3@x.example")
    send_due()
    assert states([row]) == ["refused"]
    assert ContactMethod.objects.get(value="p3@x.example").bouncing_since is None


def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(
    server: MailServer, posted: Posted
) -> None:
    server.tell(refuse={"p1@": "451 4.2.1 Try again later"})
    server.up()
    rows = posted("p1@x.example", "p2@x.example")
    send_due()
    assert states(rows) == ["waiting", "sent"]
    rows[0].refresh_from_db()
    assert (rows[0].attempts, rows[0].answer) == (1, "451 4.2.1 Try again later")
    assert timedelta(seconds=20) < rows[0].next_at - timezone.now() < timedelta(seconds=40)
    assert send_due() == 0
    server.tell()
    due_now()
    send_due()
    assert states(rows) == ["sent", "sent"]
    assert server.taken[1]["id"] == rows[0].message_id


def test_a_server_that_is_down_costs_nobody_an_attempt_and_is_left_in_peace(
    server: MailServer, posted: Posted
) -> None:
    rows = posted(*(f"p{n}@x.example" for n in range(5)))
    assert send_due() == 1
    assert states(rows) == ["waiting"] * 5
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    pause = ChannelPause.objects.get()
    assert "Connection" in pause.answer
    assert send_due() == 0
    for _ in range(12):
        ChannelPause.objects.update(until=timezone.now())
        send_due()
    pause.refresh_from_db()
    assert timedelta(seconds=280) < pause.until - timezone.now() < timedelta(seconds=301)
    server.up()
    ChannelPause.objects.update(until=timezone.now())
    send_due()
    assert states(rows) == ["sent"] * 5
    assert not ChannelPause.objects.exists()


def test_after_48_hours_without_a_server_what_has_waited_as_long_is_given_up(
    server: MailServer, posted: Posted
) -> None:
    old, new = posted("old@x.example", "new@x.example")
    long_ago = timezone.now() - timedelta(hours=49)
    Delivery.objects.filter(pk=old.pk).update(
        give_up_at=timezone.now() - timedelta(hours=1), created_at=long_ago
    )
    send_due()
    assert states([old, new]) == ["waiting", "waiting"], "the server was not asked for 48 hours yet"
    ChannelPause.objects.update(since=long_ago, until=timezone.now())
    send_due()
    assert states([old, new]) == ["given_up", "waiting"]
    old.refresh_from_db()
    assert old.reason == "unreachable"


def test_a_server_that_hangs_ends_with_the_time_limit(server: MailServer, posted: Posted) -> None:
    server.tell(hang=30)
    server.up()
    rows = posted("p1@x.example", "p2@x.example")
    assert send_due() == 1
    assert states(rows) == ["waiting", "waiting"]
    assert list(Delivery.objects.order_by("id").values_list("attempts", flat=True)) == [1, 0]
    server.tell()
    ChannelPause.objects.update(until=timezone.now())
    due_now()
    send_due()
    assert states(rows) == ["sent", "sent"]


@pytest.mark.parametrize(
    ("answer", "state", "attempts"),
    [
        ("554 5.6.0 This looks like spam", "refused", 1),
        ("451 4.3.0 Later", "waiting", 1),
        ("421 4.3.2 Closing", "waiting", 0),
    ],
)
def test_what_is_said_of_the_text_is_not_said_of_the_address(
    server: MailServer, posted: Posted, answer: str, state: str, attempts: int
) -> None:
    ContactFactory(first_name="One", email="p1@x.example")
    server.tell(data=answer)
    server.up()
    (row,) = posted("p1@x.example")
    send_due()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (state, attempts)
    assert ContactMethod.objects.get(value="p1@x.example").bouncing_since is None


def test_it_is_tried_for_48_hours_with_growing_pauses(posted: Posted) -> None:
    (row,) = posted("p1@x.example")
    assert row.give_up_at - row.created_at == timedelta(hours=48)
    assert list(PAUSES) == sorted(PAUSES)
    for attempts, seconds in enumerate(PAUSES, start=1):
        assert 0.8 * seconds <= pause_after(attempts).total_seconds() <= 1.2 * seconds
    assert pause_after(100) <= timedelta(seconds=1.2 * PAUSES[-1])


def test_a_temporary_refusal_after_48_hours_is_the_last(server: MailServer, posted: Posted) -> None:
    server.tell(refuse={"p1@": "451 4.2.1 Try again later"})
    server.up()
    (row,) = posted("p1@x.example")
    Delivery.objects.update(give_up_at=timezone.now() + timedelta(seconds=5))
    send_due()
    row.refresh_from_db()
    assert (row.state, row.why) == ("given_up", "451 4.2.1 Try again later")


# --- Leases ----------------------------------------------------------------------------
def test_what_a_dead_worker_held_waits_again_and_what_a_living_one_holds_does_not(posted: Posted) -> None:
    rows = posted("p1@x.example", "p2@x.example")
    assert claim("dead") == rows[0]
    assert claim("alive") == rows[1]
    assert claim("other") is None
    assert take_up(lambda: {"alive", "other"}) == 1
    assert states(rows) == ["waiting", "sending"]
    assert release("alive") == 1


def test_what_has_left_is_sent_even_when_somebody_took_its_worker_for_dead(posted: Posted) -> None:
    (row,) = posted("p1@x.example")
    held = claim("late")
    take_up(set)
    sending._end(held, "sent")
    assert states([row]) == ["sent"]


def test_a_letter_that_kills_its_workers_waits_longer_each_time(posted: Posted) -> None:
    (row,) = posted("p1@x.example")
    for _ in range(3):
        due_now()
        claim("dead")
        take_up(set)
    row.refresh_from_db()
    assert row.next_at > timezone.now() + timedelta(seconds=60)


# --- Secrets -----------------------------------------------------------------------------
def test_a_secret_is_unreadable_in_the_database_and_gone_once_it_has_left(server: MailServer) -> None:
    server.up()
    expires_at = timezone.now() + timedelta(minutes=10)
    wanted = Wanted(KIND, {"n": 1}, {"code": "1234-5678"}, expires_at=expires_at)
    (row,) = post(wanted, [Recipient("p1@x.example")])
    row.refresh_from_db()
    assert "1234" not in row.sealed
    assert unseal(row.sealed) == {"code": "1234-5678"}
    send_due()
    row.refresh_from_db()
    assert (row.state, row.sealed) == ("sent", "")


def test_a_code_that_has_expired_is_not_sent_and_gone(server: MailServer) -> None:
    server.up()
    wanted = Wanted(KIND, {"n": 1}, {"code": "1"}, expires_at=timezone.now() + timedelta(minutes=10))
    (row,) = post(wanted, [Recipient("p1@x.example")])
    assert end_expired() == 0
    Delivery.objects.update(expires_at=timezone.now())
    assert send_due() == 0
    row.refresh_from_db()
    assert (row.state, row.reason, row.sealed) == ("given_up", "expired", "")
    assert not row.can_be_retried


def test_what_somebody_waits_for_goes_before_all_others(posted: Posted) -> None:
    posted("p1@x.example", "p2@x.example")
    (urgent,) = post(
        Wanted(KIND, {"n": 9}, expires_at=timezone.now() + timedelta(minutes=10)), [Recipient("u@x.example")]
    )
    assert claim("one") == urgent


def test_an_old_key_still_opens_and_a_lost_one_says_so(settings: LazySettings) -> None:
    sealed = seal({"a": 1})
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert unseal(sealed) == {"a": 1}
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        unseal(sealed)


# --- Addresses ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("info@한국.example", "info@xn--3e0b707e.example"),
        ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_written_as_idna_2008_has_it(
    server: MailServer, posted: Posted, written: str, wire: str
) -> None:
    server.up()
    rows = posted(written)
    send_due()
    assert states(rows) == ["sent"]
    assert server.addresses == [wire]
    assert server.taken[0]["header"] == wire


@pytest.mark.parametrize(
    "written", ["nobody", "a@", "@b.example", "a@-.\u00fc\u2024.example", "a\n@b.example"]
)
def test_what_cannot_be_addressed_is_refused_with_a_sentence(
    server: MailServer, posted: Posted, written: str
) -> None:
    server.up()
    (row,) = posted(written)
    send_due()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("refused", "address")
    assert "Correct the address" in row.why


def test_a_local_part_outside_ascii_goes_where_the_server_takes_it(
    server: MailServer, posted: Posted
) -> None:
    server.tell(smtputf8=True)
    server.up()
    rows = posted("홍길동@bücher.example", "p2@x.example")
    send_due()
    assert states(rows) == ["sent", "sent"]
    assert server.addresses == ["홍길동@xn--bcher-kva.example", "p2@x.example"]
    assert server.taken[0]["text"].strip() == "This is letter 0."


def test_and_is_refused_with_a_sentence_where_it_does_not(server: MailServer, posted: Posted) -> None:
    server.up()
    (row,) = posted("홍길동@x.example")
    send_due()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("refused", "local_part")
    assert server.taken == []


# --- The letter itself ----------------------------------------------------------------
def test_a_letter_that_is_no_longer_to_be_sent_is_cancelled(server: MailServer) -> None:
    (row,) = post(Wanted(KIND, {}), [Recipient("p1@x.example")])
    send_due()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "withdrawn")


def test_a_letter_that_cannot_be_written_is_tried_again_and_stops_no_other(
    server: MailServer, posted: Posted, caplog: pytest.LogCaptureFixture
) -> None:
    server.up()
    (broken,) = post(Wanted(KIND, {"n": 1}), [Recipient("p1@x.example")])
    Delivery.objects.filter(pk=broken.pk).update(kind="tests.gone")
    (row,) = posted("p2@x.example")
    send_due()
    broken.refresh_from_db()
    assert (broken.state, broken.reason, broken.attempts) == ("waiting", "broken", 1)
    assert states([row]) == ["sent"]
    assert "could not be written" in caplog.text


def test_nobody_posts_a_letter_that_is_not_registered() -> None:
    with pytest.raises(KeyError):
        post(Wanted("tests.unknown"), [Recipient("p1@x.example")])


# --- Administrators -----------------------------------------------------------------------
def test_an_administrator_tries_again_what_was_refused(
    world: World, server: MailServer, posted: Posted
) -> None:
    server.tell(refuse={"p1@": "550 5.1.1 No"})
    server.up()
    (row,) = posted("p1@x.example")
    send_due()
    server.tell()
    again = retry(row, actor=world.root.actor)
    assert (again.state, again.attempts, again.message_id) == ("waiting", 0, row.message_id)
    send_due()
    assert states([row]) == ["sent"]
    with pytest.raises(TooLate):
        retry(row, actor=world.root.actor)
    with pytest.raises(TooLate):
        discard(row, actor=world.root.actor)


def test_all_that_failed_is_tried_again_at_once_but_for_what_has_expired(
    world: World, posted: Posted
) -> None:
    rows = posted("p1@x.example", "p2@x.example")
    (code,) = post(Wanted(KIND, {"n": 9}, expires_at=timezone.now()), [Recipient("u@x.example")])
    Delivery.objects.update(state="given_up", ended_at=timezone.now())
    assert retry_failed(actor=world.root.actor) == 2
    assert states([*rows, code]) == ["waiting", "waiting", "given_up"]


def test_a_discarded_letter_never_leaves(world: World, server: MailServer, posted: Posted) -> None:
    (row,) = posted("p1@x.example")
    discard(row, actor=world.root.actor)
    assert send_due() == 0
    assert states([row]) == ["cancelled"]
