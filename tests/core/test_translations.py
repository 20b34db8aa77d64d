"""Every language is complete, says what the source says, and reads well whatever is filled in."""

import os
import re
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from helpdesk.core.words.particles import WRITINGS

FILES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
TERM = re.compile(r"[Tt]erm_\w+")
BARE_PARTICLES = "은 는 이 가 을 를 와 과 로 으로 나 이나 라는 이라는 이랑 랑".split()
BARE_AFTER_VALUE = re.compile(
    r"(?:%\(\w+\)[sd]|\{\w+\})[”’\"')\]>]*(?:"
    + "|".join(sorted(BARE_PARTICLES, key=len, reverse=True))
    + r")(?![가-힣(/])"
)


def translations(path: Path) -> list[tuple[polib.POEntry, str]]:
    found = []
    for entry in polib.pofile(str(path)):
        if not entry.obsolete:
            found += [(entry, text) for text in (entry.msgstr_plural or {0: entry.msgstr}).values()]
    return found


@pytest.fixture(params=FILES, ids=lambda path: path.parent.parent.name)
def catalogue(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_every_language_but_the_source_has_a_file() -> None:
    assert {path.parent.parent.name for path in FILES} == {code for code, _name in settings.LANGUAGES} - {
        "en"
    }


def test_nothing_is_left_untranslated_or_unsure(catalogue: Path) -> None:
    entries = polib.pofile(str(catalogue))
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert entries.obsolete_entries() == []


def test_translations_fill_in_what_the_source_fills_in(catalogue: Path) -> None:
    """The desk's own words may be another form, or fall away; everything else stays, and nothing unknown comes in."""
    wrong = []
    for entry, text in translations(catalogue):
        wanted, got = values_in(entry.msgid_plural or entry.msgid), values_in(text)
        if wanted != got and values_in(entry.msgid) != got:
            wrong.append((entry.msgid, text))
    assert wrong == []


def values_in(text: str) -> set[str]:
    names = {first or second for first, second in PLACEHOLDER.findall(text)}
    return {name for name in names if not TERM.fullmatch(name)}


def test_translations_keep_the_marks_of_a_format(catalogue: Path) -> None:
    wrong = []
    for entry, text in translations(catalogue):
        same_edges = all(
            getattr(text, edge)("\n") == getattr(entry.msgid, edge)("\n")
            for edge in ("startswith", "endswith")
        )
        stray = re.search(r"%(?!\(\w+\)[sd]|%)", text) if "python-format" in entry.flags else None
        if stray or not same_edges or sorted(tags_in(text)) != sorted(tags_in(entry.msgid)):
            wrong.append((entry.msgid, text))
    assert wrong == []


def tags_in(text: str) -> list[str]:
    return re.findall(r"</?[a-z][^>]*>", text)


def test_no_particle_hangs_on_a_value_without_its_other_form() -> None:
    """`%(name)s을` is wrong for half of all names: write `%(name)s을(를)`, or 님 after a person's name."""
    korean = Path(settings.LOCALE_PATHS[0]) / "ko" / "LC_MESSAGES" / "django.po"
    bare = []
    for entry, text in translations(korean):
        rest = text
        for writing in sorted(WRITINGS, key=len, reverse=True):
            rest = rest.replace(writing, "·")
        if BARE_AFTER_VALUE.search(rest):
            bare.append((entry.msgid, text))
    assert bare == []


@pytest.mark.parametrize(
    ("text", "hangs"),
    [
        ("%(name)s을 삭제", True),
        ("“{name}”는 추가", True),
        ("%(name)s 님을 삭제", False),
        ("%(name)s에서 제거", False),
    ],
)
def test_the_search_for_hanging_particles_finds_them(text: str, hangs: bool) -> None:
    assert bool(BARE_AFTER_VALUE.search(text)) is hangs


def test_the_files_are_up_to_date_with_the_sources() -> None:
    if not shutil.which("xgettext"):
        assert os.environ.get("CI") != "true", "gettext is missing: install it"
        pytest.skip("gettext is not installed, so nobody can tell whether a text is new")
    call_command("makemessages", check=True, verbosity=0)


def test_compiled_files_are_made_without_gettext(
    tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(FILES[0], folder)
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.setenv("PATH", "")
    call_command("compile_locale", verbosity=0)
    compiled = polib.mofile(str(folder / "django.mo"))
    assert len(compiled) == len(polib.pofile(str(FILES[0])).translated_entries())
    made_at = (folder / "django.mo").stat().st_mtime_ns
    call_command("compile_locale", verbosity=0)
    assert (folder / "django.mo").stat().st_mtime_ns == made_at
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]
