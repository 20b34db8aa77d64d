"""The page of the dry run: what it counts, which rows it shows, and what it found besides."""

import csv
import io

import pytest
from django.urls import reverse

from customers.imports.engine import dryrun, lifecycle, results
from customers.imports.screens import showing
from customers.imports.screens.showing import rows_to_show
from tests.customers.imports.conftest import HEADER
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def preview(world, run, query: str = "", **extra) -> str:
    url = reverse("customers:import_preview", args=[run.pk])
    return world.max.client.get(url + query, **extra).content.decode()


def row(number: int, **fields: str) -> tuple[str, ...]:
    known = {"email": f"p{number}@new.example", "company": "", "title": ""} | fields
    return (f"P{number}", "Person", known["email"], known["company"], known["title"])


@pytest.fixture
def mixed(world, uploaded):
    """One row of each outcome: new, updated, unchanged, failed; Carla belongs to Harbor Tower."""
    ContactFactory(first_name="Same", last_name="Person", email="same@here.example")
    rows = [
        HEADER,
        ("New", "Person", "new@here.example", "Quayside Lofts", ""),
        ("Carla", "Moreno", "carla@people.example", "Quayside Lofts", "Board"),
        ("Same", "Person", "same@here.example", "", ""),
        ("Bad", "Person", "bad@nowhere", "", ""),
    ]
    return uploaded(rows, mode="overwrite", also_add=True)


def test_the_tally_says_what_it_adds_up_to(world, mixed):
    body = preview(world, mixed)
    assert "1 + 1 + 1 + 0 + 1 = 4 rows read" in body
    assert "1 new account" in body
    assert "1 contact gets another primary account" in body
    assert "Import 3 rows" in body
    assert "You can undo for 7 days" in body


def test_an_update_shows_all_accounts_old_and_new(world, mixed):
    body = preview(world, mixed, "?rows=updated")
    assert "Quayside Lofts becomes primary" in body
    assert "new account" in body
    assert "Harbor Tower," in body
    assert "<ins>Board</ins>" in body


def test_any_row_can_be_looked_at(world, mixed):
    assert "Row 4</b> · Unchanged" in preview(world, mixed, "?row=4")
    body = preview(world, mixed, "?row=5")
    assert "Row 5</b> · Errors" in body
    assert "bad@nowhere" in body


@pytest.mark.parametrize("asked", ["1", "6", "0", "99999999", "x", "-2", "²"])
def test_a_row_that_is_not_there_is_told(world, mixed, asked):
    assert "below its headings" in preview(world, mixed, f"?row={asked}")


@pytest.mark.parametrize("number", [2, 3, 4, 7, 8, 12])
def test_a_row_is_found_behind_blank_ones(uploaded, number):
    blank = ("", "", "", "", "")
    rows = [HEADER, row(2), row(3), row(4), blank, blank, row(7), row(8), blank, blank, blank, row(12)]
    shown = rows_to_show(uploaded(rows), {"row": str(number)})
    assert shown.diffs[0].number == number
    assert shown.diffs[0].who == f"P{number} Person"


@pytest.mark.parametrize("number", [5, 6, 9])
def test_a_blank_row_is_none(uploaded, number):
    blank = ("", "", "", "", "")
    rows = [HEADER, row(2), row(3), row(4), blank, blank, row(7), row(8), blank, blank, blank, row(12)]
    assert rows_to_show(uploaded(rows), {"row": str(number)}).outcome == ""


def test_pages_go_forth_and_back(world, uploaded, monkeypatch):
    monkeypatch.setattr(showing, "PAGE", 2)
    rows = [HEADER]
    for number in range(2, 12):
        rows.append(row(number) if number % 2 else row(number, email="bad"))
    run = uploaded(rows)
    first = rows_to_show(run, {"rows": "created"})
    assert [diff.number for diff in first.diffs] == [3, 5]
    assert (first.words, first.previous_start) == ("1–2 of 5", None)
    second = rows_to_show(run, {"rows": "created", "from": str(first.next_start)})
    assert [diff.number for diff in second.diffs] == [7, 9]
    assert second.words == "3–4 of 5"
    third = rows_to_show(run, {"rows": "created", "from": str(second.next_start)})
    assert ([diff.number for diff in third.diffs], third.next_start) == ([11], None)
    back = rows_to_show(run, {"rows": "created", "from": str(third.previous_start)})
    assert [diff.number for diff in back.diffs] == [7, 9]


def test_what_a_row_makes_of_its_account_is_shown_old_and_new(world, uploaded):
    world.harbor.website = "https://old.example"
    world.harbor.save()
    rows = [
        ("Name", "Email", "Company", "Company website"),
        ("Carla Moreno", "carla@people.example", "Harbor Tower", "https://one.example"),
        ("Kim Osei", "kim@people.example", "Harbor Tower", "https://two.example"),
        ("New Person", "new@people.example", "Brand New", "https://brand.example"),
    ]
    run = uploaded(rows, mode="overwrite", also_add=True)

    def change(number: int) -> list[tuple[str, str, str]]:
        (diff,) = rows_to_show(run, {"row": str(number)}).diffs
        return [(c.label, c.old, c.new) for c in diff.changes if "Website" in c.label]

    assert change(2) == [("Website of the account", "https://old.example", "https://one.example")]
    assert change(3) == [("Website of the account", "https://one.example", "https://two.example")]
    assert change(4) == [("Website of the account", "", "https://brand.example")]


def test_rows_that_collide_with_earlier_ones_read_the_same_on_their_own(world, uploaded):
    rows = [HEADER, row(2), row(3, email="p2@new.example"), row(4)]
    run = uploaded(rows)
    (left,) = rows_to_show(run, {"rows": "skipped"}).left_out
    assert (left.number, left.reason) == (3, "Row 2 of this file has the same: Email")
    assert rows_to_show(run, {"row": "3"}).left_out == [left]


def test_a_reference_of_an_earlier_row_is_told_on_its_own_too(world, uploaded):
    header = ("Name", "Email", "Reference number")
    ana, ben = ("Ana", "ana@new.example", "A-1"), ("Ben", "ben@new.example", "B-1")
    rows = [header, ana, ben, ("Dora", "dora@new.example", ""), ("Cem", "ben@new.example", "A-1")]
    run = uploaded(rows, mode="overwrite", also_add=True)
    assert run.preview["failed"] == 1
    (left,) = rows_to_show(run, {"rows": "failed"}).left_out
    assert left.number == 5


def test_an_update_of_a_contact_new_in_this_file_names_its_new_account(uploaded):
    rows = [HEADER, row(2, company="Nova Yard"), row(3, email="p2@new.example", title="Head")]
    run = uploaded(rows, mode="overwrite", also_add=True)
    (diff,) = rows_to_show(run, {"rows": "updated"}).diffs
    assert [tile.name for tile in diff.after] == ["Nova Yard"]


def test_accounts_of_a_file_of_accounts_read_the_same_on_their_own(uploaded):
    rows = [("Company", "Parent"), ("Mill", "Works"), ("MILL", ""), ("Works", "")]
    run = uploaded(rows, mapping=["account", "account_parent"], kind="accounts")
    assert [left.number for left in rows_to_show(run, {"rows": "skipped"}).left_out] == [3]


def test_likely_duplicates_and_new_accounts_are_listed_with_links(world, uploaded):
    contact = ContactFactory(first_name="Dora", last_name="Dean", phone="+82 2 555 0142")
    run = uploaded([("Name", "Phone", "Company"), ("D. Dean", "02-555-0142", "Quayside Lofts")])
    body = preview(world, run)
    assert "has the phone number of" in body
    assert f'href="{contact.get_absolute_url()}"' in body
    assert "Accounts that would be created" in body
    assert 'title="Quayside Lofts"' in body


def test_rows_with_errors_can_be_downloaded_before_anything_is_imported(world, mixed):
    answer = world.max.client.get(reverse("customers:import_errors", args=[mixed.pk]))
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [rows[0][-1], rows[1][0], rows[1][-1]] == ["problem", "Bad", "Not a complete email address"]
    assert len(rows) == 2


def test_a_file_that_changes_nothing_cannot_be_imported_and_says_so(world, uploaded):
    body = preview(world, uploaded([HEADER, ("Carla", "Moreno", "carla@people.example", "", "")]))
    assert "Nothing in this file would change anything." in body
    assert "btn--primary push" not in body


def test_htmx_gets_the_rows_alone(world, mixed):
    headers = {"HX-Request": "true", "HX-Target": "import-rows"}
    body = preview(world, mixed, "?rows=created", headers=headers)
    assert body.lstrip().startswith("<section")
    assert "New Person" in body


def test_a_page_makes_as_many_queries_with_many_rows_as_with_few(world, uploaded, count_queries):
    AccountFactory(name="Quayside Lofts")
    few, many = (
        uploaded([HEADER] + [row(number, company="Quayside Lofts") for number in range(2, 2 + amount)])
        for amount in (3, 25)
    )
    counted = [count_queries(lambda run=run: preview(world, run, "?rows=created")) for run in (few, many)]
    assert counted[0] == counted[1]


def test_it_says_what_becomes_of_phone_cells_that_are_not_one_number(world, uploaded):
    header = ("First name", "Email", "Phone")
    phones = ["02-555-1000, 02-555-2000", "n/a", "0131 496 0123", "02-777-1234 ext. 11"]
    rows = [(f"P{number}", f"p{number}@new.example", phone) for number, phone in enumerate(phones)]
    body = preview(world, uploaded([header, *rows]))
    assert "1 cell holds several phone numbers, and each is kept" in body
    assert "1 cell says that there is no phone, and is left out" in body
    assert "1 phone number is not valid in KR and stays as it is written (0131 496 0123)" in body


def test_an_address_of_somebody_of_the_desk_is_refused_in_its_row(world, uploaded):
    rows = [HEADER, ("Ana", "Agent", "ANA@desk.example", "", ""), ("Bea", "Person", "bea@x.example", "", "")]
    body = preview(world, uploaded(rows), "?rows=failed")
    assert "1 + 0 + 0 + 0 + 1 = 2 rows read" in body
    assert "Somebody of the desk signs in with this address" in body


# --- What is kept to be looked at


@pytest.fixture
def small_sample(monkeypatch) -> None:
    for module in (results, showing):
        monkeypatch.setattr(module, "SAMPLE", 3)
    monkeypatch.setattr(showing, "PAGE", 2)


@pytest.mark.usefixtures("small_sample")
def test_of_each_kind_the_first_rows_are_kept_and_all_with_errors(world, uploaded):
    bad = [row(number, email="bad") for number in range(8)]
    run = uploaded([HEADER, *(row(number) for number in range(2, 8)), *bad])
    kept = list(run.preview_rows.order_by("number").values_list("number", "outcome"))
    assert kept == [(2, "created"), (3, "created"), (4, "created"), *((n, "failed") for n in range(8, 16))]
    assert run.preview["created"] == 6
    body = preview(world, run, "?rows=created")
    assert "1–2 of 6" in body
    assert "the first 1,000 rows are kept" in body
    last = rows_to_show(run, {"rows": "created", "from": "4"})
    assert ([diff.number for diff in last.diffs], last.next_start, last.previous_start) == ([4], None, 2)
    assert "are kept" not in preview(world, run, "?rows=failed")
    answer = world.max.client.get(reverse("customers:import_errors", args=[run.pk]))
    assert len(answer.getvalue().splitlines()) == 9


@pytest.mark.usefixtures("small_sample")
def test_a_row_that_is_not_kept_shows_its_cells(world, uploaded):
    run = uploaded([HEADER, *(row(number, company="Nova Yard") for number in range(2, 8))])
    body = preview(world, run, "?row=7")
    assert "Row 7</b>" in body
    assert "Nova Yard" in body
    assert "the first 1,000 rows are kept" in body
    assert "below its headings" not in body


def test_rows_of_a_preview_go_when_the_import_starts_and_when_columns_are_matched_anew(uploaded, actor):
    run = uploaded([HEADER, row(2), row(3)])
    assert run.preview_rows.count() == 2
    run = lifecycle.match_columns(run, run.mapping, "overwrite", actor=actor, also_add=True)
    assert not run.preview_rows.exists()
    dryrun.check(run.pk)
    assert run.preview_rows.count() == 2
    lifecycle.start(run, actor=actor)
    assert not run.preview_rows.exists()


def test_a_check_whose_columns_were_matched_anew_meanwhile_keeps_nothing(uploaded, actor, monkeypatch):
    run = uploaded([HEADER, row(2)])
    lifecycle.match_columns(run, run.mapping, "add", actor=actor)
    store = dryrun._store

    def too_late(*arguments) -> None:
        lifecycle.match_columns(run, run.mapping, "fill", actor=actor)
        store(*arguments)

    monkeypatch.setattr(dryrun, "_store", too_late)
    dryrun.check(run.pk)
    run.refresh_from_db()
    assert (run.status, run.preview_rows.count()) == ("checking", 0)


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_parent_account_to_come_is_called_as_it_was_typed(uploaded, monkeypatch, batch):
    """Not by the search form, in which Hangul is taken apart into letters."""
    monkeypatch.setattr("customers.imports.engine.files.BATCH", batch)
    rows = [("Company", "Parent"), ("한빛 서비스", "한빛 Group"), ("한빛 보안", "한빛 GROUP")]
    run = uploaded(rows, mapping=["account", "account_parent"], kind="accounts")
    shown = rows_to_show(run, {"rows": "created"}).diffs
    parents = [change.new for diff in shown for change in diff.changes if "arent" in change.label]
    assert parents == ["한빛 Group", "한빛 Group"]


def test_an_account_of_an_earlier_batch_is_called_by_its_name(uploaded, monkeypatch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", 1)
    run = uploaded([HEADER, row(2, company="한빛 Tower"), row(3, company="한빛 tower")])
    shown = rows_to_show(run, {"rows": "created"}).diffs
    assert [[tile.name for tile in diff.after] for diff in shown] == [["한빛 Tower"], ["한빛 Tower"]]
