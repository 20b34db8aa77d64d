"""The accounts that the rows of a batch are about: found by number, else external id, else name.

An account that does not exist yet is known by the search form of its name until it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Lower

from customers.imports.engine.modes import ADD, FILL, MODES, Mode, new_company
from customers.imports.engine.scratch import Scratch
from customers.imports.matching import targets
from customers.imports.matching.problems import RowError
from customers.imports.matching.records import AccountRecord
from customers.models import Account, AccountDomain, ImportedAccount, ImportRun
from customers.snapshots.loading import company_states
from customers.snapshots.states import AccountRef, Company
from helpdesk.core.database.locks import lock_many
from helpdesk.core.database.lookups import one_of
from helpdesk.core.text import unique_form

NAME, NUMBER, EXTERNAL_ID, DOMAIN = "name", "number", "external_id", "domain"
Key = tuple[str, str]
_TARGET_OF = {
    NAME: targets.ACCOUNT,
    NUMBER: targets.ACCOUNT_NUMBER,
    EXTERNAL_ID: targets.ACCOUNT_EXTERNAL_ID,
    DOMAIN: targets.ACCOUNT_DOMAIN,
}


def keys_of(company: Company) -> set[Key]:
    """What belongs to one account only."""
    fields = company.fields
    keys = {(NAME, unique_form(fields["name"]))} | {(DOMAIN, domain) for domain in company.domains}
    if number := fields.get("number"):
        keys.add((NUMBER, number.lower()))
    if external_id := fields.get("external_id"):
        keys.add((EXTERNAL_ID, external_id))
    return keys


@dataclass
class Staged:
    """What one row does to accounts: the account it means, and the states that change."""

    ref: AccountRef
    changes: dict[AccountRef, Company] = field(default_factory=dict)
    is_new: bool = False
    is_own_row: bool = False


class Companies:
    """Accounts as they stand while a batch is folded. Reads; writes nothing."""

    def __init__(self, run: ImportRun, *, scratch: Scratch | None = None) -> None:
        self._run = run
        self._scratch = scratch
        self._owners: dict[Key, AccountRef | None] = {}
        """Whose key it is; None for one that an earlier row took away from its account."""
        self._namesakes = 0
        self._states: dict[AccountRef, Company] = {}
        self._parents: dict[AccountRef, AccountRef | None] = {}
        self._of_this_run: dict[AccountRef, int | None] = {}
        self.before: dict[AccountRef, Company | None] = {}

    # --- Loading -------------------------------------------------------------
    def load(self, records: Sequence[AccountRecord], *, lock: bool, with_them: Collection[int] = ()) -> None:
        """Look up a batch; the queries do not grow with it.

        With ``lock``, accounts that may change are locked, and ``with_them`` those that the association service will
        lock afterwards: all in one go and after the contacts, as everybody does it, so that nobody waits in a circle.
        """
        said = [record for record in records if record]
        self._owners, self._states, self._parents, self._of_this_run = {}, {}, {}, {}
        self.before = {}
        wanted = _wanted(said)
        self._owners.update(_known(wanted))
        if self._scratch:
            self._owners.update(
                self._scratch.owners("account", (k for keys in wanted.values() for k in keys))
            )
        if self._run.kind == targets.ACCOUNTS or any(record.says_more_than_its_name for record in said):
            self._load_states(lock=lock, with_them=with_them)

    def _load_states(self, *, lock: bool, with_them: Collection[int]) -> None:
        found = {ref for ref in self._owners.values() if ref is not None}
        identifiers = sorted(ref for ref in found if isinstance(ref, int))
        if lock:
            lock_many(Account, {*identifiers, *with_them}, no_key=True)
        self._states.update(company_states(identifiers))
        brought = ImportedAccount.objects.filter(
            one_of("account_id", identifiers), run=self._run, is_created=True
        )
        self._of_this_run.update(brought.values_list("account", "number"))
        if self._scratch:
            for ref, (state, own, is_new) in self._scratch.states("account", found).items():
                self._states[ref] = state
                if is_new:
                    self._of_this_run[ref] = own
        self._parents.update((ref, state.fields.get("parent")) for ref, state in self._states.items())
        self._load_ancestors()

    def _load_ancestors(self) -> None:
        """Who stands above, level by level, so that a circle is seen before it is closed."""
        above = {p for p in self._parents.values() if isinstance(p, int)} - self._parents.keys()
        while above:
            rows = Account.objects.filter(one_of("id", above)).values_list("pk", "parent")
            self._parents.update(rows)
            above = {p for _pk, p in rows if p is not None} - self._parents.keys()

    # --- What a row does -------------------------------------------------------
    def find(self, record: AccountRecord) -> AccountRef | None:
        """The account that a row means, if it is here."""
        if number := record.fields.get("number"):
            ref = self._owners.get((NUMBER, number.lower()))
            if ref is not None:
                return ref
        if external_id := record.fields.get("external_id"):
            ref = self._owners.get((EXTERNAL_ID, external_id))
            if ref is not None:
                return ref
        return self._owners.get((NAME, record.form)) if record.form else None

    def stage(self, record: AccountRecord, mode: Mode, columns: Mapping[str, int]) -> Staged | None:
        """What a row does to its account; nothing is done before :meth:`take`. Raises :class:`RowError`."""
        if not record or (self._run.kind == targets.CONTACTS and not record.names_an_account):
            return None  # an address alone does not say whose it is
        ref = self.find(record)
        if ref is not None and not record.says_more_than_its_name and self._run.kind == targets.CONTACTS:
            return Staged(ref)
        if ref is None and not record.name:
            raise RowError("no_account_name", columns.get(targets.ACCOUNT_NUMBER))
        staged = Staged(self._new_ref(record.form) if ref is None else ref, is_new=ref is None)
        parent, is_here = self._parent(record)
        after = self._after(ref, record, mode, parent, staged)
        if ref is None or after != self._states[ref]:
            self._refuse_taken(staged.ref, after, columns)
            self._refuse_circle(staged.ref, after.fields.get("parent"), columns)
            if parent is not None and not is_here and after.fields.get("parent") == parent:
                staged.changes[parent] = Company({"name": record.parent, "type": "customer"})
            staged.changes[staged.ref] = after
        return staged

    def _new_ref(self, form: str) -> str:
        """The search form of a name; another account of this file may have gone by it before it was renamed."""
        if (NAME, form) not in self._owners:
            return form
        self._namesakes += 1
        return f"{form}\0{self._namesakes}"

    def _parent(self, record: AccountRecord) -> tuple[AccountRef | None, bool]:
        """The account that stands above, and whether it is here already."""
        if not record.parent:
            return None, False
        form = unique_form(record.parent)
        ref = self._owners.get((NAME, form))
        return (self._new_ref(form), False) if ref is None else (ref, True)

    def _after(
        self,
        ref: AccountRef | None,
        record: AccountRecord,
        mode: Mode,
        parent: AccountRef | None,
        staged: Staged,
    ) -> Company:
        if ref is None:
            return new_company(record, parent)
        if ref in self._of_this_run:
            # Named earlier in the file, as a parent or by a contact: this row says the rest.
            staged.is_own_row = self._of_this_run[ref] is None and self._run.kind == targets.ACCOUNTS
            mode = MODES[FILL] if mode.code == ADD else mode
        return mode.company(self._states[ref], record, parent)

    def _refuse_taken(self, ref: AccountRef, after: Company, columns: Mapping[str, int]) -> None:
        for kind, value in keys_of(after):
            owner = self._owners.get((kind, value))
            if owner is not None and owner != ref:
                raise RowError(
                    "account_taken",
                    columns.get(_TARGET_OF[kind]),
                    field=_TARGET_OF[kind],
                    name=self.name_of(owner),
                )

    def _refuse_circle(self, ref: AccountRef, parent: AccountRef | None, columns: Mapping[str, int]) -> None:
        above, seen = parent, {ref}
        while above is not None:
            if above in seen:
                raise RowError("parent_circle", columns.get(targets.ACCOUNT_PARENT))
            seen.add(above)
            above = self._parents.get(above)

    def take(self, staged: Staged, number: int) -> None:
        """Let what a row does to its account count for the rows after it."""
        own_row = number if self._run.kind == targets.ACCOUNTS else None
        if staged.is_own_row:
            self._of_this_run[staged.ref] = own_row
            self.before.setdefault(staged.ref, self._states.get(staged.ref))
        for ref, company in staged.changes.items():
            self.before.setdefault(ref, self._states.get(ref))
            if ref in self._states:
                gone = keys_of(self._states[ref]) - keys_of(company)
                self._owners.update(dict.fromkeys(gone))
            else:
                self._of_this_run[ref] = own_row if ref == staged.ref else None
            self._states[ref] = company
            self._parents[ref] = company.fields.get("parent")
            self._owners.update(dict.fromkeys(keys_of(company), ref))

    # --- Reading ------------------------------------------------------------------
    def state(self, ref: AccountRef) -> Company:
        """An account as it stands after the rows so far."""
        return self._states[ref]

    def is_known(self, ref: AccountRef) -> bool:
        return ref in self._states

    def is_of_this_run(self, ref: AccountRef) -> bool:
        """Whether this import creates it."""
        return isinstance(ref, str) or ref in self._of_this_run

    def own_row(self, ref: AccountRef) -> int | None:
        """The row that described an account this import creates, if one did."""
        return self._of_this_run.get(ref)

    def name_of(self, ref: AccountRef) -> str:
        if ref in self._states:
            return str(self._states[ref].fields["name"])
        return Account.objects.filter(pk=ref).values_list("name", flat=True).first() or str(ref)

    def given_up(self) -> dict[Key, None]:
        """The keys that belong to nobody any more."""
        return {key: None for key, ref in self._owners.items() if ref is None}

    def changed(self) -> dict[AccountRef, tuple[Company | None, Company]]:
        """Before and after of every account that the batch creates or changes."""
        return {ref: (before, self._states[ref]) for ref, before in self.before.items()}


def _wanted(records: Iterable[AccountRecord]) -> dict[str, set[Key]]:
    wanted: dict[str, set[Key]] = {NAME: set(), NUMBER: set(), EXTERNAL_ID: set(), DOMAIN: set()}
    for record in records:
        if record.form:
            wanted[NAME].add((NAME, record.form))
        if record.parent:
            wanted[NAME].add((NAME, unique_form(record.parent)))
        if number := record.fields.get("number"):
            wanted[NUMBER].add((NUMBER, number.lower()))
        if external_id := record.fields.get("external_id"):
            wanted[EXTERNAL_ID].add((EXTERNAL_ID, external_id))
        wanted[DOMAIN].update((DOMAIN, domain) for domain in record.domains)
    return wanted


def _known(wanted: Mapping[str, set[Key]]) -> dict[Key, AccountRef]:
    found: dict[Key, AccountRef] = {}
    rows: Any
    values = {kind: [value for _kind, value in keys] for kind, keys in wanted.items()}
    if values[NAME]:
        rows = Account.objects.filter(one_of("name_key", values[NAME])).values_list("name_key", "pk")
        found.update({(NAME, form): pk for form, pk in rows})
    if values[NUMBER]:
        rows = (
            Account.objects.annotate(folded=Lower("number"))
            .filter(one_of("folded", values[NUMBER]))
            .values_list("number", "pk")
        )
        found.update({(NUMBER, number.lower()): pk for number, pk in rows})
    if values[EXTERNAL_ID]:
        rows = Account.objects.filter(one_of("external_id", values[EXTERNAL_ID]))
        rows = rows.values_list("external_id", "pk")
        found.update({(EXTERNAL_ID, external_id): pk for external_id, pk in rows})
    if values[DOMAIN]:
        rows = AccountDomain.objects.filter(one_of("domain", values[DOMAIN])).values_list("domain", "account")
        found.update({(DOMAIN, domain): pk for domain, pk in rows})
    return found
