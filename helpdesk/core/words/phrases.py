"""Sentences for people: `phrase("Delete this %(term_account)s")`.

A message is always a format string with named placeholders (a percent sign is written `%%`). The names of the
modules are there by themselves, the rest is passed in. `makemessages` knows these functions by name.
"""

from typing import Any

from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext

from helpdesk.core.words.particles import fill
from helpdesk.core.words.terminology import terms


def phrase(message: str, **values: Any) -> str:
    """`message` in the reader's language, with the desk's own words and `values` filled in."""
    return _filled(gettext(message), message, values)


phrase_lazy = lazy(phrase, str)


def phrase_n(singular: str, plural: str, number: int, **values: Any) -> str:
    """As `phrase`, choosing by `number`, which is there as `%(n)s`, grouped as the language groups digits."""
    values.setdefault("n", number_format(number, force_grouping=True))
    return _filled(ngettext(singular, plural, number), singular if number == 1 else plural, values)


def _filled(translated: str, source: str, values: dict[str, Any]) -> str:
    known = terms()

    def value_of(name: str) -> str:
        return str(values[name]) if name in values else known[name]

    try:
        return fill(translated, value_of)
    except KeyError:
        if translated == source:
            raise
        return fill(source, value_of)  # a faulty translation must not take the page down
