"""The marks that every screen shows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation

from helpdesk.core.web import marks


@dataclass
class Named:
    name: str
    pk: int = 1


@dataclass
class Case:
    priority: str = "normal"

    def get_priority_display(self) -> str:
        return self.priority.capitalize()


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


# --- Icons ------------------------------------------------------------------


def test_an_icon_is_hidden_from_assistive_technology():
    drawn = render('{% icon "paper-clip" %}')
    assert 'class="icon"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert 'width="20"' in drawn


def test_a_small_icon_has_its_own_class():
    assert 'class="icon icon--s"' in render('{% icon "paper-clip" small=True %}')


# --- People and accounts ----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ji-soo Han", "JH"),
        ("Nadia Okafor", "NO"),
        ("Ana Maria de la Cruz", "AC"),
        ("zoe", "ZO"),
        ("최은지", "최"),
        ("한 지수", "한"),
        ("", ""),
        ("— ?", ""),
    ],
)
def test_initials_are_two_latin_letters_or_one_syllable(name, letters):
    assert marks.initials(name) == letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Hanbit Tower", "HT"),
        ("Alder & Finch Brokerage", "AF"),
        ("Kestrel", "KE"),
        ("한빛타워", "한"),
        ("주식회사 한빛", "한"),
        ("(주)동백", "동"),
        ("㈜동백", "동"),
        ("3M", "3M"),
    ],
)
def test_an_account_tile_skips_the_legal_form(name, letters):
    assert marks.account_letters(name) == letters


def test_a_decomposed_syllable_counts_as_one():
    assert marks.initials("\u1112\u1161\u11ab\u110c\u1175") == "한"


def test_the_tint_of_a_person_is_stable_and_in_range():
    hues = {marks.stable_hue(Named("A", pk=key)) for key in range(1, 100)}
    assert hues == set(range(1, 9))
    assert marks.stable_hue(Named("A", pk=7)) == marks.stable_hue(Named("B", pk=7))


def test_nobody_is_a_dashed_ring():
    assert (
        render("{% avatar nobody %}", nobody=None)
        == '<span class="avatar avatar--none" aria-hidden="true"></span>'
    )


def test_an_avatar_escapes_its_letters():
    assert "<b" not in render('{% avatar person size="l" %}', person="<b <i").replace("<span", "")


def test_the_tile_of_the_primary_account_is_solid():
    drawn = render('{% account_tile account mark="primary" size="s" %}', account=Named("Hanbit Tower"))
    assert drawn == '<span class="acct acct--primary acct--s" aria-hidden="true">HT</span>'


def test_an_unknown_account_mark_is_refused():
    with pytest.raises(TemplateSyntaxError):
        render('{% account_tile account mark="solid" %}', account=Named("Hanbit Tower"))


# --- Tickets ----------------------------------------------------------------


@pytest.mark.parametrize(("priority", "unlit"), [("low", 3), ("normal", 2), ("high", 1), ("urgent", 0)])
def test_priority_is_bars(priority, unlit):
    drawn = render("{% priority_mark case %}", case=Case(priority=priority))
    assert drawn.count("<rect") == 4
    assert drawn.count('class="off"') == unlit
    assert ("prio--urgent" in drawn) == (priority == "urgent")


# --- Times ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "long", "short"),
    [
        (timedelta(seconds=20), "just now", "just now"),
        (timedelta(minutes=7), "7 min ago", "7m"),
        (timedelta(hours=23, minutes=59), "23 h ago", "23h"),
    ],
)
def test_times_are_relative_within_a_day(age, long, short):
    moment = timezone.now() - age
    with translation.override("en"):
        assert f">{long}</time>" in render("{% ago moment %}", moment=moment)
        assert f">{short}</time>" in render("{% ago moment short=True %}", moment=moment)


def test_older_times_are_dates_in_the_readers_zone():
    moment = datetime(2021, 3, 31, 20, 0, tzinfo=UTC)
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Seoul")):
        drawn = render("{% ago moment %}", moment=moment)
    assert ">1 Apr 2021</time>" in drawn
    assert 'datetime="2021-03-31T20:00:00+00:00"' in drawn
    assert "KST" in drawn


def test_a_time_to_come_is_a_date():
    moment = timezone.now() + timedelta(days=400)
    with translation.override("en"):
        assert str(moment.year) in render("{% ago moment %}", moment=moment)


def test_no_time_is_nothing():
    assert render("{% ago moment %}", moment=None) == ""


# --- Addresses and text -----------------------------------------------------


def query(source: str, address: str) -> QueryDict:
    written = render(source, request=RequestFactory().get(address))
    assert written.startswith("?")
    return QueryDict(written.replace("&amp;", "&")[1:])


def test_a_query_keeps_what_is_not_changed_and_drops_the_cursor():
    kept = query('{% querystring_with letter="K" %}', "/?status=open&status=new&after=x&letter=A")
    assert kept == QueryDict("status=open&status=new&letter=K")


def test_a_query_key_goes_with_none():
    assert query("{% querystring_with status=None %}", "/?status=open&q=a") == QueryDict("q=a")


def test_an_empty_query_clears_the_address():
    assert render("{% querystring_with q=None %}", request=RequestFactory().get("/?q=a")) == "?"


def test_a_query_is_escaped():
    assert "<" not in render("{% querystring_with a=1 %}", request=RequestFactory().get('/?q="><b>'))


def test_hits_are_marked_and_everything_is_escaped():
    drawn = render("{{ text|highlight:query }}", text="<b>Level 9 & lift</b>", query="LEVEL <b>")
    assert drawn == "<mark>&lt;b&gt;</mark><mark>Level</mark> 9 &amp; lift&lt;/b&gt;"


def test_hits_in_hangul_are_found_however_they_were_typed():
    assert (
        render("{{ text|highlight:query }}", text="한빛타워", query="\u1112\u1161\u11ab")
        == "<mark>한</mark>빛타워"
    )


@pytest.mark.parametrize(
    ("text", "language", "mark"),
    [
        ("한빛타워", "en", ' lang="ko"'),
        ("한빛타워", "ko", ""),
        ("Hanbit 한", "en", ""),
        ("", "en", ""),
        (None, "en", ""),
    ],
)
def test_runs_of_hangul_say_so_on_pages_in_another_language(text, language, mark):
    with translation.override(language):
        assert render("{% lang_of text %}", text=text) == mark


def test_a_day_is_written_as_in_the_lists_and_in_the_readers_zone() -> None:
    late = datetime(2024, 2, 18, 22, tzinfo=UTC)
    assert render("{{ moment|day }}", moment=late) == "18 Feb 2024"
    with timezone.override(ZoneInfo("Asia/Seoul")), translation.override("ko"):
        assert render("{{ moment|day }}", moment=late) == "2024. 2. 19."
