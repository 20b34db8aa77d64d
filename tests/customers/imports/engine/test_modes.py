"""The table of the three modes, cell by cell, through each of the three doors.

A case says which accounts a contact has, the primary first, and which one the file names; then what each mode makes of
it: the outcome of the row, and the accounts afterwards. A is here, New is not.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from customers.models import Account, Contact
from customers.services.associations import Entry
from tests.customers.imports.doors import DOORS, counts
from tests.factories import ContactFactory
from tests.personas import Persona, staff

pytestmark = pytest.mark.django_db
MODES = ("add", "fill", "overwrite")
HEADER = ("First name", "Last name", "Email", "Company", "Job title")
B25 = " ".join(f"B{n}" for n in range(1, 26))
B24 = " ".join(f"B{n}" for n in range(1, 25))

#: What the contact has | the file says | add | fill | overwrite
HERE = {
    "no account":             ("", "A",
        "skipped:",             "updated: A",           "updated: A"),
    "others":                 ("B C", "A",
        "skipped: B C",         "unchanged: B C",       "updated: A B C"),
    "it as primary":          ("A B", "A",
        "skipped: A B",         "unchanged: A B",       "unchanged: A B"),
    "it as secondary":        ("B A C", "A",
        "skipped: B A C",       "unchanged: B A C",     "updated: A B C"),
    "25 others":              (B25, "A",
        f"skipped: {B25}",      f"unchanged: {B25}",    f"failed: {B25}"),
    "24 others":              (B24, "A",
        f"skipped: {B24}",      f"unchanged: {B24}",    f"updated: A {B24}"),
    "25 and it is the last":  (f"{B24} A", "A",
        f"skipped: {B24} A",    f"unchanged: {B24} A",  f"updated: A {B24}"),
    "no account, unknown":    ("", "New",
        "skipped:",             "updated: New",         "updated: New"),
    "others, unknown":        ("B C", "New",
        "skipped: B C",         "unchanged: B C",       "updated: New B C"),
    "25 others, unknown":     (B25, "New",
        f"skipped: {B25}",      f"unchanged: {B25}",    f"failed: {B25}"),
    "some, an empty cell":    ("B A", "",
        "skipped: B A",         "unchanged: B A",       "unchanged: B A"),
    "none, an empty cell":    ("", "",
        "skipped:",             "unchanged:",           "unchanged:"),
}  # fmt: skip

#: Nobody matches | the file says | add | fill | overwrite | with "also add new": fill | overwrite
NOT_HERE = {
    "a known account":    ("A",   "created: A",   "skipped", "skipped", "created: A",   "created: A"),
    "an unknown account": ("New", "created: New", "skipped", "skipped", "created: New", "created: New"),
    "an empty cell":      ("",    "created:",     "skipped", "skipped", "created:",     "created:"),
}  # fmt: skip

#: Job title at A before | the file's account | its job title | add | fill | overwrite
JOB_TITLES = {
    "another one":              ("Clerk", "A", "Head",  "Clerk", "Clerk", "Head"),
    "none before":              ("",      "A", "Head",  "",      "Head",  "Head"),
    "an empty cell":            ("Clerk", "A", "",      "Clerk", "Clerk", "Clerk"),
    "no account in the file":   ("Clerk", "",  "Head",  "Clerk", "Clerk", "Head"),
    "another account":          ("",      "B", "Head",  "",      "",      "Head"),
}  # fmt: skip


@dataclass
class Desk:
    """The two who import."""

    max: Persona
    root: Persona


@pytest.fixture
def desk(db: None) -> Desk:
    Account.objects.bulk_create(Account(name=name) for name in ("A", "B", "C", *B25.split()))
    return Desk(staff("Max", "manager"), staff("Root", "administrator"))


def lena(accounts: str, job_title: str = "") -> Contact:
    places = [
        Entry(Account.objects.get(name=name).pk, job_title=job_title if not n else "")
        for n, name in enumerate(accounts.split())
    ]
    return ContactFactory(first_name="Lena", last_name="Berg", email="lena@x.example", accounts=places)


def accounts_of_lena() -> str:
    contact = Contact.objects.with_accounts().get(methods__value_key="lena@x.example")
    return " ".join(place.account.name for place in contact.ordered_associations)


def outcome_and_accounts(run) -> str:
    [(outcome, _one)] = counts(run).items()
    if not Contact.objects.filter(methods__value_key="lena@x.example").exists():
        return outcome
    return f"{outcome}: {accounts_of_lena()}".strip()


def row(account: str, job_title: str = "") -> list[tuple[str, ...]]:
    return [HEADER, ("Lena", "Berg", "LENA@x.example", account, job_title)]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", HERE)
def test_a_row_that_matches_a_contact(desk: Desk, tmp_path: Path, door: str, mode: str, case: str) -> None:
    before, account, *expected = HERE[case]
    lena(before)
    run = DOORS[door](desk, row(account), mode, folder=tmp_path)
    assert outcome_and_accounts(run) == expected[MODES.index(mode)]
    is_created = "New" in expected[MODES.index(mode)].split()
    assert (Account.objects.filter(name="New").exists(), run.created_accounts) == (is_created, is_created)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", NOT_HERE)
@pytest.mark.parametrize(
    ("mode", "also_add"),
    [("add", False), ("fill", False), ("overwrite", False), ("fill", True), ("overwrite", True)],
)
def test_a_row_that_matches_nobody(
    desk: Desk, tmp_path: Path, door: str, mode: str, also_add: bool, case: str
) -> None:
    account, *expected = NOT_HERE[case]
    run = DOORS[door](desk, row(account), mode, also_add=also_add, folder=tmp_path)
    wanted = expected[MODES.index(mode) + (2 if also_add else 0)]
    assert outcome_and_accounts(run) == wanted
    assert Account.objects.filter(name="New").exists() == ("New" in wanted)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", JOB_TITLES)
def test_the_job_title_is_that_at_the_primary_account(
    desk: Desk, tmp_path: Path, door: str, mode: str, case: str
) -> None:
    before, account, job_title, *expected = JOB_TITLES[case]
    contact = lena("A", before)
    DOORS[door](desk, row(account, job_title), mode, folder=tmp_path)
    assert Contact.objects.get(pk=contact.pk).job_title == expected[MODES.index(mode)]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mode", MODES)
def test_many_rows_at_once_do_what_each_does_alone(desk: Desk, tmp_path: Path, door: str, mode: str) -> None:
    """A bad row, a new person and people of the table in one file; the counts add up (see `counts`)."""
    lena("B C")
    ContactFactory(email="max@x.example", accounts=[])
    rows = [
        HEADER,
        ("Bad", "Row", "nowhere", "A", ""),
        ("Lena", "Berg", "lena@x.example", "A", ""),
        ("Max", "Moor", "max@x.example", "A", ""),
        ("Ny", "Person", "ny@x.example", "New", ""),
    ]
    run = DOORS[door](desk, rows, mode, folder=tmp_path)
    assert (
        counts(run)
        == {
            "add": {"created": 1, "skipped": 2, "failed": 1},
            "fill": {"updated": 1, "unchanged": 1, "skipped": 1, "failed": 1},
            "overwrite": {"updated": 2, "skipped": 1, "failed": 1},
        }[mode]
    )


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("also_add", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_a_file_of_accounts(desk: Desk, tmp_path: Path, door: str, mode: str, also_add: bool) -> None:
    Account.objects.filter(name="A").update(number="1", phone="")
    rows = [("Name", "Number", "Phone"), (" a ", "2", "555"), ("New", "3", "")]
    run = DOORS[door](desk, rows, mode, kind="accounts", also_add=also_add, folder=tmp_path)
    account = Account.objects.get(name="A" if mode != "overwrite" else "a")
    changed = {"add": ("1", ""), "fill": ("1", "555"), "overwrite": ("2", "555")}
    assert (account.number, account.phone) == changed[mode]
    is_new = mode == "add" or also_add
    assert Account.objects.filter(name="New").exists() == is_new
    assert (
        counts(run)
        == {
            "add": {"created": 1, "skipped": 1},
            "fill": {"updated": 1, "created" if is_new else "skipped": 1},
            "overwrite": {"updated": 1, "created" if is_new else "skipped": 1},
        }[mode]
    )
