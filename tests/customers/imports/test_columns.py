"""What a column is, from its heading and its values."""

import io

import pytest

from customers.imports import columns, readers
from customers.imports.columns import guess, normal, twice_filled


def targets(header: list[str], samples: list[list[str]] | None = None) -> list[str]:
    return [one.target for one in guess(header, samples or [["something"] for _ in header])]


@pytest.mark.parametrize(
    ("product", "header", "expected"),
    [
        ("Salesforce", ["FirstName", "LastName", "AccountName", "Title", "Email", "Phone", "MobilePhone", "Id"],
         ["first_name", "last_name", "account", "job_title", "email", "phone", "mobile", "external_id"]),
        ("HubSpot", ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Associated Company"],
         ["external_id", "first_name", "last_name", "email", "phone", "account"]),
        ("Zoho", ["Record Id", "Contact Owner", "First Name", "Last Name", "Account Name", "Secondary Email"],
         ["external_id", "", "first_name", "last_name", "account", "email"]),
        ("Freshsales", ["First name", "Last name", "Job title", "Emails", "Sales accounts", "External ID"],
         ["first_name", "last_name", "job_title", "email", "account", "external_id"]),
        ("Outlook", ["First Name", "Company", "Job Title", "E-mail Address", "E-mail Type", "Business Phone"],
         ["first_name", "account", "job_title", "email", "", "phone"]),
        ("Google", ["Name", "Given Name", "E-mail 1 - Type", "E-mail 1 - Value", "Organization 1 - Name"],
         ["name", "first_name", "", "email", "account"]),
        ("Korean", ["성", "이름", "회사명", "직책", "이메일", "휴대전화", "고객 번호", "메모"],
         ["last_name", "first_name", "account", "job_title", "email", "mobile", "reference", "notes"]),
    ],
)  # fmt: skip
def test_the_headings_of_usual_exports(product, header, expected):
    assert targets(header) == expected


def test_a_name_alone_is_the_whole_name():
    assert targets(["이름", "회사"]) == ["name", "account"]
    assert targets(["Name", "Email"]) == ["name", "email"]


def test_no_single_valued_field_is_guessed_twice_but_several_addresses_are_fine():
    assert targets(["Company", "Account name", "Email", "Work email"]) == ["account", "", "email", "email"]


def test_a_column_without_values_does_not_take_the_place_of_one_with_values():
    assert targets(["Occupation", "Job title"], [[], ["Director"]]) == ["", "job_title"]


def test_a_title_that_holds_salutations_is_no_job_title():
    assert targets(["title"], [["Mrs.", "Mr.", "Ms."]]) == [""]
    assert targets(["title"], [["Director", "Mr."]]) == ["job_title"]


def test_values_tell_what_an_unknown_heading_does_not():
    header = ["How to reach", "Ring", "Born", "Postal", "Address"]
    values = [["ana@example.com"], ["+82 2 555 0142"], ["2001-02-03"], ["06236"], ["12 Mill Lane"]]
    assert targets(header, values) == ["email", "phone", "", "", ""]


def test_headings_are_read_without_marks_and_case():
    assert normal("E-mail_1 (Work)") == "e mail 1 work"
    assert normal("AccountName") == "account name"


def test_two_columns_for_one_single_valued_field_are_found():
    assert twice_filled(["name", "account", "email", "email", "account", "", ""]) == {"account": [1, 4]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uk-500.csv", {"first_name", "last_name", "account", "email", "phone"}),
        ("leads.csv", {"first_name", "last_name", "account", "email", "phone", "x"}),
        ("korean-cp949.csv", {"first_name", "last_name", "account", "job_title", "email", "mobile", "notes"}),
        (
            "google-contacts.csv",
            {"name", "first_name", "last_name", "account", "job_title", "email", "phone", "notes"},
        ),
        ("companies.csv", {"account"}),
        ("locations-with-parents.csv", {"name"}),
    ],
)
def test_the_shared_files_are_matched_by_themselves(shared_data, name, expected):
    table = readers.read(io.BytesIO((shared_data / name).read_bytes()), name)
    assert {one.target for one in columns.guess(table.header, table.samples)} - {""} == expected
