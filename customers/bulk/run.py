"""Carrying a bulk update out: its contacts in batches, each read, changed and noted for the undo."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils import timezone

from customers.bulk.wanted import LeftOutError, Wanted
from customers.models import BulkUpdate, BulkUpdatedContact, BulkUpdateLeftOut, Contact
from customers.snapshots.loading import person_states
from customers.snapshots.states import Person
from customers.snapshots.writing import write_changed
from helpdesk.core.database.bulk import insert_rows
from helpdesk.jobs import running
from helpdesk.jobs.running import Counts, Work, actor_of

Reason = BulkUpdateLeftOut.Reason
BATCH = 500
States = dict[int, tuple[Person, Person]]


def carry_out(run_id: int) -> None:
    """Take a run to its end, from wherever it stands. Safe to call twice, or after a crash."""
    run = BulkUpdate.objects.select_related("created_by").get(pk=run_id)
    running.carry_out(run, _all_batches)


def _all_batches(run: BulkUpdate) -> None:
    identifiers, work = run.identifiers, work_of(run)
    for start in range(run.processed, len(identifiers), BATCH):
        running.do_items(run, identifiers[start : start + BATCH], start, work)
        if start + BATCH < len(identifiers):
            running.breathe()


def work_of(run: BulkUpdate) -> Work[BulkUpdate, int]:
    """What is done to the contacts of a batch; one whom the desk refuses on their own is left out."""
    wanted, actor = Wanted.from_json(run.wanted), actor_of(run)

    def do(current: BulkUpdate, identifiers: Sequence[int]) -> Counts:
        present = person_states(identifiers, lock=True)
        left_out: dict[int, str] = dict.fromkeys(set(identifiers) - present.keys(), Reason.GONE)
        left_out |= dict.fromkeys(_erased(identifiers), Reason.ERASED)
        states: States = {}
        for pk in present.keys() - left_out.keys():
            try:
                states[pk] = (present[pk], wanted.applied(present[pk]))
            except LeftOutError as error:
                left_out[pk] = error.reason
        changed = {pk: (before, after) for pk, (before, after) in sorted(states.items()) if before != after}
        write_changed(changed, actor=actor)
        _note(current, changed)
        _leave_out(current, left_out, present.keys())
        unchanged = len(states) - len(changed)
        return {"changed": len(changed), "unchanged": unchanged, "skipped": len(left_out)}

    def give_up(current: BulkUpdate, identifier: int) -> Counts:
        _leave_out(current, {identifier: Reason.REFUSED}, {identifier})
        return {"skipped": 1}

    return Work(do, give_up)


def _erased(identifiers: Sequence[int]) -> set[int]:
    rows = Contact.objects.filter(pk__in=identifiers, erased_at__isnull=False)
    return set(rows.values_list("pk", flat=True))


def _note(run: BulkUpdate, changed: States) -> None:
    """Both states of everybody who changed, for the undo."""
    now = timezone.now()
    insert_rows(
        BulkUpdatedContact,
        ("run_id", "contact_id", "before", "after", "written_at", "is_undone", "kept"),
        (
            (
                run.pk,
                pk,
                before.without_what_equals(after),
                after.without_what_equals(before),
                now,
                False,
                [],
            )
            for pk, (before, after) in changed.items()
        ),
    )


def _leave_out(run: BulkUpdate, reasons: dict[int, str], present: Collection[int]) -> None:
    insert_rows(
        BulkUpdateLeftOut,
        ("run_id", "contact_id", "former_id", "reason"),
        ((run.pk, pk if pk in present else None, pk, str(why)) for pk, why in sorted(reasons.items())),
    )
