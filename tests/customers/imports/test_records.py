"""One row as the contact it describes."""

import pytest

from customers.imports.modes import new_person
from customers.imports.problems import RowError, sentence
from customers.imports.records import Parser, Record
from customers.names import split_name


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
    ],
)
def test_a_row_that_cannot_become_a_contact_says_why(cells, mapping, code, column, db):
    with pytest.raises(RowError) as caught:
        new_person(parse(2, cells, mapping), None)
    assert (caught.value.code, caught.value.column) == (code, column)
    assert "%(" not in sentence(caught.value.code, caught.value.details)
