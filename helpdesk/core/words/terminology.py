"""What this desk calls its modules: defaults in code, an administrator's own words from the table over them.

Words are read on every line of every page, so the rows are kept in the cache under a version, and in the
process for as long as the version stands. A change makes a new version. A cache of one process (the demo's) is
put right when the version expires.
"""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import translation

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
VERSION_KEY = "words:version"
VERSION_SECONDS = 60
TRUST_SECONDS = 1.0

Rows = dict[tuple[str, str], tuple[str, str]]


@dataclass
class _Memo:
    """The rows as this process last saw them."""

    version: str = ""
    checked_at: float = 0.0
    rows: Rows = field(default_factory=dict)
    by_language: dict[str, dict[str, str]] = field(default_factory=dict)


_memo = _Memo()


def terms(language: str | None = None) -> dict[str, str]:
    """Every form of every module's name in `language` (else the current one): term_account, Term_accounts …

    Without a current language (management commands write migrations that way) these are the English defaults.
    """
    language = language or translation.get_language()
    if not language:
        return _forms("en", {})
    memo = _current()
    if language not in memo.by_language:
        memo.by_language[language] = _forms(language, memo.rows)
    return memo.by_language[language]


def term(key: str, *, plural: bool = False, capital: bool = False, language: str | None = None) -> str:
    """One name: `term("account", plural=True)` → "accounts"."""
    if key not in KEYS:
        raise KeyError(f"There is no module called {key!r}: use one of {', '.join(KEYS)}.")
    return terms(language)[f"{'Term' if capital else 'term'}_{key}{'s' if plural else ''}"]


def forget() -> None:
    """Make every process read the words again."""
    cache.delete(VERSION_KEY)
    _memo.version = ""
    _memo.checked_at = 0.0


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


def _current() -> _Memo:
    """The memo, renewed when the version has changed. Asks the cache at most once a second."""
    global _memo
    now = time.monotonic()
    if _memo.version and now - _memo.checked_at < TRUST_SECONDS:
        return _memo
    try:
        version = str(cache.get(VERSION_KEY) or cache.get_or_set(VERSION_KEY, _new_version, VERSION_SECONDS))
    except DatabaseError:
        return _memo  # a cache in the database has no table before the first migration
    if version == _memo.version:
        _memo.checked_at = now
    else:
        _memo = _Memo(version=version, checked_at=now, rows=_rows(version))
    return _memo


def _new_version() -> str:
    return uuid.uuid4().hex


def _rows(version: str) -> Rows:
    rows = cache.get(f"words:rows:{version}")
    if rows is None:
        try:
            query = apps.get_model("core", "Term").objects.values_list(
                "key", "language", "singular", "plural"
            )
            rows = {(key, language): (singular, plural) for key, language, singular, plural in query}
        except DatabaseError:
            return {}  # before the first migration there is no table yet
        cache.set(f"words:rows:{version}", rows, VERSION_SECONDS * 2)
    return rows


@receiver([post_save, post_delete], sender="core.Term", dispatch_uid="words.forget")
def _forget_changed_terms(**_kwargs: Any) -> None:
    """Now, for the rest of this request, and after the commit, for whoever read the old rows meanwhile."""
    forget()
    transaction.on_commit(forget)
