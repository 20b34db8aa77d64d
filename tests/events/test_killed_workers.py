"""Workers that are killed at random, on PostgreSQL: each consumer has acted on each event exactly once."""

import random
import time
from collections import Counter

import pytest

from helpdesk.core.models import Tally
from helpdesk.events.models import AuditEntry, EventDelivery
from helpdesk.events.recording import record
from tests.events.listening import listening
from tests.factories import DESK, AccountFactory
from tests.mail_server import eventually
from tests.outbox.test_workers import NURSERY, Nursery
from tests.trials import SEED, trials

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

CODE = "account.deleted"
NAMES = ("tests.slow", "tests.second")
#: Two consumers, one of which takes its time in the middle of its effect; each writes a row that may not come twice.
CONSUMERS = """
from datetime import timedelta
from django.utils import timezone
from helpdesk.core.models import Tally
from helpdesk.events.consuming import running
from helpdesk.events.consuming.consumers import Consumer, Stage, register

def handle(name, pause):
    def act(entry):
        time.sleep(pause)
        key = f"{name} {entry.pk}"
        until = timezone.now() + timedelta(days=1)
        tally, made = Tally.objects.get_or_create(key=key, defaults={"number": 1, "until": until})
        if not made:
            Tally.objects.filter(key=key).update(number=tally.number + 1)
    return act

running.PAUSES, running.MOST_LOSSES = (0.1, 0.1), 1000
register(Consumer("tests.slow", ("account.deleted",), handle("tests.slow", 0.05), stage=Stage.RULES))
register(Consumer("tests.second", ("account.deleted",), handle("tests.second", 0.0)))
"""


class ConsumingNursery(Nursery):
    """Workers with two consumers more."""

    SCRIPT = NURSERY.replace("\ndef work():", f"{CONSUMERS}\ndef work():")


class NoMail:
    """Nothing is sent here."""

    port = 9


@pytest.mark.long
def test_each_consumer_acts_once_on_each_event_however_often_workers_are_killed() -> None:
    dice, deaths, made = random.Random(SEED), 0, 0
    account = AccountFactory()
    EventDelivery.objects.all().delete()
    AuditEntry.objects.filter(code=CODE).delete()
    with (
        listening(NAMES[0], print, [CODE], stage=2),
        listening(NAMES[1], print, [CODE]),
        ConsumingNursery(NoMail()) as nursery,
    ):
        while deaths < trials(20, 200):
            workers = [nursery.start() for _ in range(2)]
            for _ in range(6):
                record(CODE, subject=account if made % 3 else AccountFactory(), actor=DESK, name="x")
                made += 1
            for worker in workers:
                time.sleep(dice.uniform(0.02, 0.3))
                nursery.kill(worker)
                deaths += 1
        nursery.start()
        assert eventually(lambda: not EventDelivery.objects.filter(consumer__in=NAMES).exists(), within=120)
    entries = AuditEntry.objects.filter(code=CODE).values_list("pk", flat=True)
    effects = Counter(dict(Tally.objects.filter(key__startswith="tests.").values_list("key", "number")))
    assert len(entries) == made
    assert effects == {f"{name} {pk}": 1 for name in NAMES for pk in entries}
