"""Undoing a merge: the merged records come back, and everything that was moved goes back to them.

The notes are read from the last to the first. What is still as the merge left it becomes what it was before; what was
edited since is a collision: nothing is undone until somebody has seen the list of them and asks for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from customers import policies
from customers.errors.merging import UndoCollides, UndoLaterFirst, UndoRefused, UndoTooLate
from customers.errors.records import ParentCycle
from customers.merging.notes import (
    CHANGED,
    LISTED,
    MOVED,
    PLACES,
    REMOVED,
    Row,
    Step,
    bring_back,
    find_model,
    list_rows,
    row_of,
    values_of,
)
from customers.models import Account, Association, Contact, ContactMethod, DuplicatePair, Merge
from customers.services.accounts.hierarchy import lock_hierarchies, replant
from customers.services.exposure import Exposure, Watch
from customers.services.methods.sign_in import watch_addresses
from customers.services.relationships.eligibility import notice_around, notice_people
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import lock_many
from helpdesk.events.recording import Happening, record_many

Kind = Merge.Kind
MODELS: dict[str, Any] = {Kind.CONTACT: Contact, Kind.ACCOUNT: Account}
CHUNK = 1000
DERIVED = frozenset({DuplicatePair._meta.label_lower})
"""Rows that the desk makes and removes by itself: that they are others by now is nobody's edit."""
SHOWN_IN_A_LIST = ("account_id", "position", "job_title", "role", "sharing")


def undo_merge(merge: Merge, *, actor: Actor, partly: bool = False) -> Merge:
    """Take a merge back. Raises `UndoTooLate`, `UndoLaterFirst`, `UndoRefused`, and, unless `partly`, `UndoCollides`
    with what was edited since; then nothing is changed. With `partly` that stays, and `merge.kept` says what it was."""
    allow = policies.require_merge_contacts if merge.kind == Kind.CONTACT else policies.require_merge_accounts
    allow(actor)
    with transaction.atomic():
        if merge.kind == Kind.ACCOUNT:
            lock_hierarchies()
        merge = _locked(merge)
        above = _parents_of([merge.survivor_id]) if merge.kind == Kind.ACCOUNT else set()
        watch = _watch(merge)
        back = _WayBack(MODELS[merge.kind])
        people = [merge.survivor_id] if merge.kind == Kind.CONTACT else []
        with watch_addresses(people, actor=actor, restoring=True):
            for step in reversed(merge.steps):
                back.take(step)
        if back.collisions and not partly:
            raise UndoCollides(back.collisions)
        _one_default_each(back.contacts)
        merge.undone_at, merge.kept = timezone.now(), back.collisions
        merge.save(update_fields=["undone_at", "kept"])
        _look_at_links_again(merge, back, above, actor=actor)
        _tell(merge, back, watch.gained(agreed=None, actor=actor), actor=actor)
    return merge


def _watch(merge: Merge) -> Watch:
    """Those who come back see what they saw before the merge: nobody is asked, and it is recorded."""
    ids = [merge.survivor_id, *merge.merged.values_list("former_id", flat=True)]
    if merge.kind == Kind.CONTACT:
        return Watch.of_people(ids)
    return Watch(members=Q(account__in=ids), acting=Q(account__in=ids))


def _locked(merge: Merge) -> Merge:
    """The merge and its survivor, if it may still be undone."""
    merge = (
        Merge.objects.select_for_update(of=("self",)).select_related("contact", "account").get(pk=merge.pk)
    )
    if not merge.can_be_undone:
        raise UndoTooLate
    if merge.survivor.pk != merge.survivor_id:
        raise UndoLaterFirst(merge.survivor)
    model = MODELS[merge.kind]
    lock_many(model, [merge.survivor.pk])
    return merge


class _WayBack:
    """Takes steps back, and keeps what is in the way."""

    def __init__(self, subject: type[models.Model]) -> None:
        self.subject = subject
        self.collisions: list[dict[str, Any]] = []
        self.contacts: set[int] = set()
        """Contacts whose methods or accounts were touched."""

    def take(self, step: Step) -> None:
        """Take one step back."""
        ways: dict[str, Callable[[Step], None]] = {
            MOVED: self._move_back,
            REMOVED: self._bring_back,
            CHANGED: self._change_back,
            LISTED: self._list_back,
            PLACES: self._give_places_back,
        }
        ways[step["do"]](step)

    def _collide(self, what: str, **about: Any) -> None:
        if about.get("model") not in DERIVED:
            self.collisions.append({"what": what, **about})

    # --- Rows that were moved ---
    def _move_back(self, step: Step) -> None:
        model = find_model(step["model"])
        if model is None:
            return
        name, ids = step["field"], step["ids"]
        elsewhere: list[Any] = []
        for start in range(0, len(ids), CHUNK):
            rows = model._base_manager.filter(pk__in=ids[start : start + CHUNK])
            others = rows.exclude(**{name: step["to"]}).exclude(**{name: step["from"]})
            elsewhere += others.order_by("pk").values_list("pk", flat=True)
            here = rows.filter(**{name: step["to"]})
            if not _written(here, {name: step["from"]}):
                elsewhere += [row.pk for row in here if not _written(_one(row), {name: step["from"]})]
        if elsewhere:
            self._collide("moved", model=step["model"], ids=elsewhere)

    # --- Rows that were removed ---
    def _bring_back(self, step: Step) -> None:
        model = find_model(step["model"])
        if model is None:
            return
        row = _with_what_is_left(model, step["row"])
        if row is None:
            return
        if model is self.subject:
            return _bring_subject_back(model, row)
        if model in (ContactMethod, Association):
            self.contacts.add(row["contact_id"])
        try:
            with transaction.atomic():
                bring_back(model, [row])
        except IntegrityError:
            self._collide("row", model=step["model"], name=_name_of_row(model, row))

    # --- Columns that were changed ---
    def _change_back(self, step: Step) -> None:
        model = find_model(step["model"])
        if model is None:
            return
        row = model._base_manager.filter(pk=step["id"]).first()
        if row is None:
            return self._collide("gone", model=step["model"], name=step["name"])
        now, wanted = row_of(row), dict[str, Any]()
        for name, after in step["after"].items():
            if now[name] == after:
                wanted[name] = step["before"][name]
            elif now[name] != step["before"][name] and name != "updated_at":
                self._collide("field", model=step["model"], name=str(row), field=name)
        values = values_of(model, wanted)
        if values and not _written(_one(row), values):
            for name, value in values.items():
                if not _written(_one(row), {name: value}):
                    self._collide("field", model=step["model"], name=str(row), field=name)
        if isinstance(row, ContactMethod):
            self.contacts |= {row.contact_id, step["before"].get("contact_id", row.contact_id)}

    # --- Lists of accounts ---
    def _list_back(self, step: Step) -> None:
        contact_id = step["contact"]
        self.contacts.add(contact_id)
        now = _shown(list_rows(contact_id))
        if now == _shown(step["before"]):
            return
        if now != _shown(step["after"]):
            return self._collide("list", name=_contact_name(contact_id))
        wanted = {row["account_id"] for row in step["before"]}
        left = set(Account.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        if left != wanted:
            self._collide("place", names=[_contact_name(contact_id)])
        Association.objects.filter(contact=contact_id).delete()
        bring_back(Association, [row for row in step["before"] if row["account_id"] in left])

    def _give_places_back(self, step: Step) -> None:
        """The people keep what they have of the place: order, job title."""
        contacts = set(Contact.objects.filter(pk__in=step["contacts"]).values_list("pk", flat=True))
        rows = Association.objects.filter(account=step["to"], contact__in=contacts)
        missing = contacts - set(rows.values_list("contact", flat=True))
        rows.update(account=step["from"])
        self.contacts |= contacts
        if missing:
            self._collide("place", names=[_contact_name(pk) for pk in sorted(missing)])


def _one(row: models.Model) -> models.QuerySet[Any]:
    return type(row)._base_manager.filter(pk=row.pk)


def _written(rows: models.QuerySet[Any], values: Row) -> bool:
    """Write them, unless the database says no."""
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:
        return False
    return True


def _with_what_is_left(model: type[models.Model], row: Row) -> Row | None:
    """The row without pointers at what is gone by now; None when it would have gone with that."""
    row = dict(row)
    for field in model._meta.concrete_fields:
        target: Any = field.related_model
        value = row.get(field.attname)
        if not field.is_relation or value is None or target._base_manager.filter(pk=value).exists():
            continue
        if not field.null:
            return None
        row[field.attname] = None
    return row


def _bring_subject_back(model: type[models.Model], row: Row) -> None:
    """A record that was merged away; without it there is no undo. A support PIN that was given again is given up."""
    if row.get("support_pin") and Contact.objects.filter(support_pin=row["support_pin"]).exists():
        row["support_pin"] = None
    instance = model(**values_of(model, row))
    try:
        instance.validate_constraints()
        instance.validate_unique()
    except ValidationError as error:
        raise UndoRefused(_name_of_row(model, row), " ".join(error.messages)) from error
    bring_back(model, [row])


def _name_of_row(model: type[models.Model], row: Row) -> str:
    if model is Contact:
        return " ".join(filter(None, [row.get("first_name"), row.get("last_name")]))
    known = row.get("value") or row.get("name") or row.get("domain")
    return str(known or model._meta.verbose_name)


def _contact_name(pk: int) -> str:
    return str(Contact.objects.filter(pk=pk).values_list("name", flat=True).first() or "")


def _shown(rows: Iterable[Row]) -> list[list[Any]]:
    return [[row[name] for name in SHOWN_IN_A_LIST] for row in rows]


def _one_default_each(contacts: Iterable[int]) -> None:
    """After edits in between a kind may have lost its default: its oldest becomes it."""
    rows = list(ContactMethod.objects.filter(contact__in=contacts).order_by("pk"))
    settled = {(row.contact_id, row.kind) for row in rows if row.is_default}
    for row in rows:
        if (row.contact_id, row.kind) not in settled:
            settled.add((row.contact_id, row.kind))
            ContactMethod.objects.filter(pk=row.pk).update(is_default=True)


# --- Afterwards ------------------------------------------------------------------
def _tell(merge: Merge, back: _WayBack, opened: Exposure, *, actor: Actor) -> None:
    label = MODELS[merge.kind]._meta.label_lower
    survivor = MODELS[merge.kind].objects.get(pk=merge.survivor_id)
    told = {"survivor": str(survivor), "merge": merge.pk, "kept": len(back.collisions), **opened.told}
    happenings = [
        Happening(
            f"{merge.kind}.merge_undone", survivor, (label, record.former_id), {"name": record.name, **told}
        )
        for record in merge.merged.all()
    ]
    if merge.kind == Kind.ACCOUNT:
        names = {"old": merge.names, "new": survivor.name}
        people = Contact.objects.filter(pk__in=back.contacts).values_list("pk", "name")
        happenings += [
            Happening(
                "association.merge_undone", ("customers.contact", pk), survivor, {"contact": name, **names}
            )
            for pk, name in people
        ]
    record_many(happenings, actor=actor)


def _look_at_links_again(merge: Merge, back: _WayBack, above: set[int], *, actor: Actor) -> None:
    """`above` is the parent that the survivor had until now."""
    ids = {merge.survivor_id, *merge.merged.values_list("former_id", flat=True)}
    if merge.kind == Kind.CONTACT:
        return notice_people(ids, actor=actor)
    family = Account.objects.filter(Q(pk__in=ids) | Q(parent__in=ids))
    trees = _replanted(merge, set(family.values_list("pk", flat=True)), above)
    notice_around(ids | above, trees=trees, contact_ids=back.contacts, actor=actor)


def _parents_of(accounts: Iterable[int]) -> set[int]:
    parents = Account.objects.filter(pk__in=accounts).values_list("parent", flat=True)
    return {parent for parent in parents if parent}


def _replanted(merge: Merge, moved: set[int], left: set[int]) -> set[int]:
    """Parents that were edited since can make a circle of those that come back."""
    try:
        return replant(moved, left=left)
    except ParentCycle as circle:
        raise UndoRefused(merge.names, str(circle)) from circle
