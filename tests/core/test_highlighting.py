"""Words that were looked for, marked in what they were found in, however it is written."""

import pytest

from helpdesk.core.web.highlighting import EXCERPT, excerpt, marked


@pytest.mark.parametrize(
    ("text", "query", "drawn"),
    [
        ("José Peña", "jose", "<mark>José</mark> Peña"),
        ("Jose\u0301 Pen\u0303a", "PENA", "José <mark>Peña</mark>"),
        ("O’Brien & Co", "o'brien", "<mark>O’Brien</mark> &amp; Co"),
        ("GROẞ Straße", "grossst", "GROẞ Straße"),
        ("Straße", "strass", "<mark>Straß</mark>e"),
        ("Ｔower", "tow", "<mark>Ｔow</mark>er"),
        ("Anne‑Marie", "anne-m", "<mark>Anne‑M</mark>arie"),
        ("İbrahim", "ibra", "<mark>İbra</mark>him"),
        ("김민준", "김민", "<mark>김민</mark>준"),
        ("김민준", "미", "김<mark>민</mark>준"),
        ("김민준 Kim", "ㄱㅁㅈ", "<mark>김민준</mark> Kim"),
        ("김민준", "ㅁㅈ", "김<mark>민준</mark>"),
        ("abcdef", "abc def", "<mark>abc</mark><mark>def</mark>"),
        ("absent", "sent ab se", "<mark>ab</mark><mark>sent</mark>"),
        ("lift", "Re: [#12] lift", "<mark>lift</mark>"),
        ("carla@x.example", "Carla <carla@x.example>", "<mark>carla@x.example</mark>"),
        ("<i>", "'", "&lt;i&gt;"),
        (None, "x", ""),
    ],
)
def test_marks(text: str | None, query: str, drawn: str) -> None:
    assert marked(text, query) == drawn


def test_an_excerpt_is_a_piece_of_whole_words_around_the_first_hit() -> None:
    text = "alpha beta gamma " * 40 + "the Café\n\nis shut " + "delta epsilon " * 40
    piece = excerpt(text, "cafe")
    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert "the <mark>Café</mark> is shut" in piece
    assert EXCERPT // 2 < len(piece) < EXCERPT + 40
    for word in piece.strip("… ").split():
        assert word in {
            "alpha",
            "beta",
            "gamma",
            "the",
            "<mark>Café</mark>",
            "is",
            "shut",
            "delta",
            "epsilon",
        }


@pytest.mark.parametrize(
    ("text", "query", "drawn"),
    [
        ("Short.", "", "Short."),
        ("Short <b>.", "short", "<mark>Short</mark> &lt;b&gt;."),
        ("word " * 3, "nothing", "word word word"),
        ("", "x", ""),
    ],
)
def test_a_short_text_is_its_own_excerpt(text: str, query: str, drawn: str) -> None:
    assert excerpt(text, query) == drawn


def test_a_word_without_spaces_is_cut() -> None:
    assert len(excerpt("x" * 5000, "x")) < 3000
    assert "<mark>needle</mark>" in excerpt("x" * 5000 + "needle" + "y" * 5000, "needle")
