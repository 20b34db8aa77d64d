"""What the modes make of names, ways to reach somebody, own fields and accounts; and whom a row means."""

import pytest

from customers.imports.matching.problems import sentence
from customers.models import (
    Account,
    AccountDomain,
    Association,
    Contact,
    ContactMethod,
    CustomField,
    ImportedAccount,
    ImportedContact,
)
from customers.services.associations import Entry
from customers.services.custom_fields import create_custom_field
from customers.services.methods.changes import set_methods
from customers.services.methods.values import NewMethod
from helpdesk.events.models import AuditEntry
from tests.customers.imports.doors import counts, state_of
from tests.factories import DESK, AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db
MODES = ("add", "fill", "overwrite")
CUSTOMERS = (Contact, ContactMethod, Association, Account, AccountDomain)


def reasons(run) -> list[str]:
    return [sentence(row.problem, row.details) for row in run.rejected_rows.order_by("number")]


def ways(contact: Contact) -> str:
    """The methods by kind, the default one first with a star."""
    rows = contact.methods.order_by("kind", "-is_default", "pk")
    return " ".join(f"{m.kind}:{m.value}{'*' if m.is_default else ''}" for m in rows)


# --- Whom a row means ---------------------------------------------------------------
@pytest.fixture
def three() -> dict[str, Contact]:
    by = {
        "reference": ContactFactory(first_name="Ref", reference="R-1", email="ref@x.example"),
        "email": ContactFactory(first_name="Mail", reference="R-2", email="mail@x.example"),
        "external_id": ContactFactory(first_name="Ext", reference="R-3", external_id="x3", email=""),
    }
    return by


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("R-1", "", ""), "reference"),
        (("R-1", "", "x3"), None),
        (("", "MAIL@X.example", ""), "email"),
        (("", "mail@x.example", "x3"), None),
        (("", "", "x3"), "external_id"),
        (("R-9", "mail@x.example", ""), "email"),
        (("R-9", "", "x3"), "external_id"),
        (("", "new@x.example", "x3"), "external_id"),
    ],
)
def test_reference_number_counts_before_address_and_address_before_external_id(imported, three, cells, found):
    """A row that names two people is an error when it would give one what belongs to the other."""
    header = ("Reference number", "Email", "External id", "Notes")
    run = imported([header, (*cells, "found")], mode="overwrite")
    notes = {name: Contact.objects.get(pk=contact.pk).notes for name, contact in three.items()}
    assert [name for name, text in notes.items() if text] == ([found] if found else [])
    if found is None:
        assert counts(run) == {"failed": 1}
        assert reasons(run)[0].startswith("Belongs to another contact, Ext")


@pytest.mark.parametrize("mode", MODES)
def test_an_address_of_somebody_else_is_never_taken_away(imported, three, mode):
    header = ("Reference number", "Name", "Email")
    before = state_of(*CUSTOMERS)
    run = imported([header, ("R-1", "Ref", "ref@x.example; mail@x.example")], mode=mode)
    kept = {"add": "skipped", "fill": "unchanged", "overwrite": "failed"}[mode]
    assert counts(run) == {kept: 1}
    assert state_of(*CUSTOMERS) == before
    if mode == "overwrite":
        assert reasons(run) == [f"Belongs to another contact, {three['email'].name}: Email"]
        assert run.rejected_rows.get().column == 2


def test_two_new_people_of_one_file_cannot_have_the_same_external_id(imported):
    header = ("Email", "External id")
    rows = [header, ("a@x.example", "1"), ("b@x.example", "1")]
    assert counts(imported(rows)) == {"created": 1, "skipped": 1}


@pytest.mark.parametrize("batch", [1000, 1])
@pytest.mark.parametrize("mode", MODES)
def test_two_rows_of_one_person_are_applied_in_order(imported, monkeypatch, mode, batch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", batch)
    header = ("Email", "Name", "Company", "Notes")
    rows = [
        header,
        ("lena@x.example", "Lena Berg", "One", ""),
        ("Lena@x.example", "Lena Moor", "Two", "second"),
    ]
    run = imported(rows, mode=mode, also_add=True)
    contact = Contact.objects.get()
    accounts = [place.account.name for place in contact.ordered_associations]
    expected = {
        "add": ("Lena Berg", ["One"], "", {"created": 1, "skipped": 1}),
        "fill": ("Lena Berg", ["One"], "second", {"created": 1, "updated": 1}),
        "overwrite": ("Lena Moor", ["Two", "One"], "second", {"created": 1, "updated": 1}),
    }[mode]
    assert (contact.name, accounts, contact.notes, counts(run)) == expected


def test_rows_that_together_change_nothing_are_unchanged(imported):
    ContactFactory(first_name="Lena", last_name="Berg", email="lena@x.example")
    rows = [("Email", "Last name"), ("lena@x.example", "Moor"), ("lena@x.example", "Berg")]
    run = imported(rows, mode="overwrite")
    assert counts(run) == {"unchanged": 2}
    assert not ImportedContact.objects.exists()


def test_rows_that_together_leave_an_account_as_it_is_are_unchanged(imported):
    lofts = AccountFactory(name="Quayside Lofts", website="https://two.example")
    ContactFactory(first_name="Lena", email="lena@x.example", accounts=[lofts])
    ContactFactory(first_name="Ben", email="ben@x.example", accounts=[lofts])
    rows = [
        ("Email", "Company", "Company website"),
        ("lena@x.example", "Quayside Lofts", "https://one.example"),
        ("ben@x.example", "Quayside Lofts", "https://two.example"),
    ]
    run = imported(rows, mode="overwrite")
    assert counts(run) == {"unchanged": 2}
    assert not ImportedAccount.objects.exists()


@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_a_reference_number_or_an_external_id_alone_says_whom_a_row_means(imported, mode):
    """Nobody needs a name to be told an account; who is not here cannot be made of a number."""
    ContactFactory(first_name="Lena", reference="R-1", email="lena@x.example")
    ContactFactory(first_name="Ben", external_id="x1", email="ben@x.example")
    rows = [
        ("Customer no", "CRM", "Company"),
        ("R-1", "", "Harbor"),
        ("", "x1", "Harbor"),
        ("R-9", "", "Harbor"),
    ]
    run = imported(
        rows, mapping=["reference", "external_id", "account"], kind="contacts", mode=mode, also_add=True
    )
    assert counts(run) == {"updated": 2, "failed": 1}
    assert {c.primary_account.name for c in Contact.objects.all()} == {"Harbor"}


# --- The same file again -----------------------------------------------------------------
EVERYTHING = [
    (
        "Reference number", "Name", "Email", "Phone", "Mobile", "External id", "Language", "Time zone",
        "Notes", "Company", "Job title", "Account number", "Company domain", "Parent account", "Floor",
    ),
    ("R-1", "Ludwig van Beethoven", "l@x.example; l2@x.example", "+82 2 555 0101", "010-5555-0102", "x1",
     "Korean", "Asia/Seoul", "one\ntwo", "Harbor Tower", "Head", "A-1", "harbor.example", "Group", "3"),
    ("", "한지수", "jisoo@x.example", "5550", "", "", "ko", "", "", "Harbor Tower", "", "", "", "", ""),
    ("", "Cher", "", "5551", "5551", "", "", "", "", "", "", "", "", "", "7"),
    ("", "Cher", "", "5551", "5551", "", "", "", "", "Only Here", "", "", "", "", ""),
    ("", "=1+1", "formula@x.example", "", "", "", "", "", "'+1", "=HYPERLINK(1)", "-1", "", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize("again", MODES)
@pytest.mark.parametrize("first", ["add", "overwrite"])
def test_the_same_file_a_second_time_changes_nothing(imported, first, again):
    create_custom_field("contact", "Floor", actor=DESK, kind="number")
    run = imported(EVERYTHING, mode=first, also_add=True)
    assert counts(run) == {"created": 5}
    before, entries = state_of(*CUSTOMERS), AuditEntry.objects.exclude(code__startswith="import.").count()
    run = imported(EVERYTHING, mode=again, also_add=True)
    assert counts(run) == ({"skipped": 5} if again == "add" else {"unchanged": 5})
    assert state_of(*CUSTOMERS) == before
    assert AuditEntry.objects.exclude(code__startswith="import.").count() == entries
    assert run.created_accounts == 0


# --- Names ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "said", "fill", "overwrite"),
    [
        (("Cher", ""), "Cher", ("Cher", ""), ("Cher", "")),
        (("Cher", ""), "Cher Sarkisian", ("Cher", ""), ("Cher", "Sarkisian")),
        (("Ludwig", "van Beethoven"), "Ludwig van Beethoven", None, ("Ludwig", "van Beethoven")),
        (("Ludwig", "van Beethoven"), "Cher", ("Ludwig", "van Beethoven"), ("Cher", "")),
        (("지수", "한"), "한지수", ("지수", "한"), ("지수", "한")),
        (("지수", "한"), "한 지수", ("지수", "한"), ("지수", "한")),
        (("Ana", "Lima"), "", ("Ana", "Lima"), ("Ana", "Lima")),
    ],
)
def test_a_whole_name_replaces_a_whole_name_and_divides_none_anew(imported, before, said, fill, overwrite):
    first, last = before
    contact = ContactFactory(first_name=first, last_name=last, email="x@x.example")
    rows = [("Email", "Full name"), ("x@x.example", said)]
    for mode, expected in (("fill", fill or before), ("overwrite", overwrite)):
        imported(rows, mode=mode)
        contact.refresh_from_db()
        assert (contact.first_name, contact.last_name) == expected


@pytest.mark.parametrize(
    ("before", "said", "fill", "overwrite"),
    [
        (("Cher", ""), ("", "Sarkisian"), ("Cher", ""), ("Cher", "Sarkisian")),
        (("Ana", "Lima"), ("Anna", ""), ("Ana", "Lima"), ("Anna", "Lima")),
    ],
)
def test_names_in_columns_of_their_own_change_only_their_part(imported, before, said, fill, overwrite):
    contact = ContactFactory(first_name=before[0], last_name=before[1], email="x@x.example")
    rows = [("Email", "First name", "Last name"), ("x@x.example", *said)]
    for mode, expected in (("fill", fill), ("overwrite", overwrite)):
        imported(rows, mode=mode)
        contact.refresh_from_db()
        assert (contact.first_name, contact.last_name) == expected


# --- Ways to reach somebody -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "fill", "overwrite"),
    [
        ({}, "email:a@x.example* email:b@x.example", "email:a@x.example* email:b@x.example"),
        (
            {"Email": "b@x.example"},
            "email:a@x.example* email:b@x.example",
            "email:b@x.example* email:a@x.example",
        ),
        (
            {"Email": "c@x.example; a@x.example"},
            "email:a@x.example* email:b@x.example",
            "email:c@x.example* email:a@x.example email:b@x.example",
        ),
        (
            {"Phone": "+82 2 555 0101 ::: 02-555-0102"},
            "email:a@x.example* email:b@x.example phone:+8225550101* phone:+8225550102",
            "email:a@x.example* email:b@x.example phone:+8225550101* phone:+8225550102",
        ),
    ],
)
def test_methods_are_added_and_made_default_but_never_removed(imported, said, fill, overwrite):
    contact = ContactFactory(reference="R-1", email="a@x.example")
    set_methods(contact, [NewMethod("email", "a@x.example"), NewMethod("email", "b@x.example")], actor=DESK)
    rows = [("Reference number", "Name", *said), ("R-1", "", *said.values())]
    for mode, expected in (("fill", fill), ("overwrite", overwrite)):
        imported(rows, mode=mode)
        assert ways(contact) == expected


@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_a_number_that_is_there_as_a_mobile_is_not_added_as_a_phone(imported, mode):
    contact = ContactFactory(reference="R-1", email="")
    set_methods(contact, [NewMethod("mobile", "+82 10 5555 0102")], actor=DESK)
    run = imported([("Reference number", "Name", "Phone"), ("R-1", "", "010-5555-0102")], mode=mode)
    assert counts(run) == {"unchanged": 1}
    assert contact.methods.count() == 1


@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_the_label_of_a_method_stays(imported, mode):
    contact = ContactFactory(reference="R-1", email="")
    set_methods(contact, [NewMethod("email", "a@x.example", label="private")], actor=DESK)
    imported([("Reference number", "Name", "Email"), ("R-1", "", "A@X.example; b@x.example")], mode=mode)
    assert contact.methods.get(value="a@x.example").label == "private"


# --- The desk's own fields ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("text", "north", "north"),
        ("number", "1,5", 1.5),
        ("date", "2026-02-28", "2026-02-28"),
        ("boolean", "no", False),
    ],
)
def test_own_fields_are_filled_overwritten_and_never_erased(imported, kind, said, kept):
    field = create_custom_field("contact", "Wing", actor=DESK, kind=kind)
    contact = ContactFactory(email="x@x.example")

    def value():
        contact.refresh_from_db()
        return contact.custom_fields.get(field.key)

    imported([("Email", "Wing"), ("x@x.example", said)], mode="fill")
    first = value()
    assert str(first) == str(kept)
    for mode in ("fill", "overwrite"):
        run = imported([("Email", "Wing", "Notes"), ("x@x.example", "", "n")], mode=mode)
        assert value() == first
    assert counts(run) == {"unchanged": 1}


def test_a_value_that_a_field_does_not_take_fails_its_row_alone(imported):
    create_custom_field("contact", "Floor", actor=DESK, kind="number")
    rows = [("Email", "Floor"), ("a@x.example", "third"), ("b@x.example", "3")]
    run = imported(rows)
    assert (counts(run), reasons(run)) == (
        {"created": 1, "failed": 1},
        ["Enter a number, such as 1250 or 12.5."],
    )


def test_a_column_can_become_a_field_of_its_own(imported):
    rows = [("Email", "Wing"), ("a@x.example", "north")]
    imported(rows, mapping=["email", "create"])
    key = CustomField.objects.get(label="Wing").key
    assert Contact.objects.get().custom_fields == {key: "north"}
    again = imported([("Email", "Wing"), ("b@x.example", "south")])
    assert again.mapping == ["email", f"custom:{key}"]


# --- The limit of a desk -------------------------------------------------------------------------
@pytest.mark.parametrize(("mode", "expected"), [("add", "One"), ("fill", "One"), ("overwrite", "Two")])
def test_with_one_account_a_contact_associating_means_moving(imported, settings, mode, expected):
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    one = AccountFactory(name="One")
    contact = ContactFactory(email="x@x.example", accounts=[Entry(one.pk, job_title="Clerk")])
    imported([("Email", "Company"), ("x@x.example", "Two")], mode=mode)
    contact = Contact.objects.with_accounts().get(pk=contact.pk)
    assert [place.account.name for place in contact.ordered_associations] == [expected]


def test_a_restricted_desk_refuses_what_would_pass_its_limit_and_loses_nothing(imported, settings):
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 2
    places = [AccountFactory(name=name) for name in ("One", "Two")]
    ContactFactory(email="x@x.example", accounts=places)
    run = imported([("Email", "Company"), ("x@x.example", "Three")], mode="overwrite")
    assert (counts(run), reasons(run)) == ({"failed": 1}, ["Already has 2 accounts. Remove one first"])
    assert not Account.objects.filter(name="Three").exists()
    assert Association.objects.count() == 2


# --- Columns are remembered -------------------------------------------------------------------------
def test_what_was_chosen_for_a_heading_is_chosen_again(imported, uploaded):
    rows = [("Name", "Firm no.", "Company"), ("Lena Berg", "x", "One")]
    imported(rows, mapping=["name", "notes", ""])
    again = uploaded([("Company", "FIRM_NO", "Name"), ("Two", "y", "Max Moor")])
    assert again.mapping == ["", "notes", "name"]


def test_what_was_matched_but_never_imported_is_not_remembered(uploaded):
    rows = [("Name", "Company"), ("Lena Berg", "One")]
    uploaded(rows, mapping=["name", "notes"])
    assert uploaded(rows).mapping == ["name", "account"]
