"""The page that matches columns: what the file was taken for, the modes, and the notes beside the columns."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.imports.engine import dryrun, lifecycle
from customers.models import CustomField, ImportRun
from tests.customers.imports.conftest import HEADER, csv_text

pytestmark = pytest.mark.django_db
PEOPLE = [HEADER, ("Ana", "Lima", "ana@new.example", "Quayside Lofts", "Tenant")]
COMPANIES = [("Company", "Website", "Parent"), ("Quayside Lofts", "https://quay.example", "Harbor Tower")]


def upload(world, rows, name="people.csv", content=b"") -> ImportRun:
    file = SimpleUploadedFile(name, content or csv_text(rows).encode())
    world.max.client.post(reverse("customers:import_create"), {"file": file})
    return ImportRun.objects.latest("id")


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    for title, rows in (("People", PEOPLE), ("Companies", [("",), ("Our companies",), *COMPANIES])):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def match_page(world, run) -> str:
    return world.max.client.get(reverse("customers:import_match", args=[run.pk])).content.decode()


def choose(client, run, **chosen):
    return client.post(reverse("customers:import_choose", args=[run.pk]), chosen)


def test_a_file_of_accounts_is_taken_for_one_and_can_be_taken_for_contacts(world):
    run = upload(world, COMPANIES)
    body = match_page(world, run)
    assert "<h1>Import accounts</h1>" in body
    assert "What should happen to accounts you already have?" in body
    assert re.search(r'value="accounts" aria-pressed="true"', body)
    assert choose(world.max.client, run, kind="contacts").url == reverse(
        "customers:import_match", args=[run.pk]
    )
    body = match_page(world, run)
    assert "<h1>Import contacts</h1>" in body
    assert "What should happen to contacts you already have?" in body


def test_another_sheet_can_be_read_and_the_row_of_its_headings_is_told(world):
    run = upload(world, [], "both.xlsx", two_sheets())
    body = match_page(world, run)
    assert "Companies (" in body
    assert "Headings found" not in body
    choose(world.max.client, run, sheet="Companies", kind="accounts")
    body = match_page(world, run)
    assert '<option value="Companies" selected>' in body
    assert "Headings found in row 3" in body
    assert "https://quay.example" in body


def test_a_sheet_that_is_not_there_changes_nothing_and_is_told(world):
    run = upload(world, [], "both.xlsx", two_sheets())
    page = world.max.client.post(
        reverse("customers:import_choose", args=[run.pk]), {"sheet": "Nowhere"}, follow=True
    )
    assert 'role="alert"' in page.content.decode()
    run.refresh_from_db()
    assert run.layout["sheet"] == "People"


def test_text_says_how_it_was_read(world):
    content = csv_text([("이름", "이메일"), ("한지수", "jisoo@new.example")], delimiter=";").encode("cp949")
    body = match_page(world, upload(world, [], content=content))
    assert "Text read as CP949" in body
    assert "columns divided by semicolons" in body
    assert "한지수" in body


def test_each_mode_is_drawn_with_its_before_and_after(world):
    body = match_page(world, upload(world, PEOPLE))
    for words in ("nothing is lost", "blanks never erase", "row skipped", "Hanbit Square, primary"):
        assert words in body
    body = match_page(world, upload(world, COMPANIES))
    assert "Another phone in the file" in body
    assert "nothing is lost" not in body


def test_adding_new_ones_is_ticked_at_first_and_stays_as_it_was_chosen(world):
    run = upload(world, PEOPLE)
    assert 'name="also_add" checked' in match_page(world, run)
    choices = {f"column_{index}": target for index, target in enumerate(run.mapping)}
    world.max.client.post(reverse("customers:import_match", args=[run.pk]), {"mode": "overwrite"} | choices)
    run.refresh_from_db()
    assert run.preview["skipped"] == 1
    assert 'name="also_add" checked' not in match_page(world, run)


def test_after_a_dry_run_the_column_says_how_many_names_are_new(world):
    run = upload(world, PEOPLE)
    assert "1 name is new and would be created" not in match_page(world, run)
    lifecycle.match_columns(run, run.mapping, "add", actor=world.max.actor)
    dryrun.check(run.pk)
    assert "1 name is new and would be created" in match_page(world, run)


def test_numbers_say_how_those_without_a_country_code_are_read(world):
    body = match_page(world, upload(world, [("Name", "Phone"), ("Ana", "02 555 0142")]))
    assert "Kept with the country code" in body
    assert '<option value="KR" selected>KR +82</option>' in body


def test_a_field_of_the_desk_is_offered_by_its_label_and_a_new_one_can_be_made(world):
    CustomField.objects.create(module="contact", key="wing", label="Wing of the house", kind="text")
    run = upload(world, [("Name", "Shoe size"), ("Ana", "42")])
    body = match_page(world, run)
    assert "Wing of the house" in body
    world.max.client.post(
        reverse("customers:import_match", args=[run.pk]),
        {"mode": "add", "column_0": "name", "column_1": "create"},
    )
    assert CustomField.objects.filter(label="Shoe size").exists()


def test_a_wrong_choice_keeps_the_mode_and_all_others(world):
    run = upload(world, PEOPLE)
    answer = world.max.client.post(
        reverse("customers:import_match", args=[run.pk]),
        {"mode": "fill", "column_0": "email", "column_3": "reference", "column_4": "reference"},
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "1 column needs another choice" in body
    assert re.search(r'value="fill"[^>]*checked', body)
    assert 'name="also_add" checked' not in body
    assert re.search(r'<option value="email"[^>]* selected', body)
