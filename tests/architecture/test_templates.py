"""Templates carry no style or script of their own, and no sentence or module name that cannot be translated."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.architecture.sources import templates, text

PAGES = [path for path in templates() if path.suffix == ".html"]
MAIL_BODIES = [path for path in PAGES if path.parts[1:2] == ("mail",)]

TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
INLINE = re.compile(r"\s(style|on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", re.IGNORECASE)
DATA_SCRIPT = re.compile(r"""<script[^>]*type=["']application/json["']""", re.IGNORECASE)


def by_template(found: Callable[[str], list[str]], paths: Iterable[Path]) -> dict[str, list[str]]:
    """What `found` finds in the text of each template, where it finds anything."""
    return {str(path): offences for path in paths if (offences := found(text(path)))}


def inline_styles_and_scripts(page: str) -> list[str]:
    found = [tag for tag in TAG.findall(page) if INLINE.search(tag)]
    found += [tag for tag in INLINE_SCRIPT.findall(page) if not DATA_SCRIPT.match(tag)]
    return found + re.findall(r"<style\b[^>]*>", page)


def test_no_page_carries_an_inline_style_or_script() -> None:
    pages = [page for page in PAGES if page not in MAIL_BODIES]
    assert by_template(inline_styles_and_scripts, pages) == {}


# The page for a failed server leans on nothing, not even on the terminology.
LEANS_ON_NOTHING = {Path("templates/500.html")}
LOADS = re.compile(r"{%\s*load\b([^%]*)%}")


def missing_words(page: str) -> list[str]:
    libraries = [name for loaded in LOADS.findall(page) for name in loaded.split()]
    tail = libraries[libraries.index("i18n") :] if "i18n" in libraries else []
    if not (SINGLE.search(page) or BLOCK.search(page)):
        return []
    if "words" not in libraries:
        return ["load words: it knows the terms"]
    return ["load words after i18n, or the terms are lost"] if tail and "words" not in tail else []


def test_text_comes_through_our_words_and_not_through_plain_i18n() -> None:
    speaking = [path for path in templates() if path not in LEANS_ON_NOTHING]
    assert by_template(missing_words, speaking) == {}


# --- Module names -----------------------------------------------------------
NAMES = re.compile(r"\b(accounts?|contacts?|tickets?|departments?)\b", re.IGNORECASE)
SINGLE = re.compile(r"""{%\s*(?:translate|trans)\s+(["'])(?P<text>.*?)\1""")
BLOCK = re.compile(
    r"{%\s*(?:blocktranslate|blocktrans)\b[^%]*%}(?P<text>.*?){%\s*end(?:blocktranslate|blocktrans)",
    re.DOTALL,
)
VARIABLE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)


def sentences(page: str) -> list[str]:
    found = [match["text"] for pattern in (SINGLE, BLOCK) for match in pattern.finditer(page)]
    return [" ".join(VARIABLE.sub(" ", sentence).split()) for sentence in found]


def typed_module_names(page: str) -> list[str]:
    return [sentence for sentence in sentences(page) if NAMES.search(re.sub(r"%\(\w+\)s", "", sentence))]


def test_module_names_come_from_the_terminology() -> None:
    typed = by_template(typed_module_names, templates())
    assert typed == {}, "write {{ term_account }} …, so that an administrator can rename the module"


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


def test_every_word_shown_can_be_translated() -> None:
    assert by_template(untranslated, PAGES) == {}
