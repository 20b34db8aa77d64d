"""E-mail addresses: one key for each mailbox, one form to show, one form to send to.

The key is what "the same address" means everywhere, in Python and in the unique constraints of both databases: the
local part in lower case as far as it is ASCII, the domain by IDNA 2008 with the mapping of UTS 46 (non-transitional).
Nothing is folded beyond that. A local part outside ASCII is kept exactly, and refused where somebody could take it for
another one: where it mixes scripts, or looks like ASCII (``admın@…``, ``сhief@…``).

Sources: RFC 5321 §2.4 and §4.1.2 (local parts), RFC 5891 and UTS 46 (domains), UTS 39 (confusables).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import idna
from confusable_homoglyphs import categories, confusables
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext, gettext_noop

from helpdesk.core.errors import DomainError
from helpdesk.core.text import visible

NOT_COMPLETE = gettext_noop("This is not a complete email address.")
TOO_LONG = gettext_noop("This is longer than 254 characters.")
LOOKS_LIKE_ANOTHER = gettext_noop(
    "The part before the @ holds letters that look like others. Type it again with a keyboard of one language."
)
LONGEST = 254
#: Scripts that are written together; any other mixture is refused.
_TOGETHER = ({"HAN", "HIRAGANA", "KATAKANA"}, {"HAN", "HANGUL"}, {"HAN", "BOPOMOFO"})
_OF_NO_SCRIPT = {"COMMON", "INHERITED"}
_UNQUOTED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.")


class AddressRefused(DomainError):
    """A text is no e-mail address that the desk can keep; says why."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(gettext(reason))
        self.text = text


@dataclass(frozen=True, slots=True)
class Address:
    """`shown` is kept and read by people, `key` compared. Both hold the same mailbox."""

    shown: str
    key: str


def read_address(text: str) -> Address:
    """The address that `text` is. Raises `AddressRefused`."""
    return _read(text if len(text) <= 4 * LONGEST else text[: 4 * LONGEST])


# An import asks twice for each value of a batch: when it reads the row, and when the row is written.
@lru_cache(maxsize=8192)
def _read(text: str) -> Address:
    if not text.isascii() and any(_becomes_ascii(letter) for letter in text.rpartition("@")[0]):
        raise AddressRefused(text, LOOKS_LIKE_ANOTHER)
    text = visible(text)
    local, at, domain = text.rpartition("@")
    if not (local and at and domain):
        raise AddressRefused(text, NOT_COMPLETE)
    ascii_domain = _ascii_domain(domain)
    local = _unquoted(local)
    key = f"{_local_key(local)}@{ascii_domain}"
    if len(key) > LONGEST:
        raise AddressRefused(text, TOO_LONG)
    try:
        # Django's rules for a local part, on ASCII: for other letters it asks a pattern that folds case.
        validate_email(f"{_ascii_only(local)}@{ascii_domain}")
    except ValidationError as error:
        raise AddressRefused(text, NOT_COMPLETE) from error
    return Address(f"{local}@{shown_domain(ascii_domain)}", key)


def address_key(text: str) -> str:
    """The key of an address, to look it up by; empty for a text that is none."""
    try:
        return read_address(text).key
    except AddressRefused:
        return ""


def sending_form(address: str) -> str:
    """The address as a mail server takes it: the domain in its ASCII form. Django would encode it by IDNA 2003, which
    sends letters for ``straße.example`` to ``strasse.example``. Raises `AddressRefused`."""
    read = read_address(address)
    return f"{read.shown.rpartition('@')[0]}@{read.key.rpartition('@')[2]}"


# --- Domains -------------------------------------------------------------------------
def domain_key(text: str) -> str:
    """The ASCII form of a domain, in lower case; empty for a text that is none."""
    try:
        return _ascii_domain(visible(text))
    except AddressRefused:
        return ""


@lru_cache(maxsize=4096)
def shown_domain(ascii_domain: str) -> str:
    """``xn--bcher-kva.example`` → ``bücher.example``: what people read. A label that could be taken for another one
    stays as it is."""
    return ".".join(_shown_label(label) for label in ascii_domain.split("."))


def _shown_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        shown = idna.decode(label, uts46=True)
    except idna.IDNAError:
        return label
    return label if _looks_like_another(shown) else shown


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    domain = domain.removesuffix(".")
    if domain.startswith("[") and domain.endswith("]"):
        return domain.lower()  # the address of a machine
    try:
        return idna.encode(domain, uts46=True, std3_rules=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressRefused(domain, NOT_COMPLETE) from error


# --- Local parts ---------------------------------------------------------------------
def _unquoted(local: str) -> str:
    """``"ji.soo"`` is ``ji.soo``: quotation marks that nothing asks for say nothing."""
    if local[:1] != '"':
        return local
    inner = local[1:-1]
    quoted = len(local) > 2 and local[-1] == '"'
    plain = set(inner.lower()) <= _UNQUOTED and ".." not in inner and inner.strip(".") == inner
    return inner if quoted and plain else local


def _local_key(local: str) -> str:
    if local.isascii():
        return local.lower()
    if _looks_like_another(local):
        raise AddressRefused(local, LOOKS_LIKE_ANOTHER)
    return local


def _looks_like_another(local: str) -> bool:
    foreign = [letter for letter in local if not letter.isascii()]
    # What Unicode folds into ASCII: ſ, K, ﬁ, full width …; and ı and İ, which upper and lower case lead there.
    if any(_folds_into_ascii(letter) for letter in foreign):
        return True
    scripts = {categories.alias(letter) for letter in local} - _OF_NO_SCRIPT
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        return True
    # Of one script, and yet each letter of it has a double in ASCII.
    return "LATIN" not in scripts and all(_has_double_in_ascii(letter) for letter in local)


def _becomes_ascii(letter: str) -> bool:
    """Whether composing alone makes ASCII of it, as of the Kelvin sign, so that `visible` would hide it."""
    return not letter.isascii() and unicodedata.normalize("NFC", letter).isascii()


def _folds_into_ascii(letter: str) -> bool:
    forms = {
        unicodedata.normalize("NFKC", letter),
        letter.casefold(),
        letter.upper(),
        letter.lower(),
        unicodedata.normalize("NFKC", letter).casefold(),
    }
    return any(form.isascii() or form[0].isascii() for form in forms if form)


def _has_double_in_ascii(letter: str) -> bool:
    if letter.isascii():
        return True
    found = confusables.is_confusable(letter, preferred_aliases=[], greedy=True)
    doubles = [double["c"] for one in found or [] for double in one["homoglyphs"]]
    return any(double.isascii() and double.isalnum() for double in doubles)


def _ascii_only(local: str) -> str:
    return local if local.isascii() else "".join(letter if letter.isascii() else "x" for letter in local)
