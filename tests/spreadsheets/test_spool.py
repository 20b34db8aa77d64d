"""The spool: what is written comes back, from any row on, and a broken one is told."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.spreadsheets import spool as spools
from helpdesk.spreadsheets.spool import BrokenSpoolError, Spool, SpoolWriter

TABLE = {"layout": {"format": "csv"}, "header": ["Name"], "samples": [["Ana"]], "row_count": 2, "sheets": []}
CELLS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=4)


def written(rows: list[tuple[int, list[str]]]) -> io.BytesIO:
    file = io.BytesIO()
    writer = SpoolWriter(file)
    for number, cells in rows:
        writer.write(number, cells)
    writer.end(TABLE)
    return file


@given(rows=st.lists(CELLS, max_size=40), skip=st.integers(0, 45), gap=st.integers(1, 3))
def test_rows_come_back_from_anywhere(rows, skip, gap):
    before = spools.BLOCK_ROWS, spools.BLOCK_CHARACTERS
    spools.BLOCK_ROWS, spools.BLOCK_CHARACTERS = 7, 60
    try:
        numbered = [(2 + gap * index, cells) for index, cells in enumerate(rows)]
        spool = Spool(written(numbered))
        assert [(number, cells) for number, cells in spool.rows(skip=skip)] == numbered[skip:]
        by_number = dict(numbered)
        assert all(spool.row(number) == by_number.get(number) for number in range(2 + gap * len(rows)))
        assert spool.row_count == len(rows)
    finally:
        spools.BLOCK_ROWS, spools.BLOCK_CHARACTERS = before


def test_two_readers_of_one_file_do_not_disturb_each_other():
    spool = Spool(written([(number, [str(number)]) for number in range(3000)]))
    pairs = zip(spool.rows(), spool.rows(skip=1500), strict=False)
    assert all(second[0] - first[0] == 1500 for first, second in pairs)


def test_what_was_written_before_a_restart_is_gone():
    file = io.BytesIO()
    writer = SpoolWriter(file)
    for number in range(2000):
        writer.write(number, ["notes"])
    writer.restart()
    writer.write(2, ["Ana"])
    writer.end(TABLE)
    assert list(Spool(file).rows()) == [[2, ["Ana"]]]


def test_a_refusal_is_kept_as_its_code():
    file = io.BytesIO()
    SpoolWriter(file).refuse("encrypted")
    assert Spool(file).refused == "encrypted"


@pytest.mark.parametrize("cut", [1, 5, 20, 21, 60, 10_000])
def test_a_spool_that_was_cut_off_is_told(cut):
    content = written([(2, ["Ana"]), (3, ["Max"])]).getvalue()
    with pytest.raises(BrokenSpoolError):
        Spool(io.BytesIO(content[:-cut]))


def test_anything_else_is_no_spool():
    for content in (b"", b"Name,Email\n", json.dumps({"a": 1}).encode(), b"0" * 40, b"[]\n" + b"0" * 20):
        with pytest.raises(BrokenSpoolError):
            Spool(io.BytesIO(content))
