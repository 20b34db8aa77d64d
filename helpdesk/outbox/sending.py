"""Sending what is due: claimed by a lease, handed to the mail server, marked.

A worker that is killed between the server's *taken* and our mark sends that one letter a second time, with the same
Message-ID. Nothing else is ever sent twice: a mark that the database cannot take is tried until it can.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connections, transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone, translation

from helpdesk.core.sealing import Unreadable
from helpdesk.outbox.letters import Letter, Undeliverable, kind_of
from helpdesk.outbox.mailing import Answer, MailLine, Outcome, ServerTrouble
from helpdesk.outbox.models import TRIED_FOR, ChannelPause, Delivery

log = logging.getLogger(__name__)
State, Reason = Delivery.State, Delivery.Reason
Stop = Callable[[], bool]

#: Seconds before the second attempt, the third, and so on; the last one for all that follow.
PAUSES = (30, 60, 120, 300, 900, 1800, 3600, 7200, 14400)
JITTER = 0.2
#: A worker whose heart beats keeps its letter for so long; one that is dead loses it at once (`take_up`).
LEASE = timedelta(minutes=10)
#: Between two tries to reach a server that does not answer.
FIRST_PAUSE, LONGEST_PAUSE = 5, 300
#: While one worker tries whether the server is back, the others wait.
TRYING = timedelta(seconds=90)
MARKED_WITHIN = 3600
ENDING = {"sealed": "", "worker": "", "leased_until": None}

address_refused = Signal()
"""`address` does not exist, says its mail server (`words`). Sent in the transaction that marks the delivery."""

Answered = TypeVar("Answered")


class StillResting(ServerTrouble):
    """Another worker is trying whether the server is back."""


def send_due(worker: str = "once", *, stop: Stop = lambda: False) -> int:
    """Send until nothing is due, the server is in trouble or `stop` says so. Returns how many were looked at."""
    end_expired()
    line, number = _Line(), 0
    try:
        while not stop() and (delivery := claim(worker)):
            number += 1
            if not _send(delivery, line):
                break
    finally:
        line.close()
    return number


def send_one(delivery: Delivery, *, worker: str = "once") -> None:
    """Send one now, due or not."""
    Delivery.objects.waiting().filter(pk=delivery.pk).update(next_at=timezone.now())
    line = _Line()
    with transaction.atomic():
        claimed = _lease(Delivery.objects.waiting().filter(pk=delivery.pk), worker)
    if claimed:
        try:
            _send(claimed, line)
        finally:
            line.close()
    delivery.refresh_from_db()


# --- Whose turn it is ------------------------------------------------------------------
def claim(worker: str) -> Delivery | None:
    """The most urgent delivery that is due, leased to this worker; None when there is none, or its channel rests."""
    now = timezone.now()
    due = Delivery.objects.due(now)
    if not due.exists() or ChannelPause.objects.filter(until__gt=now).exists():
        return None
    with transaction.atomic():
        return _lease(due, worker)


def _lease(rows: Any, worker: str) -> Delivery | None:
    """SQLite locks no rows: there the transaction alone keeps the others away, which begins as the one that writes."""
    delivery: Delivery | None = rows.select_for_update(skip_locked=True).first()
    if delivery is None:
        return None
    delivery.state, delivery.worker = State.SENDING, worker
    delivery.leased_until = timezone.now() + LEASE
    delivery.attempts += 1
    # The condition is for SQLite in a test's transaction, which began as one that reads.
    leased = Delivery.objects.waiting().filter(pk=delivery.pk)
    values = {name: getattr(delivery, name) for name in ("state", "worker", "leased_until", "attempts")}
    return delivery if leased.update(**values) else None


def take_up(living: Callable[[], Collection[str]]) -> int:
    """Deliveries that dead workers were at wait again; also those that somebody has held for far too long."""
    held = list(Delivery.objects.filter(state=State.SENDING))
    if not held:
        return 0
    alive, now = living(), timezone.now()
    return _put_back([row for row in held if row.worker not in alive or (row.leased_until or now) < now])


def release(worker: str) -> int:
    """What this worker had claimed, and lost sight of when the database went away, waits again."""
    return _put_back(list(Delivery.objects.filter(state=State.SENDING, worker=worker)))


def _put_back(rows: Collection[Delivery]) -> int:
    """A letter that was lost several times may be what kills the workers: it waits longer each time."""
    now, number = timezone.now(), 0
    for row in rows:
        next_at = now if row.attempts < 3 else now + pause_after(row.attempts)
        same = Delivery.objects.filter(
            pk=row.pk, state=State.SENDING, worker=row.worker, leased_until=row.leased_until
        )
        number += same.update(state=State.WAITING, worker="", leased_until=None, next_at=next_at)
    return number


# --- One delivery ----------------------------------------------------------------------
def _send(delivery: Delivery, line: _Line) -> bool:
    """One attempt; False when the server is in trouble, so that nobody else's letter is tried now."""
    try:
        letter = _written(delivery)
        if letter is None:
            _end(delivery, State.CANCELLED, reason=Reason.WITHDRAWN)
            return True
    except Undeliverable as error:
        _end(delivery, State.REFUSED, reason=error.reason)
        return True
    except Unreadable:
        _end(delivery, State.CANCELLED, reason=Reason.UNREADABLE)
        return True
    except DatabaseError:
        raise
    except Exception:
        log.exception("The letter of delivery %s could not be written", delivery.pk)
        _later(delivery, reason=Reason.BROKEN)
        return True
    return _hand_over(delivery, letter, line)


def _written(delivery: Delivery) -> Letter | None:
    kind = kind_of(delivery.kind)
    with translation.override(delivery.language):
        return kind.write(delivery)


def _hand_over(delivery: Delivery, letter: Letter, line: _Line) -> bool:
    try:
        answer = line.send(delivery, letter)
    except StillResting:
        persistently(lambda: _not_its_turn(delivery))
        return False
    except ServerTrouble as trouble:
        words = str(trouble)
        log.warning("The mail server is in trouble: %s", words)
        line.drop()
        persistently(lambda: _not_its_turn(delivery))
        persistently(lambda: _rest(words))
        return False
    if letter.address:
        delivery.address = letter.address
    if answer.outcome is Outcome.SENT:
        _end(delivery, State.SENT)
    elif answer.outcome is Outcome.REFUSED:
        _refuse(delivery, answer)
    else:
        _later(delivery, words=answer.words)
    if answer.is_line_lost:
        persistently(lambda: _rest(answer.words))
        return False
    persistently(_server_is_back)
    return True


class _Line:
    """The line to the mail server, opened for the first letter and kept for those that follow."""

    def __init__(self) -> None:
        self._line: MailLine | None = None

    def send(self, delivery: Delivery, letter: Letter) -> Answer:
        if self._line is None:
            _try_whether_it_is_back()
            self._line = MailLine()
        self._line.open()
        return self._line.send(delivery, letter)

    def close(self) -> None:
        if self._line:
            self._line.close()

    def drop(self) -> None:
        if self._line:
            self._line.drop()


# --- What became of it -------------------------------------------------------------------
def _end(delivery: Delivery, state: str, *, reason: str = Reason.NONE, words: str = "") -> None:
    """Mark it, once and for all. What has left is marked as sent even when somebody took it for lost meanwhile."""
    values = {"state": state, "reason": reason, "answer": words, "ended_at": timezone.now(), **ENDING}
    persistently(lambda: _ours(delivery).update(address=delivery.address, **values))


def _ours(delivery: Delivery) -> Any:
    return Delivery.objects.filter(pk=delivery.pk, state__in=[State.SENDING, State.WAITING])


def _refuse(delivery: Delivery, answer: Answer) -> None:
    def mark() -> None:
        with transaction.atomic():
            values = {"reason": answer.reason, "answer": answer.words, "ended_at": timezone.now(), **ENDING}
            marked = _ours(delivery).update(state=State.REFUSED, address=delivery.address, **values)
            if marked and answer.is_address_dead:
                address_refused.send(Delivery, address=delivery.address, words=answer.words)

    persistently(mark)


def _later(delivery: Delivery, *, words: str = "", reason: str = Reason.NONE) -> None:
    """Another attempt after a pause that grows, unless the time for it is over."""
    next_at = timezone.now() + pause_after(delivery.attempts)
    if next_at > delivery.give_up_at:
        _end(delivery, State.GIVEN_UP, reason=reason, words=words)
        return
    values = {"state": State.WAITING, "next_at": next_at, "worker": "", "leased_until": None}
    persistently(lambda: _ours(delivery).update(answer=words, reason=reason, **values))


def _not_its_turn(delivery: Delivery) -> None:
    """The server is in trouble: the letter waits as before, and this was no attempt of it."""
    values = {"state": State.WAITING, "worker": "", "leased_until": None}
    _ours(delivery).filter(state=State.SENDING).update(attempts=F("attempts") - 1, **values)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts; never exactly, so that a crowd does not come back at once."""
    seconds = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - only spreads a crowd


def end_expired() -> int:
    """What nobody needs any more is not sent, and its secret goes."""
    now = timezone.now()
    expired = Delivery.objects.waiting().filter(expires_at__lte=now)
    if not expired.exists():
        return 0  # SQLite locks for an update of nothing too
    return expired.update(state=State.GIVEN_UP, reason=Reason.EXPIRED, ended_at=now, **ENDING)


# --- A server in trouble -------------------------------------------------------------------
def _rest(words: str) -> None:
    """Nobody sends for a while, longer with each failure. After 48 hours of it, what has waited as long is given up."""
    now = timezone.now()
    with transaction.atomic():
        pause, _created = ChannelPause.objects.select_for_update().get_or_create(
            channel=Delivery.Channel.MAIL
        )
        pause.failures += 1
        pause.until = now + timedelta(
            seconds=min(FIRST_PAUSE * 2 ** min(pause.failures - 1, 10), LONGEST_PAUSE)
        )
        pause.answer = words
        pause.save()
    if pause.since < now - TRIED_FOR:
        late = Delivery.objects.waiting().filter(give_up_at__lt=now)
        late.update(state=State.GIVEN_UP, reason=Reason.UNREACHABLE, ended_at=now, **ENDING)


def _try_whether_it_is_back() -> None:
    """After a pause one worker tries; raises `StillResting` for the others."""
    pause = ChannelPause.objects.filter(channel=Delivery.Channel.MAIL).first()
    if pause and not _first_to_try(pause):
        raise StillResting(pause.answer)


def _first_to_try(pause: ChannelPause) -> bool:
    same = ChannelPause.objects.filter(pk=pause.pk, until=pause.until)
    return bool(same.update(until=timezone.now() + TRYING))


def _server_is_back() -> None:
    if ChannelPause.objects.filter(channel=Delivery.Channel.MAIL).exists():
        ChannelPause.objects.filter(channel=Delivery.Channel.MAIL).delete()


def oldest_waiting(now: datetime) -> float:
    """For how many seconds the oldest due delivery has waited for its first attempt, or its next one."""
    oldest = (
        Delivery.objects.waiting()
        .filter(next_at__lte=now)
        .order_by("next_at")
        .values_list("next_at", flat=True)
    )
    first = oldest.first()
    return (now - first).total_seconds() if first else 0.0


def persistently(work: Callable[[], Answered]) -> Answered:
    """Write down what happened outside, however long the database is away: forgetting it would send it again."""
    ends = time.monotonic() + MARKED_WITHIN
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if time.monotonic() > ends or connections["default"].in_atomic_block:
                raise
            log.warning("The database is away; what was sent is marked as soon as it is back")
            with suppress(DatabaseError, InterfaceError):
                connections["default"].close()
            time.sleep(1)
