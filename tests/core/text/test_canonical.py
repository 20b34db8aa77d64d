"""One stored form for texts that look the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core.text import line, prose, unique_form

ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  한빛   tower ", "한빛 tower"),
        (unicodedata.normalize("NFD", "민준"), "민준"),
        ("Neu & Alt\u200b", "Neu & Alt"),
        ("up\u202c.case\u00ad", "up.case"),
        ("two\nlines\tand\u3000spaces\u00a0", "two lines and spaces"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("half a pair \ud83d", "half a pair"),
        ("\u3164\u115f\uffa0", ""),
        ("e\u200b\u0301", "é"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("辻\U000e0100", "辻\U000e0100"),
        ("\u200dA\u200d", "A"),
        ("A\ufe0f\ufe0f", "A"),
        ("ﬁ ½ Ａ", "ﬁ ½ Ａ"),
        ("\ufeffBOM", "BOM"),
        ("tag\U000e0041", "tag"),
    ],
)
def test_a_line(written: str, kept: str) -> None:
    assert line(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("  spaces   stay ", "  spaces   stay "),
        ("\u202eturned round\u202c", "turned round"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("a\x00b\x1b[31m", "ab[31m"),
        (unicodedata.normalize("NFD", "차단기"), "차단기"),
        ("hid\u200bden", "hidden"),
    ],
)
def test_prose(written: str, kept: str) -> None:
    assert prose(written) == kept


@given(ANY_TEXT)
def test_what_is_canonical_stays_as_it_is(text: str) -> None:
    for form in (line, prose, unique_form):
        once = form(text)
        assert form(once) == once
        once.encode()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Harbor Tower", "  harbor  TOWER ", True),
        ("Neu & Alt", "Neu & Alt\u200b", True),
        ("Straße", "STRASSE", True),
        ("Café", "Cafe", False),
        ("❤", "❤\ufe0f", True),
        ("한빛", unicodedata.normalize("NFD", "한빛"), True),
        ("A-1", "A1", False),
    ],
)
def test_names_that_may_not_both_be_there(one: str, other: str, same: bool) -> None:
    assert (unique_form(one) == unique_form(other)) is same
