"""The modes table once more, written straight from the product's description: a row at a time, plain lists, no batches,
no look-ups. What the import leaves behind has to be the same.
"""

from __future__ import annotations

import copy
from typing import Any

from customers.imports.matching.problems import RowError
from customers.imports.matching.records import AccountRecord, Parser, Record
from customers.models import Account, Association, Contact, ContactMethod
from customers.services.contacts.changes import usual_reference
from customers.values.names import display_name
from helpdesk.core.search import search_form

PERSON = ("first_name", "last_name", "external_id", "language", "time_zone", "notes")
COMPANY = ("name", "number", "external_id", "type", "phone", "website", "address", "notes")
ITS_OWN = "its own"
"""In place of a reference that is made from the id."""


class Bad(Exception):
    """The row is an error."""


class Desk:
    """Contacts and accounts as lists of dictionaries; an account is pointed at by its dictionary's ``id``."""

    def __init__(self) -> None:
        self.people: list[dict[str, Any]] = []
        self.accounts: list[dict[str, Any]] = []
        self.by_row: dict[int, int] = {}
        """Row of the file → whom it brought in, the last time."""

    # --- Reading the real desk ---------------------------------------------------
    @classmethod
    def now(cls) -> Desk:
        desk = cls()
        for account in Account.objects.order_by("pk").prefetch_related("domains"):
            desk.accounts.append(
                {name: getattr(account, name) for name in COMPANY}
                | {"id": account.pk, "parent": account.parent_id, "named": False}
                | {"domains": sorted(one.domain for one in account.domains.all())}
            )
        for contact in Contact.objects.order_by("pk"):
            person = {name: getattr(contact, name) for name in PERSON}
            own = contact.reference == usual_reference(contact.pk)
            person["reference"] = ITS_OWN if own else contact.reference
            methods = ContactMethod.objects.filter(contact=contact).order_by("pk")
            person["methods"] = [[m.kind, m.value_key, m.is_default] for m in methods]
            places = Association.objects.filter(contact=contact).order_by("position")
            person["places"] = [[place.account_id, place.job_title] for place in places]
            desk.people.append(person)
        return desk

    def seen(self) -> tuple[list[Any], list[Any]]:
        """All there is to see, in an order of its own and without ids."""
        names = {account["id"]: account["name"] for account in self.accounts}
        people = [
            [
                [person.get(name) or "" for name in (*PERSON, "reference")],
                sorted(map(list, person["methods"])),
                [[names[place], title] for place, title in person["places"]],
            ]
            for person in self.people
        ]
        accounts = [
            [[account[name] or "" for name in COMPANY], names.get(account["parent"]), account["domains"]]
            for account in self.accounts
        ]
        return sorted(people, key=repr), sorted(accounts, key=repr)

    # --- A whole file ------------------------------------------------------------------
    def take(
        self, rows: list[tuple[int, list[str]]], mapping: list[str], kind: str, mode: str, also_add: bool
    ) -> list[str]:
        """Apply every row; returns what became of each: created, here, skipped, failed."""
        parser, outcomes, brought = Parser(mapping), list[str](), dict[int, int]()
        for account in self.accounts:
            account["named"] = False
        self.of_this_file: list[int] = []
        for number, cells in rows:
            before = copy.deepcopy((self.people, self.accounts, self.of_this_file))
            try:
                record = parser.parse(number, cells)
                if kind == "accounts":
                    outcomes.append(self.account_row(record, mode, also_add))
                else:
                    count = len(self.people)
                    outcomes.append(self.contact_row(record, mode, also_add))
                    if len(self.people) > count:
                        brought[number] = count
            except (Bad, RowError):
                self.people, self.accounts, self.of_this_file = before
                outcomes.append("failed")
        self.by_row = brought | self.by_row
        return outcomes

    # --- Contacts ----------------------------------------------------------------------
    def contact_row(self, record: Record, mode: str, also_add: bool) -> str:
        if not any(record.account.fields.get(name) for name in ("name", "number", "external_id")):
            record.account = AccountRecord()  # an address alone does not say whose it is
        person = self.whom(record)
        if person is not None and mode == "add":
            return "skipped"
        if person is None and mode != "add" and not also_add:
            return "skipped"
        if person is None:
            self.create(record, mode)
            return "created"
        if mode == "fill":
            self.fill(person, record)
        else:
            self.overwrite(person, record)
        self.refuse_shared_keys()
        return "here"

    def whom(self, record: Record) -> dict[str, Any] | None:
        keyed = False
        for name, values in (
            ("reference", [record.reference]),
            ("email", record.addresses),
            ("external_id", [record.external_id]),
        ):
            for value in filter(None, values):
                keyed = True
                for person in self.people:
                    if name == "email" and any(m[:2] == ["email", value] for m in person["methods"]):
                        return person
                    if name != "email" and person.get(name) == value:
                        return person
        if not keyed and record.number in self.by_row:
            return self.people[self.by_row[record.number]]
        return None

    def create(self, record: Record, mode: str) -> None:
        person: dict[str, Any] = {"reference": ITS_OWN, **record.fields, "methods": [], "places": []}
        if not person.get("first_name") and not person.get("last_name"):
            if not record.addresses:
                raise Bad
            person["first_name"] = record.addresses[0].partition("@")[0][:100]
        self.add_methods(person, list(record.methods), prefer=False)
        if record.account:
            person["places"] = [[self.account(record, mode)["id"], record.job_title]]
        self.people.append(person)
        self.refuse_shared_keys()

    def fill(self, person: dict[str, Any], record: Record) -> None:
        has_name = person.get("first_name") or person.get("last_name")
        for name, value in record.fields.items():
            if not person.get(name) and not (name in ("first_name", "last_name") and has_name):
                person[name] = value
        kinds = {kind for kind, _key, _default in person["methods"]}
        self.add_methods(person, [m for m in record.methods if m.kind not in kinds], prefer=False)
        found = self.find(record.account)
        belongs = found is not None and any(place[0] == found["id"] for place in person["places"])
        if record.account and (belongs or not person["places"]):
            account = self.account(record, "fill")
            person["places"] = person["places"] or [[account["id"], ""]]
        elif record.account:
            self.account_must_be_possible(record, "fill")
        first = person["places"][0] if person["places"] else None
        same = first and (
            not record.account or (found or self.find(record.account) or {}).get("id") == first[0]
        )
        if same and record.job_title and not first[1]:
            first[1] = record.job_title

    def overwrite(self, person: dict[str, Any], record: Record) -> None:
        said = dict(record.fields)
        if record.whole_name:
            shown = display_name(person.get("first_name", ""), person.get("last_name", ""))
            parts = said.pop("first_name", ""), said.pop("last_name", "")
            if display_name(*parts) != shown:
                said |= {"first_name": parts[0], "last_name": parts[1]}
        person.update(said)
        self.add_methods(person, list(record.methods), prefer=True)
        if record.account:
            account = self.account(record, "overwrite")
            mine = [place for place in person["places"] if place[0] == account["id"]]
            rest = [place for place in person["places"] if place[0] != account["id"]]
            person["places"] = (mine or [[account["id"], ""]]) + rest
            if len(person["places"]) > 25:
                raise Bad
        if record.job_title and person["places"]:
            person["places"][0][1] = record.job_title

    @staticmethod
    def add_methods(person: dict[str, Any], said: list[Any], *, prefer: bool) -> None:
        """A number is one number, whether it is here as a phone or as a mobile; a row may call it both."""
        family = {"mobile": "phone"}
        here = [[family.get(m[0], m[0]), m[1]] for m in person["methods"]]
        for method in said:
            if [family.get(method.kind, method.kind), method.key] not in here:
                person["methods"].append([method.kind, method.key, False])
        for kind in ("email", "phone", "mobile", "x", "other"):
            present = [m for m in person["methods"] if m[0] == kind]
            first = next((m.key for m in said if m.kind == kind), None) if prefer else None
            chosen = (
                [m for m in present if m[1] == first] or [m for m in present if m[2]] or present or [None]
            )
            for method in present:
                method[2] = method is chosen[0]

    def refuse_shared_keys(self) -> None:
        keys = [(m[0], m[1]) for p in self.people for m in p["methods"] if m[0] == "email"]
        keys += [(n, p[n]) for p in self.people for n in ("reference", "external_id") if p.get(n)]
        keys = [key for key in keys if key != ("reference", ITS_OWN)]
        if len(keys) != len(set(keys)):
            raise Bad

    # --- Accounts ------------------------------------------------------------------------
    def find(self, said: AccountRecord) -> dict[str, Any] | None:
        for name, shape in (("number", str.lower), ("external_id", str), ("name", search_form)):
            for account in self.accounts:
                if said.fields.get(name) and shape(account.get(name) or "") == shape(said.fields[name]):
                    return account
        return None

    def account(self, record: Record, mode: str, *, own_row: bool = False) -> dict[str, Any]:
        """The account that a row means, after what the row says of it."""
        said, account = record.account, self.find(record.account)
        if account is None and not said.name:
            raise Bad
        if account is not None and not own_row and not said.says_more_than_its_name:
            return account
        parent = self.by_name(said.parent)
        if account is None:
            account = self.new_account(said.name)
            mode = "overwrite"
        elif account["id"] in self.of_this_file and mode == "add":
            mode = "fill"
        for name, value in said.fields.items():
            if mode == "overwrite" or (mode == "fill" and not account[name]):
                account[name] = value
        if said.parent and (mode == "overwrite" or (mode == "fill" and not account["parent"])):
            account["parent"] = parent or self.new_account(said.parent)["id"]
        if mode == "overwrite" or (mode == "fill" and not account["domains"]):
            account["domains"] = sorted({*account["domains"], *said.domains})
        self.refuse_shared_account_keys()
        self.refuse_circles()
        return account

    def account_must_be_possible(self, record: Record, mode: str) -> None:
        """An account that is not taken is not changed either, but what is wrong with it is still an error."""
        before = copy.deepcopy((self.accounts, self.of_this_file))
        self.account(record, mode)
        self.accounts, self.of_this_file = before

    def by_name(self, name: str) -> int | None:
        for account in self.accounts:
            if search_form(account["name"]) == search_form(name):
                return account["id"]
        return None

    def new_account(self, name: str) -> dict[str, Any]:
        account = dict.fromkeys(COMPANY, "") | {"name": name, "type": "customer", "parent": None}
        account |= {"id": 1 + max([a["id"] for a in self.accounts], default=0), "domains": [], "named": True}
        self.accounts.append(account)
        self.of_this_file.append(account["id"])
        return account

    def refuse_shared_account_keys(self) -> None:
        keys: list[tuple[str, str]] = []
        for account in self.accounts:
            keys.append(("name", search_form(account["name"])))
            keys += [("number", account["number"].lower())] if account["number"] else []
            keys += [("external_id", account["external_id"])] if account["external_id"] else []
            keys += [("domain", domain) for domain in account["domains"]]
        if len(keys) != len(set(keys)):
            raise Bad

    def refuse_circles(self) -> None:
        above = {account["id"]: account["parent"] for account in self.accounts}
        for start in above:
            seen, at = set(), start
            while at is not None:
                if at in seen:
                    raise Bad
                seen.add(at)
                at = above[at]

    def account_row(self, record: Record, mode: str, also_add: bool) -> str:
        account = self.find(record.account)
        if account is None and mode != "add" and not also_add:
            return "skipped"
        awaited = account is not None and account["named"]
        if account is not None and mode == "add" and not awaited:
            return "skipped"
        result = self.account(record, mode, own_row=True)
        is_first = account is None or awaited
        result["named"] = False
        return "created" if is_first else "here"
