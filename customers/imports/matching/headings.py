"""The headings of columns by the field they mean, as `headings.yaml` lists them.

They are compared by `squeezed`: letters and digits only.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from customers.imports.matching import targets as t

_WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def normal(heading: str) -> str:
    """A heading in lower case, without marks: ``E-mail_1 (Work)`` is ``e mail 1 work``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", heading)
    return " ".join(re.findall(r"[^\W_]+", spaced.casefold()))


def squeezed(heading: str) -> str:
    """How headings are compared: ``First Name``, ``first_name`` and ``FirstName`` are one."""
    return normal(heading).replace(" ", "")


def _listed(name: str) -> frozenset[str]:
    return frozenset(map(squeezed, _WORDS[name]))


def _by_heading(*names: str) -> dict[str, str]:
    """Squeezed heading → field; what a later table says counts."""
    return {
        squeezed(heading): code
        for name in names
        for code, headings in _WORDS[name].items()
        for heading in headings
    }


#: Squeezed heading → field, for each kind of file.
FIELD_OF: dict[str, dict[str, str]] = {
    t.CONTACTS: _by_heading("account", "person"),
    t.ACCOUNTS: _by_heading("account", "plain"),
}
UNCERTAIN = _listed("uncertain")
TYPE_OF: dict[str, str] = _by_heading("types")
PERSONAL, CORPORATE = _listed("personal"), _listed("corporate")
SALUTATIONS = _listed("salutations")
_ELSEWHERE_WORDS, _ELSEWHERE_PARTS = _listed("elsewhere"), _listed("elsewhere_parts")
_WHOSE_OF = _by_heading("whose")
_PART_WORDS = _listed("parts")
_PART_AFTER_PREFIX = _PART_WORDS | _listed("prefixed_parts")


def is_about_something_else(heading: str) -> bool:
    """Whether its values must not decide what a column is: a fax is no phone, an owner's address not the contact's."""
    return not _ELSEWHERE_WORDS.isdisjoint(normal(heading).split()) or any(
        part in squeezed(heading) for part in _ELSEWHERE_PARTS
    )


def address_of(heading: str) -> str | None:
    """Whose address a heading is a part of: "company", "billing" …, "" when it does not say; None for no address.

    Home addresses are none: a person's home is not where their company is.
    """
    word = re.sub(r"\d+$", "", squeezed(heading))
    if word in _PART_WORDS:
        return ""
    for prefix, whose in _WHOSE_OF.items():
        if word.startswith(prefix) and word.removeprefix(prefix) in _PART_AFTER_PREFIX:
            return whose
    return None
