"""Files of accounts, and the columns about an account in a file of contacts."""

import pytest

from customers.imports.matching.problems import sentence
from customers.models import Account, AccountDomain, Contact
from helpdesk.events.models import AuditEntry
from tests.customers.imports.doors import counts, state_of
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db
MODES = ("add", "fill", "overwrite")


def reasons(run) -> list[str]:
    return [sentence(row.problem, row.details) for row in run.rejected_rows.order_by("number")]


def tree() -> dict[str, str | None]:
    rows = Account.objects.values_list("name", "parent__name").order_by("name")
    return dict(rows)


def domains(name: str) -> list[str]:
    return sorted(AccountDomain.objects.filter(account__name=name).values_list("domain", flat=True))


# --- Files of accounts ----------------------------------------------------------------
@pytest.mark.parametrize("batch", [1000, 1])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "rows",
    [
        [("Group", ""), ("House", "Group"), ("Floor", "House")],
        [("Floor", "House"), ("House", "Group"), ("Group", "")],
        [("House", "Group"), ("Group", ""), ("Floor", " HOUSE ")],
    ],
    ids=["parents first", "parents last", "mixed"],
)
def test_parents_in_any_order(imported, monkeypatch, batch, mode, rows):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", batch)
    run = imported([("Name", "Parent"), *rows], kind="accounts", mode=mode, also_add=True)
    assert counts(run) == {"created": 3}
    assert tree() == {"Group": None, "House": "Group", "Floor": "House"}


def test_a_parent_that_has_no_row_of_its_own_is_created(imported):
    run = imported([("Name", "Parent"), ("House", "Group")], kind="accounts")
    assert (tree(), run.created_accounts) == ({"Group": None, "House": "Group"}, 2)


@pytest.mark.parametrize("batch", [1000, 1])
@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_a_row_that_closes_a_circle_fails_alone(imported, monkeypatch, batch, mode):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", batch)
    rows = [("Name", "Parent"), ("A", "B"), ("B", "C"), ("C", "A"), ("D", "D"), ("E", "A")]
    run = imported(rows, kind="accounts", mode=mode, also_add=True)
    assert counts(run) == {"created": 3, "failed": 2}
    assert [row.number for row in run.rejected_rows.order_by("number")] == [4, 5]
    assert tree() == {"A": "B", "B": "C", "C": None, "E": "A"}


def test_a_circle_with_accounts_that_are_here_is_seen(imported):
    top = AccountFactory(name="Top")
    AccountFactory(name="Below", parent=AccountFactory(name="Middle", parent=top))
    run = imported([("Name", "Parent"), ("Top", "Below")], kind="accounts", mode="overwrite")
    assert reasons(run) == ["The parent already stands below this account"]
    assert tree() == {"Top": None, "Middle": "Top", "Below": "Middle"}


@pytest.mark.parametrize("mode", MODES)
def test_a_domain_of_another_account_is_never_taken_away(imported, mode):
    AccountFactory(name="Owner", domains=["taken.example"])
    AccountFactory(name="Here")
    rows = [("Name", "Email domains"), ("Here", "taken.example"), ("New", "taken.example")]
    run = imported(rows, kind="accounts", mode=mode, also_add=True)
    assert domains("Owner") == ["taken.example"]
    assert counts(run) == ({"skipped": 1, "failed": 1} if mode == "add" else {"failed": 2})
    assert reasons(run)[-1].startswith("Belongs to another account, Owner:")
    assert not Account.objects.filter(name="New").exists()


def test_a_public_mail_domain_fails_its_row(imported):
    rows = [("Name", "Email domains"), ("A", "a.example"), ("B", "b.example, @gmail.com"), ("C", "c.example")]
    run = imported(rows, mapping=["account", "account_domain"], kind="accounts")
    assert counts(run) == {"created": 2, "failed": 1}
    assert reasons(run) == ["@gmail.com is a public mail provider: its senders do not belong to one account"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("add", ["old.example"]),
        ("fill", ["old.example"]),
        ("overwrite", ["new.example", "old.example"]),
    ],
)
def test_domains_are_added_and_never_removed(imported, mode, expected):
    AccountFactory(name="Here", domains=["old.example"])
    imported([("Name", "Email domains"), ("Here", "new.example")], kind="accounts", mode=mode)
    assert domains("Here") == expected


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("N-1", "", "Other name"), "By number"),
        (("n-1", "x2", "Other name"), None),
        (("", "x2", "Other name"), "By external id"),
        (("", "", " by  NAME"), "By name"),
        (("N-9", "", "By name"), "By name"),
    ],
)
def test_accounts_are_found_by_number_then_external_id_then_name(imported, cells, found):
    AccountFactory(name="By number", number="N-1")
    AccountFactory(name="By external id", external_id="x2")
    AccountFactory(name="By name")
    header = ("Number", "External id", "Name", "Notes")
    run = imported([header, (*cells, "found")], kind="accounts", mode="fill")
    noted = list(Account.objects.filter(notes="found").values_list("name", flat=True))
    assert noted == ([found] if found else [])
    assert counts(run) == {"updated" if found else "failed": 1}


def test_a_name_of_another_account_is_never_taken(imported):
    AccountFactory(name="First", number="1")
    AccountFactory(name="Second", number="2")
    run = imported([("Number", "Name"), ("1", "second")], kind="accounts", mode="overwrite")
    assert reasons(run) == ["Belongs to another account, Second: Primary account"]
    assert sorted(tree()) == ["First", "Second"]


FIELDS = ("Name", "Number", "Type", "Phone", "Website", "Address", "Notes", "External id")
OLD = {
    "name": "Here", "number": "1", "type": "customer", "phone": "02-1", "website": "https://old.example",
    "address": "Old street", "notes": "old", "external_id": "x1",
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_each_field_of_an_account(imported, mode):
    AccountFactory(**OLD)
    AccountFactory(name="Bare")
    new = ("2", "Partner", "02-2", "new.example", "New street", "new", "x2")
    rows = [FIELDS, ("Here", *new), ("Bare", "3", "partner", *new[2:6], "x3")]
    imported(rows, kind="accounts", mode=mode)
    here, bare = Account.objects.get(name="Here"), Account.objects.get(name="Bare")
    assert here.number == ("2" if mode == "overwrite" else "1")
    assert here.type == ("partner" if mode == "overwrite" else "customer")
    assert here.website == ("https://new.example" if mode == "overwrite" else "https://old.example")
    assert (bare.address, bare.external_id) == (("", "") if mode == "add" else ("New street", "x3"))


@pytest.mark.parametrize("mode", MODES)
def test_empty_cells_of_an_account_never_erase(imported, mode):
    account = AccountFactory(**OLD, parent=AccountFactory(name="Group"), domains=["here.example"])
    before = state_of(Account, AccountDomain)
    rows = [(*FIELDS, "Parent", "Email domains"), ("Here", *[""] * 9)]
    assert "updated" not in counts(imported(rows, kind="accounts", mode=mode))
    assert state_of(Account, AccountDomain) == before
    assert account.domains.count() == 1


@pytest.mark.parametrize("again", MODES)
def test_the_same_file_of_accounts_a_second_time_changes_nothing(imported, again):
    rows = [
        (*FIELDS, "Parent", "Email domains"),
        ("House", "1", "파트너", "02-1", "house.example", "A street\n2", "n", "x", "Group", "house.example"),
        ("Group", "", "", "", "", "", "", "", "", ""),
        ("서울 지사", "", "", "", "", "", "", "", "House", "a.example b.example"),
        ("=cmd()", "-1", "", "+82 2 1", "", "", "@note", "", "", ""),
    ]
    assert counts(imported(rows, kind="accounts")) == {"created": 4}
    before, entries = state_of(Account, AccountDomain), AuditEntry.objects.exclude(code__startswith="import.")
    number = entries.count()
    run = imported(rows, kind="accounts", mode=again, also_add=True)
    assert counts(run) == ({"skipped": 4} if again == "add" else {"unchanged": 4})
    assert (state_of(Account, AccountDomain), entries.count()) == (before, number)


# --- Columns about the account in a file of contacts ---------------------------------------
HEADER = ("Email", "Company", "Account number", "Company domain", "Parent account", "Account type")


@pytest.mark.parametrize("mode", MODES)
def test_a_new_account_gets_all_that_the_row_says(imported, mode):
    rows = [HEADER, ("x@x.example", "House", "H-1", "house.example", "Group", "partner")]
    run = imported(rows, kind="contacts", mode=mode, also_add=True)
    house = Contact.objects.get().primary_account
    assert (house.name, house.number, house.type, house.parent.name) == ("House", "H-1", "partner", "Group")
    assert (domains("House"), run.created_accounts) == (["house.example"], 2)


def test_an_account_is_found_by_its_number_whatever_its_name(imported):
    house = AccountFactory(name="House", number="H-1")
    rows = [HEADER[:3], ("x@x.example", "", "h-1"), ("y@x.example", "Another name", "H-1")]
    imported(rows, kind="contacts", mode="fill", also_add=True)
    assert {contact.primary_account for contact in Contact.objects.all()} == {house}
    assert Account.objects.get().name == "House"


def test_a_number_that_nobody_has_and_no_name_fails(imported):
    run = imported([HEADER[:3], ("x@x.example", "", "H-9")], kind="contacts")
    assert reasons(run) == ["No account is known by this, and the row gives no name to create one"]
    assert not Contact.objects.exists()


@pytest.mark.parametrize(("mode", "number"), [("add", ""), ("fill", "H-1"), ("overwrite", "H-1")])
def test_an_account_that_is_here_is_changed_as_the_mode_says(imported, mode, number):
    house = AccountFactory(name="House")
    contact = ContactFactory(email="x@x.example", accounts=[house])
    imported([HEADER[:3], ("x@x.example", "House", "H-1")], kind="contacts", mode=mode)
    house.refresh_from_db()
    assert house.number == number
    assert Contact.objects.get(pk=contact.pk).primary_account == house


def test_the_account_of_a_row_that_is_not_taken_is_not_changed(imported):
    """Update without overwriting leaves the accounts of a contact, so the row says nothing about them."""
    house, other = AccountFactory(name="House"), AccountFactory(name="Other")
    ContactFactory(email="x@x.example", accounts=[other])
    run = imported([HEADER[:3], ("x@x.example", "House", "H-1")], kind="contacts", mode="fill")
    house.refresh_from_db()
    assert (house.number, counts(run)) == ("", {"unchanged": 1})


def test_a_bad_cell_about_the_account_fails_the_row_whole(imported):
    AccountFactory(name="Owner", domains=["taken.example"])
    rows = [HEADER[:4], ("x@x.example", "House", "", "taken.example"), ("y@x.example", "House", "", "")]
    run = imported(rows, kind="contacts")
    assert counts(run) == {"created": 1, "failed": 1}
    assert domains("House") == []
