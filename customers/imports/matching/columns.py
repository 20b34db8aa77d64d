"""Which field a column fills, guessed from its heading and, where that says nothing, from its values.

What was chosen for the same heading before counts most, then the desk's own fields, then the headings that people
and other products write, then the values. The person always has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.utils import translation

from customers.imports.matching import sample_values, targets
from customers.imports.matching.headers import is_reason
from customers.imports.matching.headings import (
    CORPORATE,
    FIELD_OF,
    PERSONAL,
    SALUTATIONS,
    UNCERTAIN,
    address_of,
    is_about_something_else,
    normal,
    squeezed,
)
from customers.imports.matching.sample_values import kind_of_values
from customers.imports.matching.targets import (
    ACCOUNT,
    ACCOUNT_ADDRESS,
    ACCOUNT_CUSTOM,
    ACCOUNT_DOMAIN,
    ACCOUNT_EXTERNAL_ID,
    ACCOUNT_NUMBER,
    ACCOUNT_PHONE,
    ACCOUNTS,
    COMPANY,
    CONTACTS,
    CREATE,
    CUSTOM,
    EMAIL,
    FIRST_NAME,
    IGNORE,
    JOB_TITLE,
    LABEL,
    LAST_NAME,
    METHODS,
    MOBILE,
    NAME,
    PHONE,
)
from customers.services import custom_fields

__all__ = ["MULTIPLE", "Guess", "guess", "guess_kind", "kind_of_values", "normal"]

MULTIPLE = " ::: "  # how Google Contacts puts several values into one cell
REMEMBERED, OWN, BY_HEADING, BY_VALUES = "remembered", "custom", "heading", "values"
TAKEN, EMPTY, UNKNOWN = "taken", "empty", "unknown"
#: When two columns would fill one field, the better reason has it.
_RANK = {reason: rank for rank, reason in enumerate((REMEMBERED, OWN, BY_HEADING, BY_VALUES))}
_PHONE_KIND = re.compile(r"^(phone \d+) (?:type|label)$")
_OF_A_METHOD = re.compile(r"^(.+) (?:type|label)$")
_FINDS_AN_ACCOUNT = frozenset({ACCOUNT, ACCOUNT_NUMBER, ACCOUNT_EXTERNAL_ID})
#: Whose address an account's is, the likeliest first.
_ADDRESSES = {
    CONTACTS: ("company", "billing", "business", "", "mailing", "shipping"),
    ACCOUNTS: ("company", "", "billing", "business", "mailing", "shipping"),
}


@dataclass(frozen=True)
class Guess:
    """The field a column probably fills, and what told us."""

    target: str
    reason: str


def guess(
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    *,
    kind: str = CONTACTS,
    remembered: Mapping[str, str] | None = None,
) -> list[Guess]:
    """One guess a column. No single-valued field is guessed twice.

    ``remembered`` is what was chosen for the same headings before: ``normal(heading)`` → target code.
    """
    words = _Words(kind, remembered or {})
    found = [words.guess(name, values) for name, values in zip(header, samples, strict=True)]
    found = _by_kind_of_phone(header, samples, found)
    if kind == CONTACTS:
        found = _with_labels(header, found)
    found = _with_one_address(kind, header, samples, found)
    if kind == CONTACTS:
        found = _without_homeless_fields(_given_name_beside_family_name(found))
    return _each_field_once(found, samples)


class _Words:
    """What a heading means in a file of this kind, at this desk."""

    def __init__(self, kind: str, remembered: Mapping[str, str]) -> None:
        self.kind = kind
        self.remembered = remembered
        self.own = _own_fields(kind)
        self.labels = _labels(kind)

    def guess(self, name: str, values: Sequence[str]) -> Guess:
        heading = normal(name)
        chosen = self.remembered.get(heading, CREATE) if heading else CREATE
        if chosen != CREATE and self._stands(chosen):
            return Guess(chosen, REMEMBERED)
        if code := self.own.get(squeezed(name)):
            return Guess(code, OWN)
        if is_reason(name):
            return Guess(IGNORE, UNKNOWN)
        if code := self._by_heading(name):
            return self._checked(code, name, values)
        return self._by_values(name, values)

    def _stands(self, code: str) -> bool:
        if targets.is_custom(self.kind, code):
            return code in self.own.values()
        return targets.is_known(self.kind, code)

    def _by_heading(self, name: str) -> str:
        """``Phone 2`` and ``E-mail 1 - Value`` are numbered: the first of anything, or any of what takes several."""
        word = squeezed(name)
        fields = FIELD_OF[self.kind]
        if code := fields.get(word) or self.labels.get(word):
            return code
        numbers = re.findall(r"\d+", word)
        code = fields.get(re.sub(r"\d+", "", word), IGNORE) if numbers else IGNORE
        return code if numbers == ["1"] or targets.takes_several(code) else IGNORE

    def _checked(self, code: str, name: str, values: Sequence[str]) -> Guess:
        """A heading is believed unless the values contradict it."""
        salutations = bool(values) and all(squeezed(value) in SALUTATIONS for value in values)
        if (code == JOB_TITLE and salutations) or sample_values.contradict(code, values):
            return Guess(IGNORE, UNKNOWN)
        if self.kind == CONTACTS and squeezed(name) in UNCERTAIN:
            return Guess(sample_values.of_a_person(values) or code, BY_HEADING)
        return Guess(code, BY_HEADING)

    def _by_values(self, name: str, values: Sequence[str]) -> Guess:
        if not values:
            return Guess(IGNORE, EMPTY)
        code = IGNORE
        if not is_about_something_else(name):
            code = sample_values.of_a_person(values) or sample_values.of_an_account(values)
            if self.kind == ACCOUNTS:
                code = {PHONE: ACCOUNT_PHONE, MOBILE: ACCOUNT_PHONE, EMAIL: IGNORE}.get(code, code)
            elif code == ACCOUNT_DOMAIN:
                code = (
                    IGNORE  # senders from a domain join by themselves: not on the word of a person's column
                )
        return Guess(code, BY_VALUES if code else UNKNOWN)


def _own_fields(kind: str) -> dict[str, str]:
    """The fields that the desk added, by their labels; an account's also as "Company …" in a file of contacts."""
    found: dict[str, str] = {}
    for field in custom_fields.fields_of(custom_fields.ACCOUNT):
        for prefix in ("", "Account ", "Company "):
            found[squeezed(prefix + field.label)] = ACCOUNT_CUSTOM + field.key
    if kind == CONTACTS:
        found |= {
            squeezed(field.label): CUSTOM + field.key
            for field in custom_fields.fields_of(custom_fields.CONTACT)
        }
    found.pop("", None)
    return found


def _labels(kind: str) -> dict[str, str]:
    """How our own screens and exports call the fields, in every language and in the desk's own words."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {squeezed(str(target.label)): target.code for target in targets.TARGETS[kind]}
    return found


def _by_kind_of_phone(
    header: Sequence[str], samples: Sequence[Sequence[str]], found: list[Guess]
) -> list[Guess]:
    """Google Contacts says beside "Phone 2 - Value", in "Phone 2 - Type" or "Label", that it is a mobile or a fax."""
    kinds = {
        match[1]: [value.casefold() for value in values]
        for name, values in zip(header, samples, strict=True)
        if values and (match := _PHONE_KIND.match(normal(name)))
    }

    def told(one: Guess, said: list[str]) -> Guess:
        if one != Guess(PHONE, BY_HEADING) or not said:
            return one
        if all("fax" in kind or "pager" in kind for kind in said):
            return Guess(IGNORE, UNKNOWN)
        return Guess(MOBILE, BY_HEADING) if all("mobile" in kind for kind in said) else one

    return [
        told(one, kinds.get(normal(name).removesuffix(" value"), []))
        for one, name in zip(found, header, strict=True)
    ]


def _with_labels(header: Sequence[str], found: list[Guess]) -> list[Guess]:
    """ "E-mail 1 - Type" (or Label) before "E-mail 1 - Value" says what it is called."""
    once = list(found)
    for index, (name, following) in enumerate(pairwise(header)):
        label = _OF_A_METHOD.match(normal(name))
        is_beside = label and normal(following) == f"{label[1]} value"
        if is_beside and found[index + 1].target in METHODS and found[index].reason != REMEMBERED:
            once[index] = Guess(LABEL, BY_HEADING)
    codes = [IGNORE, *(one.target for one in once), IGNORE]
    return [
        one
        if one.target != LABEL or set(METHODS).intersection(codes[index : index + 3])
        else Guess(IGNORE, UNKNOWN)
        for index, one in enumerate(once)
    ]


def _with_one_address(
    kind: str, header: Sequence[str], samples: Sequence[Sequence[str]], found: list[Guess]
) -> list[Guess]:
    """The parts of the likeliest address that has values make up the account's; those of the others are left out."""
    if any(one == Guess(ACCOUNT_ADDRESS, REMEMBERED) for one in found):
        return found
    whose = {
        index: address
        for index, name in enumerate(header)
        if _may_be_an_address(found[index]) and (address := address_of(name)) is not None
    }
    filled = {address for index, address in whose.items() if samples[index]} or set(whose.values())
    chosen = next((address for address in _ADDRESSES[kind] if address in filled), None)
    return [
        one
        if index not in whose
        else Guess(ACCOUNT_ADDRESS, BY_HEADING)
        if whose[index] == chosen
        else Guess(IGNORE, UNKNOWN)
        for index, one in enumerate(found)
    ]


def _may_be_an_address(one: Guess) -> bool:
    """Unless it is known to be something else."""
    return one.target == ACCOUNT_ADDRESS or one.reason in (BY_VALUES, UNKNOWN, EMPTY)


def _given_name_beside_family_name(found: list[Guess]) -> list[Guess]:
    """``이름`` (and ``Name``) is the given name when a column beside it holds only the family name."""
    codes = [one.target for one in found]
    if LAST_NAME not in codes or FIRST_NAME in codes:
        return found
    return [Guess(FIRST_NAME, one.reason) if one.target == NAME else one for one in found]


def _without_homeless_fields(found: list[Guess]) -> list[Guess]:
    """Without a column that says which account it is, nothing can be said of the account: its phone is the person's."""
    if any(one.target in _FINDS_AN_ACCOUNT for one in found):
        return found
    of_accounts = {target.code for target in targets.of_group(CONTACTS, COMPANY)}

    def at_home(one: Guess) -> Guess:
        if one.reason == REMEMBERED or not (
            one.target in of_accounts or one.target.startswith(ACCOUNT_CUSTOM)
        ):
            return one
        return Guess(PHONE, one.reason) if one.target == ACCOUNT_PHONE else Guess(IGNORE, UNKNOWN)

    return [at_home(one) for one in found]


def _each_field_once(found: list[Guess], samples: Sequence[Sequence[str]]) -> list[Guess]:
    """The better reason wins, then a column with values, then the first."""
    once, taken = list(found), set[str]()

    def worth(index: int) -> tuple[bool, bool, int]:
        reason = found[index].reason
        return reason != REMEMBERED, not samples[index], _RANK.get(reason, len(_RANK))

    for index in sorted(range(len(found)), key=worth):
        code = found[index].target
        if code in taken:
            once[index] = Guess(IGNORE, TAKEN)
        elif not targets.takes_several(code):
            taken.add(code)
    return once


# --- People or companies --------------------------------------------------

_OF_A_PERSON = {FIRST_NAME: 3, LAST_NAME: 3, NAME: 3, JOB_TITLE: 3, EMAIL: 3, MOBILE: 2, PHONE: 1}
_OF_A_COMPANY = {
    ACCOUNT: 3,
    targets.ACCOUNT_PARENT: 3,
    ACCOUNT_DOMAIN: 2,
    targets.ACCOUNT_TYPE: 2,
    ACCOUNT_NUMBER: 1,
    ACCOUNT_PHONE: 1,
    ACCOUNT_ADDRESS: 1,
    targets.ACCOUNT_WEBSITE: 1,
}
#: What says nothing of whose name it is.
_ANYBODY = frozenset({"name", "displayname"})
_ONLY_COMPANIES = frozenset({targets.ACCOUNT_PARENT, ACCOUNT_DOMAIN, targets.ACCOUNT_TYPE})


def guess_kind(header: Sequence[str], samples: Sequence[Sequence[str]]) -> str:
    """Whether a file is one of contacts or of accounts; contacts when nothing tells."""
    labels = _labels(ACCOUNTS)
    found = {_kind_word(name, values, labels) for name, values in zip(header, samples, strict=True)}
    people = sum(_OF_A_PERSON.get(word, 3 if word in PERSONAL else 0) for word in found)
    companies = sum(_OF_A_COMPANY.get(word, 2 if word in CORPORATE else 0) for word in found)
    if ACCOUNT in found and any(squeezed(name) in _ANYBODY for name in header):
        people += _OF_A_PERSON[NAME]  # beside a column with the company's name, a name is a person's
    return ACCOUNTS if companies > people else CONTACTS


def _kind_word(name: str, values: Sequence[str], labels: Mapping[str, str]) -> str:
    """The field that a column most likely fills, whichever kind of file it is, or else its heading."""
    word = squeezed(name)
    bare = re.sub(r"\d+", "", word)
    if word in _ANYBODY:
        return IGNORE
    code = FIELD_OF[CONTACTS].get(word) or FIELD_OF[CONTACTS].get(bare)
    only = labels.get(word) or FIELD_OF[ACCOUNTS].get(word, IGNORE)
    code = code or (only if only in _ONLY_COMPANIES else IGNORE)
    if not code and address_of(name) is not None:
        return ACCOUNT_ADDRESS
    if code and not sample_values.contradict(code, values):
        return code
    if not code and not is_about_something_else(name) and sample_values.of_a_person(values) == EMAIL:
        return EMAIL
    return word
