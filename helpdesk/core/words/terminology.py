"""What this desk calls its modules: defaults in code, an administrator's own words from the table over them.

Words are read on every line of every page: the rows are in a `SharedMemo`, and the forms made of them in the process.
"""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import translation

from helpdesk.core.database.memo import SharedMemo

KEYS = ("account", "contact", "ticket", "department")
DEFAULTS = {
    "en": {key: (key, f"{key}s") for key in KEYS},
    "ko": {
        "account": ("계정", "계정"),
        "contact": ("연락처", "연락처"),
        "ticket": ("티켓", "티켓"),
        "department": ("부서", "부서"),
    },
}
Rows = dict[tuple[str, str], tuple[str, str]]


@dataclass
class _Words:
    """The rows, and the forms made of them for each language that was asked for."""

    rows: Rows
    by_language: dict[str, dict[str, str]] = field(default_factory=dict)


def _read_terms() -> Rows:
    query = apps.get_model("core", "Term").objects.values_list("key", "language", "singular", "plural")
    return {(key, language): (singular, plural) for key, language, singular, plural in query}


_memo = SharedMemo("words", _read_terms, _Words, {})
VERSION_KEY = _memo.version_key


def terms(language: str | None = None) -> dict[str, str]:
    """Every form of every module's name in `language` (else the current one): term_account, Term_accounts …

    Without a current language (management commands write migrations that way) these are the English defaults.
    """
    language = language or translation.get_language()
    if not language:
        return _forms("en", {})
    words = _memo.value()
    if language not in words.by_language:
        words.by_language[language] = _forms(language, words.rows)
    return words.by_language[language]


def term(key: str, *, plural: bool = False, capital: bool = False, language: str | None = None) -> str:
    """One name: `term("account", plural=True)` → "accounts"."""
    if key not in KEYS:
        raise KeyError(f"There is no module called {key!r}: use one of {', '.join(KEYS)}.")
    return terms(language)[f"{'Term' if capital else 'term'}_{key}{'s' if plural else ''}"]


def forget() -> None:
    """Make every process read the words again."""
    _memo.forget()


def _forms(language: str, rows: Rows) -> dict[str, str]:
    defaults = DEFAULTS.get(language) or DEFAULTS.get(language.split("-")[0]) or DEFAULTS["en"]
    found = {}
    for key in KEYS:
        row = rows.get((key, language), ("", ""))
        singular = row[0] or defaults[key][0]
        plural = row[1] or row[0] or defaults[key][1]
        for name, word in ((key, singular), (f"{key}s", plural)):
            found[f"term_{name}"] = word
            found[f"Term_{name}"] = word[:1].upper() + word[1:]
    return found


@receiver([post_save, post_delete], sender="core.Term", dispatch_uid="words.forget")
def _forget_changed_terms(**_kwargs: Any) -> None:
    """Now, for the rest of this request, and after the commit, for whoever read the old rows meanwhile."""
    forget()
    transaction.on_commit(forget)
