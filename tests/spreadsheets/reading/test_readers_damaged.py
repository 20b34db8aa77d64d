"""However a file is damaged, what is raised is a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.spreadsheets.errors import SENTENCES
from helpdesk.spreadsheets.reading.refusal import Unreadable
from tests.customers.imports.conftest import csv_text, xls, xlsx
from tests.spreadsheets.reading.files import ods, read
from tests.trials import trials

ROWS = [["Name", "Email", "Number"], ["Ana", "ana@example.com", "1"], ["한지수", "jisoo@example.com", "2"]]
FILES = {
    "people.csv": csv_text(ROWS).encode("cp949"),
    "people.xlsx": xlsx(ROWS),
    "people.xls": xls(ROWS),
    "people.ods": ods(ROWS),
}


def is_read_or_refused(content: bytes, name: str) -> None:
    try:
        table, rows = read(content, name)
        assert len(rows) == table.row_count
    except Unreadable as error:
        assert error.code in SENTENCES


@settings(max_examples=trials(50, 500))
@given(content=st.binary(max_size=400), name=st.sampled_from([*FILES, "people"]))
def test_any_bytes(content, name):
    is_read_or_refused(content, name)


@given(content=st.binary(max_size=400), name=st.sampled_from(["people.xlsx", "people.xls", "people.ods"]))
def test_any_bytes_behind_the_mark_of_a_workbook(content, name):
    is_read_or_refused(FILES[name][:8] + content, name)


@pytest.mark.parametrize("name", FILES)
def test_cut_off_anywhere(name):
    content = FILES[name]
    for end in range(0, len(content), max(1, len(content) // 60)):
        is_read_or_refused(content[:end], name)


@pytest.mark.parametrize("name", FILES)
@given(
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12)
)
def test_some_bytes_changed(name, flips):
    content = bytearray(FILES[name])
    for where, byte in flips:
        content[int(where * len(content))] = byte
    is_read_or_refused(bytes(content), name)
