"""Text files: whatever was written comes back, in any encoding, and no file fills the memory."""

import csv
import io
import tempfile
import tracemalloc

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpdesk.spreadsheets.cells import clean, clean_row
from helpdesk.spreadsheets.reading import child
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.spool import Spool, SpoolWriter
from tests.spreadsheets.reading.files import numbered
from tests.trials import trials

LETTERS = {
    "utf-8": "abcÄéß한글日本",
    "utf-8-sig": "abcÄéß한글日本",
    "utf-16": "abcÄéß한글日本",
    "cp949": "abc한글이메일",
    "cp932": "abcかなカナ東京",
    "cp1252": "abcäöüéèñ",
}
# Enough of each language to tell by; a file of three odd letters is anybody's guess.
HEADER = {
    "cp949": ["이름", "회사", "이메일 주소"],
    "cp932": ["なまえ", "かいしゃ", "メールアドレス"],
    "cp1252": ["Prénom", "Société", "Téléphone"],
}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, str, list[list[str]]]:
    encoding = draw(st.sampled_from(sorted(LETTERS)))
    letters = st.sampled_from(LETTERS[encoding] + ",;\t\n\"' |0123456789")
    cell = st.text(letters, max_size=12)
    rows = draw(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=12))
    delimiter = draw(st.sampled_from(",;\t"))
    end = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    return encoding, delimiter, end, [list(row) for row in rows]


@settings(max_examples=trials(50, 500))
@given(file=files())
def test_what_was_written_comes_back(file):
    encoding, delimiter, end, rows = file
    header = HEADER.get(encoding, ["Name", "Company", "Email"])
    kept = [[clean(cell) for cell in row] for row in rows]
    assume(any(any(row) for row in kept))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [header, *rows]
    )
    table, found = numbered(text.getvalue().encode(encoding))
    assert table.header == header
    assert [cells + [""] * (3 - len(cells)) for _n, cells in found] == [row for row in kept if any(row)]
    assert table.row_count == len(found)


@given(st.lists(st.text(max_size=8), max_size=5))
def test_the_short_way_through_a_row_cleans_as_the_long_one(cells):
    assert clean_row(list(cells)) == [clean(cell) for cell in cells]


@pytest.mark.parametrize(
    ("above", "number"),
    [
        ([], 1),
        (["Customer list"], 2),
        (["Customer list,,,", "", "Exported on:,2026-03-04,,", ""], 5),
        (["Report by Ana", "Contact us: desk@example.com", "", "", "v2"], 6),
        (["", "", ""], 4),
        (["Exported by:,Ana Lima", "Rows:,2"], 3),
    ],
)
def test_a_heading_is_found_below_titles_and_notes(above, number):
    lines = [*above, "Name,Email,Company,Phone", "Ana,ana@example.com,Quay,1", "Max,max@example.com,,"]
    table, found = numbered("\n".join(lines).encode())
    assert table.layout["header"] == number
    assert table.header == ["Name", "Email", "Company", "Phone"]
    assert [n for n, _cells in found] == [number + 1, number + 2]


@pytest.mark.parametrize(
    "lines",
    [
        ["Name,Email", "Ana,ana@example.com,too,many,cells,here"],
        ["Name,Email,Phone,Company,Notes,City,Zip", "Ana,ana@example.com", "Max,max@example.com"],
        ["Name,Year 2024", "Ana,all text", "Max,all text"],
        ["Email", "ana@example.com"],
        ["Name,2024,2025", "Ana,yes,no", "Max,no,yes"],
    ],
)
def test_a_heading_in_the_first_row_stays_the_heading(lines):
    assert numbered("\n".join(lines).encode())[0].layout["header"] == 1


def test_records_without_a_heading_below_a_title_are_told():
    with pytest.raises(Unreadable) as caught:
        numbered(b"Customer list\n\nAna,ana@example.com\nMax,max@example.com\n")
    assert caught.value.code == "no_header"


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "cp932"])
@pytest.mark.parametrize("broken", [b"\xff", b"\xc3", b"\xff\xff"])
def test_a_broken_character_does_not_make_it_another_encoding(encoding, broken):
    """As when a program cuts a long cell off at so many bytes."""
    name = "やまだたろう" if encoding == "cp932" else "한빛타워 관리사무소"
    lines = [",".join(HEADER.get(encoding, ["이름", "회사", "이메일"]))] + [
        f"{name},{n},x" for n in range(20)
    ]
    before, after = "\n".join(lines).encode(encoding).split(b",7,")
    table, found = numbered(before + broken + b",7," + after)
    assert table.layout["encoding"] == encoding
    assert found[0][1][0] == name
    assert len(found) == 20


def test_a_file_cut_off_within_its_last_character_keeps_its_encoding():
    table, found = numbered("이름,이메일\n한지수,a@b.example\n한지".encode()[:-1])
    assert table.layout["encoding"] == "utf-8"
    assert found[1][1][0].startswith("한")


def test_one_heading_may_stand_twice():
    assert numbered(b"Name,E-mail,E-mail\nAna,a@example.com,b@example.com\n")[0].header == [
        "Name",
        "E-mail",
        "E-mail",
    ]


def test_samples_come_from_the_whole_file():
    rows = b"".join(b"Ana,\n" for _row in range(5_000))
    table, _found = numbered(b"Name,Notes\n" + rows + b"Ana,late\n")
    assert table.samples == [["Ana"], ["late"]]


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_giant_cell_is_refused_before_it_fills_the_memory(quote):
    content = b"Name,Notes\nAna," + quote + b"x" * 60 * 1024**2 + quote + b"\n"
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable) as caught:
            numbered(content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code == "long_cell"
    assert peak < 60 * 1024**2


def test_a_long_cell_that_a_spreadsheet_would_not_take_is_left_to_its_row():
    _table, found = numbered(b"Name,Notes\nAna," + b"x" * 40_000 + b"\n")
    assert len(found[0][1][1]) == 40_000


def test_memory_stays_flat_however_many_rows_there_are():
    content = b"Name,Email,Notes\n" + b"".join(
        b"Ana %d,ana%d@example.com,plain words to fill a line\n" % (n, n) for n in range(60_000)
    )
    with tempfile.TemporaryFile() as spooled:
        tracemalloc.start()
        try:
            stream = io.BytesIO(content)
            child.convert(stream, "people.csv", SpoolWriter(spooled), confine=lambda allowed: None)
            assert sum(1 for _row in Spool(spooled).rows()) == 60_000
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 3 * 1024**2
