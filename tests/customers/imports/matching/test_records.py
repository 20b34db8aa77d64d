"""One row as the contact it describes."""

import pytest

from customers.imports.engine.modes import new_person
from customers.imports.matching.problems import RowError, sentence
from customers.imports.matching.records import Parser, Record
from customers.values.names import split_name


def parse(number: int, cells: list[str], mapping: list[str]) -> Record:
    return Parser(mapping).parse(number, cells)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ji-soo Han", ("Ji-soo", "Han")),
        ("Anna Maria van Dyck", ("Anna Maria van", "Dyck")),
        ("Han, Ji-soo", ("Ji-soo", "Han")),
        ("한지수", ("지수", "한")),
        ("남궁민수", ("민수", "남궁")),
        ("한 지수", ("지수", "한")),
        ("Cher", ("Cher", "")),
        ("", ("", "")),
    ],
)
def test_a_whole_name_is_divided(name, expected):
    assert split_name(name) == expected


def test_columns_of_their_own_win_over_the_whole_name():
    record = parse(2, ["Mrs Ana Lima", "Ana", "Lima"], ["name", "first_name", "last_name"])
    assert (record.fields["first_name"], record.fields["last_name"]) == ("Ana", "Lima")


def test_several_values_in_one_cell():
    record = parse(
        2, ["Ana", "a@x.example ::: b@x.example; c@x.example", "1 ::: 2"], ["name", "email", "phone"]
    )
    assert record.addresses == ["a@x.example", "b@x.example", "c@x.example"]
    assert [(one.kind, one.value) for one in record.methods[3:]] == [("phone", "1"), ("phone", "2")]


def test_of_several_accounts_in_a_cell_the_first_counts():
    assert parse(2, ["Ana", "One ::: Two"], ["name", "account"]).account.name == "One"


def test_who_has_only_an_address_is_called_by_it():
    assert new_person(parse(2, ["ana.lima@x.example"], ["email"]), None).fields["first_name"] == "ana.lima"


@pytest.mark.parametrize(
    ("value", "code"), [("ko", "ko"), ("ko-KR", "ko"), ("Korean", "ko"), ("한국어", "ko"), ("en_US", "en")]
)
def test_a_language_by_code_or_name(value, code):
    assert parse(2, ["Ana", value], ["name", "language"]).fields["language"] == code


@pytest.mark.parametrize(
    ("cells", "mapping", "code", "column"),
    [
        (["Ana", "ana@castellan"], ["name", "email"], "bad_email", 1),
        (["x" * 300], ["name"], "too_long", 0),
        (["x" * 101], ["first_name"], "too_long", 0),
        (["Ana", "x" * 201], ["name", "account"], "too_long", 1),
        (["Ana", "x" * 10001], ["name", "notes"], "too_long", 1),
        (["", "Harbor Tower"], ["name", "account"], "no_name", None),
        (["Ana", "Klingonese"], ["name", "language"], "unknown_language", 1),
        (["Ana", "one cell more"], ["name"], "too_many_cells", None),
        (["Ana", "8.21056E+11"], ["name", "phone"], "digits_lost", 1),
        (["Ana", "1.23457e+14"], ["name", "reference"], "digits_lost", 1),
    ],
)
def test_a_row_that_cannot_become_a_contact_says_why(cells, mapping, code, column, db):
    with pytest.raises(RowError) as caught:
        new_person(parse(2, cells, mapping), None)
    assert (caught.value.code, caught.value.column) == (code, column)
    assert "%(" not in sentence(caught.value.code, caught.value.details)


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("ana@x.example", ["ana@x.example"]),
        ("Ana@X.Example", ["ana@x.example"]),
        ("a@x.example, b@x.example;c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("a@x.example\nA@X.example", ["a@x.example"]),
        ("mailto:a@x.example", ["a@x.example"]),
        ("<a@x.example>", ["a@x.example"]),
        ("한지수@한빛.example", ["한지수@xn--xx3br43b.example"]),
        ("kim한@harbor.example", None),
        ("a@x.example b@x.example", None),
        ("not an address", None),
    ],
)
def test_addresses_in_a_cell(cell, addresses, db):
    if addresses is None:
        with pytest.raises(RowError) as caught:
            parse(2, ["Ana", cell], ["name", "email"])
        assert (caught.value.code, caught.value.column) == ("bad_email", 1)
    else:
        assert parse(2, ["Ana", cell], ["name", "email"]).addresses == addresses


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("8.2105550177E+10", "82105550177"), ("8,2105550177e+10", "82105550177"), ("4E+10-B", "4E+10-B")],
)
def test_a_number_that_a_spreadsheet_shortened_without_loss_has_its_digits_back(cell, kept):
    assert parse(2, ["Ana", cell], ["name", "reference"]).reference == kept


def test_several_columns_fill_one_field_together():
    record = parse(
        2,
        ["a@x.example", "b@x.example", "02-555-0101", "1 High Street", "London"],
        ["email", "email", "phone", "account_address", "account_address"],
    )
    assert record.addresses == ["a@x.example", "b@x.example"]
    assert record.account.fields["address"] == "1 High Street\nLondon"


def test_an_empty_cell_says_nothing():
    record = parse(2, ["Ana", "", "", "", ""], ["name", "email", "notes", "account", "account_domain"])
    assert record.fields == {"first_name": "Ana"}
    assert (record.methods, record.job_title) == ((), "")
    assert not record.account


def test_a_row_may_be_shorter_than_the_heading():
    assert parse(2, ["Ana"], ["name", "email", "account"]).fields == {"first_name": "Ana"}


def test_columns_that_are_left_out_are_not_read():
    record = parse(2, ["Ana", "bad@nowhere"], ["name", ""])
    assert not record.methods


@pytest.mark.parametrize(
    ("code", "cell", "name", "value"),
    [
        ("account_website", "www.x.example", "website", "https://www.x.example"),
        ("account_website", "http://x.example/a", "website", "http://x.example/a"),
        ("account_type", "Partner", "type", "partner"),
        ("account_type", "고객사", "type", "customer"),
        ("account_number", " 007 ", "number", "007"),
        ("account_notes", "one\ntwo", "notes", "one\ntwo"),
        ("account_phone", "02-555-0101", "phone", "02-555-0101"),
    ],
)
def test_what_a_row_says_about_its_account(code, cell, name, value):
    assert parse(2, ["House", cell], ["account", code]).account.fields[name] == value


@pytest.mark.parametrize(
    ("code", "cell", "problem"),
    [
        ("account_website", "javascript:alert(1)", "bad_website"),
        ("account_website", "no website", "bad_website"),
        ("account_type", "competitor", "unknown_type"),
        ("account_domain", "not a domain", "bad_domain"),
        ("account_domain", "x.example gmail.com", "public_domain"),
        ("account_parent", " HOUSE", "own_parent"),
        ("account_number", "9" * 500, "too_long"),
    ],
)
def test_a_bad_cell_about_the_account_is_pointed_at(code, cell, problem, db):
    with pytest.raises(RowError) as caught:
        parse(2, ["House", cell], ["account", code])
    assert (caught.value.code, caught.value.column) == (problem, 1)
    assert "%(" not in sentence(problem, caught.value.details)


def test_the_domains_of_an_account():
    record = parse(
        2, ["House", "@A.example, https://www.b.example/; a.example"], ["account", "account_domain"]
    )
    assert record.account.domains == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ("Asia/Seoul", "Asia/Seoul"),
        ("asia/seoul", "Asia/Seoul"),
        ("America/New York", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_a_time_zone_by_its_name(value, zone):
    assert parse(2, ["Ana", value], ["name", "time_zone"]).fields["time_zone"] == zone


def test_an_unknown_time_zone_is_told():
    with pytest.raises(RowError) as caught:
        parse(2, ["Ana", "Moon/Sea"], ["name", "time_zone"])
    assert caught.value.code == "unknown_time_zone"


@pytest.mark.parametrize(
    ("region", "written", "kept"),
    [
        ("", "02-2222-3333", "+82222223333"),
        ("GB", "020 7946 0958", "+442079460958"),
        ("JP", "03-2222-3333", "+81322223333"),
        ("KR", "0131 496 0123", "0131 496 0123"),
    ],
)
def test_a_phone_number_without_a_country_code_belongs_to_the_country_of_the_file(region, written, kept):
    record = Parser(["name", "phone"], region=region).parse(2, ["Ana", written])
    assert record.methods[0].value == kept


def test_a_number_with_a_country_code_keeps_it_whatever_the_file_says():
    record = Parser(["name", "phone"], region="GB").parse(2, ["Ana", "+82 2 2222 3333"])
    assert record.methods[0].value == "+82222223333"


# --- Phones ----------------------------------------------------------------
def test_phone_cells_that_are_not_one_number_are_counted(db):
    parser = Parser(["name", "phone"])
    cells = ["02-555-1000, 02-555-2000", "n/a", "0131 496 0123", "02-777-1234 ext. 11", "02-555-1001~3"]
    kept = [[method.value for method in parser.parse(2, ["Ana", cell]).methods] for cell in cells]
    assert kept == [
        ["+8225551000", "+8225552000"],
        [],
        ["0131 496 0123"],
        ["+8227771234;ext=11"],
        ["02-555-1001~3"],
    ]
    found = parser.phones
    assert (found.several, found.none, found.as_written) == (1, 1, 2)
    assert found.examples == ["0131 496 0123", "02-555-1001~3"]
