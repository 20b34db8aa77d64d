"""Two forms of a text that the database derives (generated columns), so that no code path can forget them.

The *search form*: upper case, without accents and apostrophes, one kind of dash and of space, half and full width
alike, decomposed (NFKD), so that Hangul becomes letters. A search is a plain `contains` over it; on PostgreSQL a
trigram index answers. Code-point order makes the column the sort key and the A–Z / ㄱ–ㅎ index too.

The *unique form* (`helpdesk.core.text.unique_form`): what two names may not share. What a search overlooks, such as
marks, still tells two names apart.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.backends.ddl_references import Statement
from django.db.models import Case, Exists, F, Func, Q, Value, When
from django.db.models.lookups import Contains

from helpdesk.core.text import unique_form

_SPACES = re.compile(r"\s+")
#: What a search overlooks, as a class of both databases' regular expressions: accents (the marks that decomposing
#: leaves), apostrophes however they are typed, joiners, soft hyphens and selectors.
_OVERLOOKED = (
    r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    r"\u0027\u0060\u00b4\u02b9-\u02bd\u02c8\u2018-\u201b\u2032\u2035\uff07"
    r"\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]"
)
_OVERLOOK = re.compile(_OVERLOOKED)
#: Letters that do not decompose, and dashes: what each is looked for as.
_ALIKE = {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Ħ": "H", "Ŧ": "T"} | dict.fromkeys("‐‒–—―−⁃﹘", "-")
_TWO_LETTERS = {"Æ": "AE", "Œ": "OE", "Þ": "TH", "ẞ": "SS"}
_REPLACED = str.maketrans(_ALIKE | _TWO_LETTERS)
_FROM, _TO = "".join(_ALIKE), "".join(_ALIKE.values())


def search_form(text: str | None) -> str:
    """``" 한빛  Café–tower "`` → ``"한빛 CAFE-TOWER"``: what is stored, and what a query is turned into."""
    seen = _OVERLOOK.sub("", (text or "").replace("\x00", ""))  # PostgreSQL refuses NUL
    upper = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", seen).upper())
    return _SPACES.sub(" ", _OVERLOOK.sub("", upper).translate(_REPLACED)).strip()


_INITIALS = r"\u1100-\u1112"
_NO_INITIAL = re.compile(f"[^{_INITIALS}]")


def initials(form: str | None) -> str:
    """Of a search form, the first consonants of its syllables."""
    return _NO_INITIAL.sub("", form or "")


def is_initials(word: str) -> bool:
    """Whether a word, in search form, is made of first consonants alone."""
    return len(word) > 1 and not _NO_INITIAL.search(word)


# --- What people paste ------------------------------------------------------
_ADDRESS = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>|^\s*mailto:([^\s?]+)", re.IGNORECASE)
_ANSWERED = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|sv|antw|답장|회신|전달)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)
_NUMBER = re.compile(r"\[#\s*(\d{1,18})\]")


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: words, and the number of a ticket where one was pasted."""

    words: str
    number: int | None = None


def asked(text: str) -> Asked:
    """What is meant by a text that was pasted: of ``Ana Lee <ana@x.example>`` the address, of ``Re: [#123] The lift``
    the number and the subject."""
    if found := _ADDRESS.search(text):
        return Asked(found[1] or found[2])
    number = _NUMBER.search(text)
    words = _ANSWERED.sub("", _NUMBER.sub(" ", _ANSWERED.sub("", text))).strip()
    return Asked(words, int(number[1]) if number else None)


def register_sqlite_functions(*, connection: Any, **_: Any) -> None:
    """SQLite has no NFD; it gets ours, marked deterministic so that a generated column may use it."""
    if connection.vendor == "sqlite":
        functions = {"search_form": search_form, "unique_form": _unique_form, "initials": initials}
        for name, function in functions.items():
            connection.connection.create_function(name, 1, function, deterministic=True)
        connection.connection.create_function("has_word", 2, _has_word, deterministic=True)


def _unique_form(text: str | None) -> str:
    return unique_form(text or "")


class SearchForm(Func):
    """The same in SQL. On PostgreSQL every function used is immutable, as a generated column demands."""

    function = "search_form"
    arity = 1
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # ICU folds as Python does (ß → SS), whatever the locale of the server.
        form = f"regexp_replace((%(expressions)s)::text, '{_OVERLOOKED}', '', 'g')"
        form = f'normalize(upper(normalize({form}, NFKD) COLLATE "und-x-icu"), NFKD)'
        form = f"translate(regexp_replace({form}, '{_OVERLOOKED}', '', 'g'), '{_FROM}', '{_TO}')"
        for letter, two in _TWO_LETTERS.items():
            form = f"replace({form}, '{letter}', '{two}')"
        template = rf"btrim(regexp_replace({form}, '\s+', ' ', 'g'))"
        return super().as_sql(compiler, connection, template=template, **context)


class Initials(Func):
    """The first consonants of Hangul syllables: of 김민준 those of ㄱㅁㅈ, decomposed as a search form has them."""

    function = "initials"
    arity = 1
    output_field = models.TextField()

    def __init__(self, expression: Any) -> None:
        super().__init__(SearchForm(expression))

    def deconstruct(self) -> Any:
        form = self.get_source_expressions()[0]
        return f"{self.__module__}.{type(self).__name__}", tuple(form.get_source_expressions()), {}

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"regexp_replace(%(expressions)s, '[^{_INITIALS}]', '', 'g')"
        return super().as_sql(compiler, connection, template=template, **context)


class UniqueForm(Func):
    """`helpdesk.core.text.unique_form` in SQL, for text that passed the door (`helpdesk.core.text`)."""

    function = "unique_form"
    arity = 1
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        seen = rf"regexp_replace((%(expressions)s)::text, '{_UNSEEN}', '', 'g')"
        upper = rf'upper({seen} COLLATE "und-x-icu")'
        template = rf"normalize(btrim(regexp_replace({upper}, '\s+', ' ', 'g')), NFD)"
        return super().as_sql(compiler, connection, template=template, **context)


#: The joiners and selectors that a name may hold, as PostgreSQL writes them.
_UNSEEN = r"[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"


class CodePointTextField(models.TextField):
    """Text that sorts by code point on both databases, so that a prefix is a range of the index."""

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def search_column(expression: Any) -> models.GeneratedField:
    """A stored, generated search form over an expression of the row's own columns."""
    return models.GeneratedField(
        expression=SearchForm(expression), output_field=CodePointTextField(), db_persist=True, editable=False
    )


def initials_column(expression: Any) -> models.GeneratedField:
    """A stored, generated column of first consonants; ㄱㅁㅈ is how names are looked for on a Korean keyboard."""
    return models.GeneratedField(
        expression=Initials(expression), output_field=CodePointTextField(), db_persist=True, editable=False
    )


def unique_column(expression: Any) -> models.GeneratedField:
    """A stored, generated unique form over an expression of the row's own columns."""
    return models.GeneratedField(
        expression=UniqueForm(expression), output_field=CodePointTextField(), db_persist=True, editable=False
    )


class KeysField(models.Field):
    """A set of numbers by which rows are narrowed inside a `TrigramIndex`: on PostgreSQL an array that the database
    fills itself, on SQLite, which has no such index, empty."""

    def db_type(self, connection: Any) -> str:
        return "bigint[]" if connection.vendor == "postgresql" else "text"


def has_any_key(keys: Collection[int], *, column: str = "search_keys") -> Q:
    """Rows with one of these keys. On PostgreSQL alone."""
    return Q(_Overlap(F(column), Value(list(keys), output_field=KeysField())))


class _Overlap(Func):
    template = "%(expressions)s::bigint[]"
    arg_joiner = " && "
    arity = 2
    output_field = models.BooleanField()
    conditional = True


def _nothing() -> Statement:
    """The schema editor must get a statement; this one does nothing."""
    return Statement("SELECT 1")


class TrigramIndex(GinIndex):
    """A `pg_trgm` GIN index over a search form; SQLite, which has none, goes without.

    `keys` is a column of numbers (`KeysField`) in the same index: with `has_any_key` words are looked for in the rows
    with some keys alone, and no other row is read.
    """

    def __init__(self, field: str, *, name: str, keys: str = "") -> None:
        self.column, self.keys = field, keys
        words = OpClass(F(field), name="gin_trgm_ops")
        if keys:  # without a list of what waits to be put into the index: every search would go through that
            super().__init__(OpClass(F(keys), name="array_ops"), words, name=name, fastupdate=False)
        else:
            super().__init__(words, name=name)

    def deconstruct(self) -> Any:
        path, _args, _kwargs = super().deconstruct()
        return path, (self.column,), {"name": self.name} | ({"keys": self.keys} if self.keys else {})

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return _nothing()
        return super().create_sql(model, schema_editor, using=using, **kwargs)

    def remove_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return _nothing()
        return super().remove_sql(model, schema_editor, **kwargs)


#: A shorter word holds no trigram: PostgreSQL would go through the whole trigram index and find every row there.
SHORTEST_INDEXED = 3
#: What stands before a word. A regular expression over few characters is answered by the trigram index.
_BEFORE_WORD = r"(^|[ (\"@./-])"
#: Scripts from here on are written without spaces, or make a word of one or two signs.
_FIRST_UNSPACED = "\u0e00"


def begins_words(word: str) -> bool:
    """Whether a word, in search form, is looked for at the beginning of words alone: one or two letters of a script
    that has spaces between its words."""
    return len(word) < SHORTEST_INDEXED and word.isalnum() and all(c < _FIRST_UNSPACED for c in word)


def is_indexed(word: str) -> bool:
    """Whether a trigram index finds this word."""
    return len(word) >= SHORTEST_INDEXED or begins_words(word)


def has_word(form: str, word: str) -> bool:
    """Whether a search form has this word: `containing` on a row."""
    return bool(_word_beginning(word).search(form)) if begins_words(word) else word in form


def _has_word(form: str | None, word: str) -> bool:
    return has_word(form or "", word)


@lru_cache(maxsize=256)
def _word_beginning(word: str) -> re.Pattern[str]:
    return re.compile(_BEFORE_WORD + re.escape(word))


def containing(column: str, word: str) -> Q:
    """Rows whose search form, in `column`, has this word: anywhere, or, if it is short, where a word begins."""
    if begins_words(word):
        return Q(_BeginsWord(F(column), Value(word)))
    if len(word) < SHORTEST_INDEXED:
        return Q(Contains(_Unindexed(column), word))
    return Q(**{f"{column}__contains": word})


class _BeginsWord(Func):
    arity = 2
    output_field = models.BooleanField()
    conditional = True

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="has_word", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column, word = self.get_source_expressions()
        sql, params = compiler.compile(column)
        return f"({sql} ~ %s)", [*params, _BEFORE_WORD + word.value]


def matching(text: str, *, column: str = "search", initials: str = "") -> Q:
    """Rows whose search form contains every word of `text`, in any order; a word of first consonants alone is looked
    for in the column `initials` too."""
    condition = Q()
    for word in search_form(text).split():
        named = containing(column, word)
        if initials and is_initials(word):
            named |= containing(initials, word)
        condition &= named
    return condition


def best_named(rows: Any, text: str, *, limit: int, keys: Collection[int] | None = None) -> list[Any]:
    """Up to `limit` of contacts or accounts called `text`: those whose names begin so, by name, then others, the newest
    first. `keys` are those of all that match, when they are known."""
    form = search_form(asked(text).words)
    begins = rows.filter(search__startswith=form).order_by("search", "id") if form else rows.none()
    if keys is not None:
        known = rows.filter(pk__in=keys)
        order = Case(
            When(search__startswith=form, then=F("search")), default=None, output_field=CodePointTextField()
        )
        return list(known.order_by(order.asc(nulls_last=True), "-id")[:limit]) if keys else []
    first = list(begins[:limit])
    if len(first) == limit:
        return first
    others = rows.matching(text).exclude(pk__in=[row.pk for row in first]).order_by("-id")
    return first + list(others[: limit - len(first)])


class _Unindexed(Func):
    """A column as an expression, which no index answers: the list is walked in its order, and soon has a page."""

    template = "(%(expressions)s || '')"
    arity = 1
    output_field = models.TextField()


# --- The A–Z and ㄱ–ㅎ index ------------------------------------------------
LATIN = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
HANGUL = tuple("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ")
OTHER = "#"
_CHOSEONG = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_DOUBLE = {"ㄲ": "ㄱ", "ㄸ": "ㄷ", "ㅃ": "ㅂ", "ㅆ": "ㅅ", "ㅉ": "ㅈ"}


def _initials(letter: str) -> list[str]:
    """The single consonant and its double, which follows it: one range of the index."""
    return [
        chr(0x1100 + position)
        for position, consonant in enumerate(_CHOSEONG)
        if _DOUBLE.get(consonant, consonant) == letter
    ]


def starting_with(letter: str, *, column: str = "search") -> Q:
    """Rows filed under an index letter; double consonants file under the single one; ``#`` is all the rest."""
    if letter == OTHER:
        between = Q(**{f"{column}__gte": "[", f"{column}__lt": chr(0x1100)})
        return Q(**{f"{column}__lt": "A"}) | between | Q(**{f"{column}__gte": chr(0x1113)})
    if letter not in LATIN and letter not in HANGUL:
        return Q()
    starts = _initials(letter) if letter in HANGUL else [letter]
    return Q(**{f"{column}__gte": starts[0], f"{column}__lt": chr(ord(starts[-1]) + 1)})


def filed_under(search: str) -> str:
    """The index letter of a search form: `starting_with` from the row's side."""
    first = ord(search[:1] or "\0")
    if 0 <= first - 0x1100 < len(_CHOSEONG):
        consonant = _CHOSEONG[first - 0x1100]
        return _DOUBLE.get(consonant, consonant)
    return chr(first) if chr(first) in LATIN else OTHER


#: So many rows of a search are looked at for their letters.
FEW = 1000


def letters_with_rows(queryset: models.QuerySet, *, searched: bool = False) -> set[str]:
    """The letters under which `queryset` has anything: one query, a seek in the index for each letter.

    Of a search (`searched`) the rows themselves are asked; of too many of them, every letter is worth a try.
    """
    letters = (*LATIN, *HANGUL, OTHER)
    if searched:
        found = list(queryset.order_by().values_list("search", flat=True)[: FEW + 1])
        return set(letters) if len(found) > FEW else {filed_under(search) for search in found}
    seeks = [Exists(queryset.order_by().filter(starting_with(letter))) for letter in letters]
    row = queryset.model._default_manager.order_by("pk").values_list(*seeks)[:1]
    return {letter for letter, exists in zip(letters, row[0], strict=True) if exists} if row else set()
