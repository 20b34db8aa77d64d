"""The desk's own words: terms, sentences, Korean particles, and the template tags."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.template import TemplateSyntaxError, engines
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core import words
from helpdesk.core.database import memo
from helpdesk.core.management.commands import makemessages
from helpdesk.core.models import Term
from helpdesk.core.words import particles, phrase, phrase_lazy, phrase_n, phrases, term, terminology, terms


@pytest.fixture(autouse=True)
def _words_as_shipped() -> Iterator[None]:
    words.forget()
    yield
    words.forget()


@pytest.fixture
def korean(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Korean, with translations that the test writes itself: message → translation."""
    catalogue: dict[str, str] = {}
    monkeypatch.setattr(phrases, "gettext", lambda message: catalogue.get(message, message))
    monkeypatch.setattr(phrases, "ngettext", lambda one, many, n: catalogue.get(one, one if n == 1 else many))
    monkeypatch.setattr(translation, "gettext", lambda message: catalogue.get(message, message))
    with translation.override("ko"):
        yield catalogue


def render(text: str, **context: object) -> str:
    return engines["django"].from_string("{% load words %}" + text).render(context)


# --- particles -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "closed"),
    [
        ("계정", True),
        ("연락처", False),
        ("서울", True),
        ("나무", False),
        ("10", True),
        ("7", True),
        ("2", False),
        ("1,480", True),
        ("VPN", True),
        ("HR", True),
        ("IT", False),
        ("Broker", False),
        ("Property", False),
        ("Google", True),
        ("Slack", True),
        ("Building", True),
        ("Team", True),
        ("Home", True),
        ("Property Group", True),
        ("Street", False),
        ("“서울역”", True),
        ("‘나무’", False),
        ("(주)", False),
        ("[Kim]", True),
        ("<strong>부산</strong>", True),
        ("&quot;대구&quot;", False),
    ],
)
def test_the_particle_follows_the_last_sound(word: str, closed: bool) -> None:
    assert particles.resolve(f"{word}을(를)") == f"{word}{'을' if closed else '를'}"
    assert particles.resolve(f"{word}이(가)") == f"{word}{'이' if closed else '가'}"
    assert particles.resolve(f"{word}은(는)") == f"{word}{'은' if closed else '는'}"
    assert particles.resolve(f"{word}와(과)") == f"{word}{'과' if closed else '와'}"
    assert particles.resolve(f"{word}(이)나") == f"{word}{'이나' if closed else '나'}"
    assert particles.resolve(f"{word}(이)라는") == f"{word}{'이라는' if closed else '라는'}"


@pytest.mark.parametrize("writing", ["을(를)", "를(을)", "을/를", "를/을"])
def test_a_pair_may_be_written_either_way(writing: str) -> None:
    assert particles.resolve(f"계정{writing} 연락처{writing}") == "계정을 연락처를"


def test_after_rieul_comes_ro_and_after_other_consonants_euro() -> None:
    assert (
        particles.resolve("서울(으)로 부산(으)로 대구(으)로 7(으)로 10(으)로")
        == "서울로 부산으로 대구로 7로 10으로"
    )


@pytest.mark.parametrize("text", ["을(를)", "李을(를)", "?을(를)", " 을(를)"])
def test_after_nothing_readable_the_pair_stays(text: str) -> None:
    assert particles.resolve(text) == text


@given(value=st.text(), pair=st.sampled_from(sorted(particles.WRITINGS)))
def test_what_is_filled_in_is_never_rewritten(value: str, pair: str) -> None:
    value += pair
    filled = particles.fill("“%(name)s” %(name)s을(를) %%", {"name": value}.__getitem__)
    assert filled.startswith(f"“{value}” {value}")


@given(st.text())
def test_any_text_has_an_end_or_none(value: str) -> None:
    assert particles.final_of(value) in {*particles.Final, None}


# --- sentences -----------------------------------------------------------------


@pytest.mark.django_db
def test_a_phrase_knows_the_modules_and_its_values() -> None:
    assert (
        phrase("Delete this %(term_account)s: %(name)s, 100%%", name="Kolm")
        == "Delete this account: Kolm, 100%"
    )
    assert str(phrase_lazy("%(Term_tickets)s")) == "Tickets"


@pytest.mark.django_db
def test_a_phrase_counts() -> None:
    one, many = "%(n)s %(term_contact)s", "%(n)s %(term_contacts)s"
    assert phrase_n(one, many, 1) == "1 contact"
    assert phrase_n(one, many, 1200) == "1,200 contacts"


@pytest.mark.django_db
def test_a_missing_value_is_a_mistake_in_the_code() -> None:
    with pytest.raises(KeyError):
        phrase("Hello %(nobody)s")


@pytest.mark.django_db
def test_a_faulty_translation_falls_back_to_the_source(korean: dict[str, str]) -> None:
    korean["Delete %(name)s"] = "%(nome)s 삭제"
    assert phrase("Delete %(name)s", name="Kolm") == "Delete Kolm"


@pytest.mark.django_db
def test_a_translation_chooses_its_particles_by_the_desks_own_word(korean: dict[str, str]) -> None:
    korean["Delete the %(term_account)s"] = "%(term_account)s을(를) 삭제합니다"
    assert phrase("Delete the %(term_account)s") == "계정을 삭제합니다"
    Term.objects.create(key="account", language="ko", singular="회사", plural="회사")
    assert phrase("Delete the %(term_account)s") == "회사를 삭제합니다"


@pytest.mark.django_db
def test_a_subject_keeps_the_particles_its_writer_left_in_it(korean: dict[str, str]) -> None:
    korean["%(subject)s was closed"] = "%(subject)s이(가) 종료되었습니다"
    assert phrase("%(subject)s was closed", subject="문서을(를)") == "문서을(를)이 종료되었습니다"
    assert phrase("%(subject)s was closed", subject="이(가) 문서") == "이(가) 문서가 종료되었습니다"


# --- terms ---------------------------------------------------------------------


@pytest.mark.django_db
def test_terms_come_in_every_form_and_language() -> None:
    assert terms("en")["term_accounts"] == "accounts"
    assert terms("en")["Term_department"] == "Department"
    assert terms("ko")["term_contacts"] == "연락처"
    assert terms("ko")["Term_ticket"] == "티켓"
    assert len(terms("en")) == 4 * len(words.KEYS)


@pytest.mark.django_db
def test_an_administrators_word_replaces_the_shipped_one_at_once() -> None:
    assert term("account", plural=True) == "accounts"
    row = Term.objects.create(key="account", language="en", singular="property", plural="properties")
    assert term("account", plural=True, capital=True) == "Properties"
    assert term("account", language="ko") == "계정"
    row.delete()
    assert term("account") == "account"


@pytest.mark.django_db
def test_another_process_hears_of_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    assert term("account") == "account"
    Term.objects.bulk_create([Term(key="account", language="en", singular="house", plural="houses")])
    cache.delete(terminology.VERSION_KEY)  # what the other process did when it saved
    monkeypatch.setattr(memo, "TRUST_SECONDS", 0.0)
    assert term("account") == "house"


@pytest.mark.django_db
def test_a_page_asks_the_database_nothing_once_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    terms("en")
    monkeypatch.setattr(memo, "TRUST_SECONDS", 0.0)
    with CaptureQueriesContext(connection) as queries:
        for language in ("en", "ko"):
            terms(language)
    assert len(queries) == 0


def test_an_unknown_module_is_refused() -> None:
    with pytest.raises(KeyError):
        term("invoice")


def test_without_a_language_the_defaults_are_used_and_nothing_is_read() -> None:
    with translation.override(None):
        assert str(phrase_lazy("The %(term_account)s")) == "The account"


# --- templates -----------------------------------------------------------------


@pytest.mark.django_db
def test_the_term_tag_escapes_what_an_administrator_typed() -> None:
    Term.objects.create(key="account", language="en", singular="<b>x</b>", plural="R&D")
    assert render('{% term "account" %}') == "&lt;b&gt;x&lt;/b&gt;"
    assert render('{% term "account" plural=True cap=True %}') == "R&amp;D"
    assert render("{% blocktranslate %}{{ term_account }}{% endblocktranslate %}") == "&lt;b&gt;x&lt;/b&gt;"


@pytest.mark.django_db
def test_blocktranslate_has_the_terms_and_escapes_as_djangos_does() -> None:
    text = "{% blocktranslate with name=who %}100% {{ Term_account }} of {{ name }}{% endblocktranslate %}"
    assert render(text, who="<Kim>") == "100% Account of &lt;Kim&gt;"
    assert render(text, who=mark_safe("<i>Kim</i>")) == "100% Account of <i>Kim</i>"
    assert (
        render("{% autoescape off %}" + text + "{% endautoescape %}", who="<Kim>") == "100% Account of <Kim>"
    )


@pytest.mark.django_db
def test_blocktranslate_counts_and_stores() -> None:
    text = (
        "{% blocktranslate count n=number asvar line %}{{ n }} {{ term_ticket }}"
        "{% plural %}{{ n }} {{ term_tickets }}{% endblocktranslate %}[{{ line }}]"
    )
    assert render(text, number=1) == "[1 ticket]"
    assert render(text, number=3) == "[3 tickets]"
    with pytest.raises(TemplateSyntaxError):
        render(text, number="many")


@pytest.mark.django_db
def test_blocktranslate_resolves_particles_after_marked_up_values(korean: dict[str, str]) -> None:
    korean["Delete <b>%(name)s</b>"] = "<b>%(name)s</b>을(를) 삭제"
    text = "{% blocktranslate %}Delete <b>{{ name }}</b>{% endblocktranslate %}"
    assert render(text, name="서울") == "<b>서울</b>을 삭제"
    assert render(text, name="나무") == "<b>나무</b>를 삭제"


@pytest.mark.django_db
def test_an_unset_variable_is_blank_as_in_django() -> None:
    assert render("{% blocktranslate %}Hello {{ nobody }}{% endblocktranslate %}!") == "Hello !"


def test_translate_refuses_a_placeholder_it_cannot_fill() -> None:
    with pytest.raises(TemplateSyntaxError):
        render('{% translate "New %(term_ticket)s" %}')


def test_the_other_tags_of_django_are_there_too() -> None:
    with translation.override("ko"):
        assert (
            render('{% get_current_language as code %}{{ code }} {{ "en"|language_name_local }}')
            == "ko English"
        )


# --- collecting ----------------------------------------------------------------


def test_a_template_is_read_for_translation_outside_the_tree(tmp_path: Path) -> None:
    class Source:
        path = "./templates/a.html"
        file = "a.html"

    command = makemessages.Command()
    command.work_directory = str(tmp_path)
    work_path = Path(makemessages.BuildFile(command, "django", Source()).work_path)
    assert work_path.parent == tmp_path
    assert {"--keyword=phrase", "--keyword=phrase_lazy", "--keyword=phrase_n:1,2"} <= set(
        command.xgettext_options
    )
