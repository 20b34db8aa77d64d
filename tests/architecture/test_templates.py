"""Templates carry no style or script of their own, and no sentence or module name that cannot be translated."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import templates, text

PAGES = [path for path in templates() if path.suffix == ".html"]
MAIL_BODIES = [path for path in PAGES if path.parts[1:2] == ("mail",)]

TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
INLINE = re.compile(r"\s(style|on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", re.IGNORECASE)
DATA_SCRIPT = re.compile(r"""<script[^>]*type=["']application/json["']""", re.IGNORECASE)


@pytest.mark.parametrize("path", [page for page in PAGES if page not in MAIL_BODIES], ids=str)
def test_a_page_carries_no_inline_style_or_script(path: Path) -> None:
    page = text(path)
    found = [tag for tag in TAG.findall(page) if INLINE.search(tag)]
    found += [tag for tag in INLINE_SCRIPT.findall(page) if not DATA_SCRIPT.match(tag)]
    found += re.findall(r"<style\b[^>]*>", page)
    assert found == []


# The page for a failed server leans on nothing, not even on the terminology.
LEANS_ON_NOTHING = {Path("templates/500.html")}
LOADS = re.compile(r"{%\s*load\b([^%]*)%}")


@pytest.mark.parametrize("path", [path for path in templates() if path not in LEANS_ON_NOTHING], ids=str)
def test_text_comes_through_our_words_and_not_through_plain_i18n(path: Path) -> None:
    libraries = [name for loaded in LOADS.findall(text(path)) for name in loaded.split()]
    tail = libraries[libraries.index("i18n") :] if "i18n" in libraries else []
    speaks = SINGLE.search(text(path)) or BLOCK.search(text(path))
    assert not (speaks and "words" not in libraries), "load words: it knows the terms"
    assert not (tail and speaks and "words" not in tail), "load words after i18n, or the terms are lost"


# --- Module names -----------------------------------------------------------
NAMES = re.compile(r"\b(accounts?|contacts?|tickets?|departments?)\b", re.IGNORECASE)
SINGLE = re.compile(r"""{%\s*(?:translate|trans)\s+(["'])(?P<text>.*?)\1""")
BLOCK = re.compile(
    r"{%\s*(?:blocktranslate|blocktrans)\b[^%]*%}(?P<text>.*?){%\s*end(?:blocktranslate|blocktrans)",
    re.DOTALL,
)
VARIABLE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
# Sentences in which such a word is no module: a person's sign-in, an address of a person.
NOT_A_MODULE: set[str] = set()


def sentences(page: str) -> list[str]:
    found = [match["text"] for pattern in (SINGLE, BLOCK) for match in pattern.finditer(page)]
    return [" ".join(VARIABLE.sub(" ", sentence).split()) for sentence in found]


@pytest.mark.parametrize("path", templates(), ids=str)
def test_module_names_come_from_the_terminology(path: Path) -> None:
    typed = [
        sentence
        for sentence in sentences(text(path))
        if NAMES.search(re.sub(r"%\(\w+\)s", "", sentence)) and sentence not in NOT_A_MODULE
    ]
    assert typed == [], "write {{ term_account }} …, so that an administrator can rename the module"


# --- Untranslated text --------------------------------------------------------
COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
WORD = re.compile(r"[A-Za-z가-힣]{2,}")
SPOKEN = re.compile(r"""\b(?:title|alt|placeholder|aria-label)=(["'])(.*?)\1""", re.DOTALL)
CLASS_NAMES = re.compile(r"{%\s*block (?:\w+_)?(?:class|attrs)\s*%}.*?{%\s*endblock[^%]*%}", re.DOTALL)
# {% if link %}<a …{% else %}<span …{% endif %} …>: one tag, begun in two ways.
OPEN_IN_BRANCHES = re.compile(r"<\w+[^<>]*{%\s*else\s*%}<\w+[^<>]*{%\s*endif\s*%}(?P<rest>)")
# Names of things that are the same in every language.
SAME_EVERYWHERE = {
    "csv",
    "xls",
    "xlsx",
    "ods",
    "esc",
    "enter",
    "ctrl",
    "tab",
    "html",
    "doctype",
    "markdown",
    "nbsp",
}


def untranslated(page: str) -> list[str]:
    bare = COMMENT.sub(" ", page)
    bare = BLOCK.sub(" ", bare)
    bare = CLASS_NAMES.sub("", bare)
    bare = OPEN_IN_BRANCHES.sub(r"<i \g<rest>", bare)
    bare = re.sub(r"<(svg|script|style)\b.*?</\1>", " ", bare, flags=re.DOTALL)
    bare = re.sub(r"{%.*?%}", "", bare, flags=re.DOTALL)
    bare = re.sub(r"{{.*?}}", "", bare, flags=re.DOTALL)
    spoken = [match[1] for tag in TAG.findall(bare) for match in SPOKEN.findall(tag)]
    shown = re.sub(r"&[a-z]+;", " ", re.sub(r"<[^<>]*>", "\n", bare, flags=re.DOTALL))
    words = WORD.findall(" ".join([shown, *spoken]))
    return [word for word in words if word.lower() not in SAME_EVERYWHERE]


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_word_shown_can_be_translated(path: Path) -> None:
    assert untranslated(text(path)) == []
