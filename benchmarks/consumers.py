"""`python -m benchmarks.consumers`: an import of BENCH_EVENT_ROWS contacts (20,000) while two consumers listen, beside
the same import alone.

One consumer hears of each entry of the import, the other once. Their deliveries are written by the import; the time
that a worker takes for them afterwards is told apart. Compared by the processor time that process and server take.
"""

from __future__ import annotations

import os
from statistics import median

from benchmarks import imports
from benchmarks.measuring import spent
from helpdesk.events.consuming import consumers, running
from helpdesk.events.consuming.consumers import Batches, Consumer
from helpdesk.events.models import AuditEntry, EventDelivery

ROWS = int(os.environ.get("BENCH_EVENT_ROWS", "20000"))
ROUNDS = int(os.environ.get("BENCH_EVENT_ROUNDS", "3"))
LISTENING = (
    Consumer("benchmark.each", ("contact.created",), lambda entry: None, batches=Batches.EACH),
    Consumer("benchmark.once", ("association.added",), lambda entry: None, batches=Batches.ONCE),
)


def processor_seconds(*, listen: bool) -> float:
    """One import of people who are new."""
    imports.forget()
    EventDelivery.objects.all().delete()
    for consumer in LISTENING if listen else ():
        consumers.register(consumer)
    try:
        taken = imports.carried_out(imports.prepared(ROWS, "add"))
    finally:
        for consumer in LISTENING if listen else ():
            consumers.unregister(consumer.name)
    return taken.processor


def measure() -> None:
    """Alone and with consumers, in turns; the median of each, and what the worker does afterwards."""
    alone, with_consumers = [], []
    processor_seconds(listen=False)  # to be warm
    for _ in range(ROUNDS):
        alone.append(processor_seconds(listen=False))
        with_consumers.append(processor_seconds(listen=True))
    ratio = median(with_consumers) / median(alone)
    print(f"import of {ROWS:,} contacts alone           {median(alone):6.2f} s")
    print(
        f"import of {ROWS:,} contacts, two consumers  {median(with_consumers):6.2f} s  ratio {ratio:.3f} (≤ 1.1)"
    )
    for consumer in LISTENING:
        consumers.register(consumer)
    deliveries, entries = EventDelivery.objects.count(), AuditEntry.objects.count()
    after = spent(running.run_due)
    print(f"{deliveries} deliveries of {entries:,} entries, handled afterwards in {after.processor:6.2f} s")


if __name__ == "__main__":
    with imports.desk():
        measure()
