"""The search form: the same in Python and in the database, and what it finds."""

import pytest
from django.db.models import Value
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.models import Account, Contact
from helpdesk.core import search
from helpdesk.core.models import Term
from helpdesk.core.search import HANGUL, LATIN, OTHER, SearchForm, filed_under, letters_with_rows, search_form
from tests.factories import AccountFactory, ContactFactory

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"))
    | st.sampled_from("한빛 ßéÄİıØłŉẞæ’´－–　\tﬁ가ｶﾞ"),
    max_size=30,
)


class SameInTheDatabaseTest(TestCase):
    @given(TEXTS)
    def test_python_and_the_database_agree(self, text: str) -> None:
        Term.objects.get_or_create(key="account", language="xx")
        (stored,) = Term.objects.filter(language="xx").values_list(SearchForm(Value(text)), flat=True)
        assert stored == search_form(text)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["hanbit", "TOWER han", "한빛", "빛타", "ㅎ", "  tower  "])
def test_part_of_a_name_finds_it(text: str) -> None:
    AccountFactory(name="Hanbit Tower 한빛타워 ㅎ")
    assert Account.objects.matching(text).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Café Ångström", "cafe angstrom"),
        ("Cafe Angstrom", "Café Ångström"),
        ("O’Brien & Sons", "o'brien"),
        ("O'Brien & Sons", "OBRIEN"),
        ("Plaza – North", "plaza - north"),
        ("Plaza-North", "plaza‐north"),
        ("ＡＢＣ　タワー", "abc ﾀﾜｰ"),
        ("Istanbul", "İSTANBUL"),
        ("İzmir Işık", "izmir isik"),
        ("Straße 5", "STRASSE"),
        ("STRASSE 5", "straße"),
        ("Łódź Søndergård", "lodz sondergard"),
        ("Þórður Æther", "thordur aether"),
        ("Zero\u200bwidth\u00ad", "zerowidth"),
        ("한빛타워", "한빛타"),
    ],
)
def test_it_is_found_however_it_is_typed(name: str, asked: str) -> None:
    AccountFactory(name=name)
    assert Account.objects.matching(asked).count() == 1


@pytest.mark.parametrize(
    ("pasted", "words", "number"),
    [
        ("Ana Lee <ana@x.example>", "ana@x.example", None),
        ("<mailto:ana@x.example>", "ana@x.example", None),
        ("mailto:ana@x.example?subject=Hi", "ana@x.example", None),
        ("[#48243] The lift", "The lift", 48243),
        ("Re: [#48243]", "", 48243),
        ("Re: Fwd: RE[2]: The lift", "The lift", None),
        ("회신: [#12] 엘리베이터", "엘리베이터", 12),
        ("AW: WG: Aufzug", "Aufzug", None),
        ("Reset: the router", "Reset: the router", None),
        ("a < b", "a < b", None),
        ("#48243", "#48243", None),
        ("", "", None),
    ],
)
def test_what_was_pasted_is_read_as_it_is_meant(pasted: str, words: str, number: int | None) -> None:
    assert search.asked(pasted) == search.Asked(words, number)


@pytest.mark.django_db
def test_a_pasted_address_finds_the_contact() -> None:
    contact = ContactFactory(first_name="Ji-soo", last_name="Han", email="jisoo@x.example")
    assert list(Contact.objects.matching("Han, Ji-soo <jisoo@x.example>")) == [contact]


@pytest.mark.django_db
def test_korean_names_are_found_by_their_first_consonants() -> None:
    kim = ContactFactory(first_name="민준", last_name="김")
    ContactFactory(first_name="Kim", last_name="Min-jun")
    tower = AccountFactory(name="한빛 타워")
    for text in ("ㄱㅁㅈ", "ㅁㅈ", "ㄱㅁ", "\u1100\u1106\u110c"):
        assert list(Contact.objects.matching(text)) == [kim], text
    for text in ("ㅎㅂㅌㅇ", "ㅎㅂ ㅌㅇ", "타워 ㅎㅂ"):
        assert list(Account.objects.matching(text)) == [tower], text
    for text in ("ㅈㅁㄱ", "ㄱㅁㅈㅎ", "ㄱㄱ"):
        assert not Contact.objects.matching(text).exists(), text
    kim.last_name = "박"
    kim.save()
    assert list(Contact.objects.matching("ㅂㅁㅈ")) == [kim]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "020 7946 0958",
        "+44 20 7946 0958",
        "+44 (0)20 7946-0958",
        "0044 20 7946 0958",
        "(020) 79460958",
        "tel:+442079460958",
        "7946 0958",
        "０２０ ７９４６ ０９５８",
    ],
)
def test_a_phone_is_found_however_its_number_is_written(text: str) -> None:
    contact = ContactFactory(phone="+44 20 7946 0958")
    ContactFactory(phone="+44 20 7946 0000")
    assert list(Contact.objects.matching(text)) == [contact]


@pytest.mark.django_db
def test_names_that_begin_so_come_first() -> None:
    for name in ("Hanbit", "The Han", "Chandler", "Hanok"):
        AccountFactory(name=name)
    found = search.best_named(Account.objects.all(), "han", limit=3)
    assert [account.name for account in found] == ["Hanbit", "Hanok", "Chandler"]


@pytest.mark.django_db
def test_wildcards_are_only_characters() -> None:
    AccountFactory(name="Hanbit Tower")
    assert not Account.objects.matching("%").exists()
    assert not Account.objects.matching("H_nbit").exists()


@pytest.mark.django_db
def test_a_contact_is_found_by_every_way_to_reach_them() -> None:
    contact = ContactFactory(
        first_name="Ji-soo", last_name="Han", email="jisoo@x.example", phone="+82 2 555 0142"
    )
    for text in ("jisoo@x", "555-0142", "02 555 0142", contact.reference, "han ji"):
        assert list(Contact.objects.matching(text)) == [contact], text


@pytest.mark.django_db
def test_every_name_is_filed_under_exactly_one_letter() -> None:
    for name in ("Aaron", "Élan", "Zoe", "한지수", "쌍둥이", "까치", "9 Floors", "Ömer", "日本", "Ж"):
        AccountFactory(name=name)
    filed = {
        letter: sorted(Account.objects.letter(letter).values_list("name", flat=True))
        for letter in (*LATIN, *HANGUL, OTHER)
    }
    assert sum(len(names) for names in filed.values()) == Account.objects.count()
    for letter, names in filed.items():
        assert {filed_under(search_form(name)) for name in names} <= {letter}
    with_rows = {letter for letter, names in filed.items() if names}
    assert letters_with_rows(Account.objects.all()) == with_rows
    assert letters_with_rows(Account.objects.all(), searched=True) == with_rows
    assert filed["E"] == ["Élan"]
    assert filed["O"] == ["Ömer"]
    assert filed["ㅎ"] == ["한지수"]
    assert filed["ㅅ"] == ["쌍둥이"]
    assert filed["ㄱ"] == ["까치"]
    assert filed[OTHER] == sorted(["9 Floors", "日本", "Ж"])


@pytest.mark.django_db
def test_of_a_search_with_too_many_rows_every_letter_is_worth_a_try(monkeypatch) -> None:
    for name in ("Aaron", "Ada", "Zoe"):
        AccountFactory(name=name)
    found = Account.objects.matching("a")
    assert letters_with_rows(found, searched=True) == {"A"}
    monkeypatch.setattr(search, "FEW", 1)
    assert letters_with_rows(found, searched=True) == {*LATIN, *HANGUL, OTHER}
