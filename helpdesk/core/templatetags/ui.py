"""The marks of the interface: icons, people, accounts, status, priority, times.

Every mark a screen shows comes from here, so that it looks and reads the same in a table cell, a dialog and
on a phone. No tag runs a query: they only read attributes of the object they are given.
"""

import functools
import re
import unicodedata
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, npgettext, pgettext
from heroicons.templatetags.heroicons import heroicon_outline

register = template.Library()

HUES = 8
SIZES = {"s": "--s", "m": "", "": "", "l": "--l", "xl": "--xl"}
ACCOUNT_MARKS = {"none", "primary", "acting", "new", "gone"}
COMPANY_FORMS = re.compile(r"^(?:㈜|\(주\)|주식회사|유한회사)\s*")
HANGUL = re.compile(r"[\uac00-\ud7a3\u3131-\u318e]")
CURSORS = ("after", "before")

_CIRCLE = '<circle cx="8" cy="8" r="5.5"/>'
_TICK = '<circle class="f" cx="8" cy="8" r="6.4"/><path class="k" d="m5.4 8.2 1.8 1.8 3.4-3.8"/>'
STATUS_MARKS = {
    "new": ("new", _CIRCLE),
    "open": ("open", _CIRCLE + '<path class="f" d="M8 4.25a3.75 3.75 0 0 1 0 7.5z"/>'),
    "pending": ("pending", _CIRCLE + '<path d="M8 5.25V8l2 1.25"/>'),
    "on_hold": ("hold", _CIRCLE + '<path d="M6.6 6.25v3.5M9.4 6.25v3.5"/>'),
    "solved": ("solved", _TICK),
    "closed": ("closed", _TICK),
}
CUSTOMER_WORDS: dict[str, str | Promise] = {
    "new": gettext_lazy("With us"),
    "open": gettext_lazy("With us"),
    "pending": gettext_lazy("Waiting for you"),
    "on_hold": gettext_lazy("Planned"),
    "solved": gettext_lazy("Solved"),
    "closed": gettext_lazy("Closed"),
}
PRIORITY_BARS = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
BARS = (
    'x="0.5" y="9" width="2.5" height="4"',
    'x="4" y="6.5" width="2.5" height="6.5"',
    'x="7.5" y="4" width="2.5" height="9"',
    'x="11" y="1.5" width="2.5" height="11.5"',
)


# --- icons -----------------------------------------------------------------


@register.simple_tag
def icon(name: str, small: bool = False) -> SafeString:
    """A Heroicons outline icon, hidden from assistive technology: a word beside it speaks."""
    return _icon(str(name), bool(small))


@functools.cache
def _icon(name: str, small: bool) -> SafeString:
    attributes: dict[str, object] = {"class": "icon icon--s" if small else "icon", "aria-hidden": "true"}
    return SafeString(heroicon_outline(name, size=16 if small else 20, **attributes))  # type: ignore[arg-type]


# --- people and accounts ---------------------------------------------------


def stable_hue(person: Any) -> int:
    """1 to 8, always the same for the same person."""
    key = getattr(person, "pk", None)
    number = key if isinstance(key, int) else zlib.crc32(str(key or person).encode())
    return number % HUES + 1


def initials(name: str) -> str:
    """Two Latin letters (first and last word), or one Hangul syllable."""
    words = [w for w in re.split(r"[\s\-]+", unicodedata.normalize("NFC", name)) if w[:1].isalnum()]
    if not words:
        return ""
    if HANGUL.match(words[0]):
        return words[0][0]
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + _last_word(name, words)[0]).upper()


def _last_word(name: str, words: list[str]) -> str:
    # "Ji-soo Han" is J and H, not J and S: a hyphen joins parts of one name.
    spaced = [w for w in name.split() if w[:1].isalnum()]
    return spaced[-1] if len(spaced) > 1 else words[1]


def account_letters(name: str) -> str:
    """Two letters of the first two words, or the first Hangul syllable after the legal form."""
    stripped = COMPANY_FORMS.sub("", unicodedata.normalize("NFC", name).strip())
    words = [w for w in stripped.split() if w[:1].isalnum()]
    if not words:
        return ""
    if HANGUL.match(words[0]):
        return words[0][0]
    return (words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]).upper()


def lang_of_mark(letters: str) -> SafeString:
    """Latin letters on a Korean page are drawn smaller than a syllable: they say that they are Latin."""
    latin = letters.isascii() and bool(letters) and get_language() == "ko"
    return SafeString(' lang="en"' if latin else "")


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """A round mark for a person (anything with a name); a dashed ring for nobody."""
    suffix = SIZES[size]
    sized = f" avatar{suffix}" if suffix else ""
    if not person:
        return format_html('<span class="avatar avatar--none{}" aria-hidden="true"></span>', sized)
    letters = initials(str(getattr(person, "name", "") or person))
    return format_html(
        '<span class="avatar hue-{}{}" aria-hidden="true"{}>{}</span>',
        stable_hue(person),
        sized,
        lang_of_mark(letters),
        letters,
    )


@register.simple_tag
def account_tile(account: Any, mark: str = "none", size: str = "") -> SafeString:
    """A square mark for an account; `mark` says how someone belongs: none, primary, acting, new or gone."""
    if mark not in ACCOUNT_MARKS:
        raise template.TemplateSyntaxError(f"account_tile: unknown mark {mark!r}")
    classes = ["acct"]
    if mark != "none":
        classes.append(f"acct--{mark}")
    if SIZES[size]:
        classes.append(f"acct{SIZES[size]}")
    letters = account_letters(str(getattr(account, "name", "") or account or ""))
    lang = lang_of_mark(letters)
    return format_html('<span class="{}" aria-hidden="true"{}>{}</span>', " ".join(classes), lang, letters)


# --- tickets ---------------------------------------------------------------


@register.simple_tag
def status_badge(ticket: Any, audience: str = "agent", word: bool = True) -> SafeString:
    """The shape that fills up, then the word; `word=False` keeps the word for assistive technology only."""
    label = CUSTOMER_WORDS[ticket.status] if audience == "customer" else ticket.get_status_display()
    return _status(ticket.status, label, word)


@register.simple_tag
def status_mark(status: str, label: str = "") -> SafeString:
    """The same badge for a status without a ticket: menus, filters."""
    return _status(status, label, True)


def _status(status: str, label: object, word: bool) -> SafeString:
    variant, shape = STATUS_MARKS[status]
    drawing = SafeString(f'<svg viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>')
    return _marked(f"status status--{variant}", drawing, label, word)


@register.simple_tag
def priority_mark(ticket: Any, word: bool = False) -> SafeString:
    """Four bars; the word is for assistive technology unless `word=True`."""
    return _priority(ticket.priority, ticket.get_priority_display(), word)


@register.simple_tag
def priority_bars(priority: str, label: str = "") -> SafeString:
    """The same bars for a priority without a ticket: menus, filters."""
    return _priority(priority, label, True)


def _priority(priority: str, label: str, word: bool) -> SafeString:
    lit = PRIORITY_BARS[priority]
    on = [f'<rect {bar} rx=".5"/>' for bar in BARS[:lit]]
    off = [f'<rect class="off" {bar} rx=".5"/>' for bar in BARS[lit:]]
    drawing = SafeString(f'<svg viewBox="0 0 14 14" aria-hidden="true">{"".join(on + off)}</svg>')
    return _marked("prio prio--urgent" if priority == "urgent" else "prio", drawing, label, word)


def _marked(classes: str, drawing: SafeString, label: object, word: bool) -> SafeString:
    text = format_html("{}", label) if word else format_html('<span class="vh">{}</span>', label)
    return format_html('<span class="{}">{}{}</span>', classes, drawing, text)


# --- times -----------------------------------------------------------------


@register.simple_tag
def ago(value: datetime | str | None, short: bool = False) -> SafeString | str:
    """Relative under 24 hours, then a date; the exact moment, in the reader's zone, is the tooltip.

    `short` fits a table cell.
    """
    moment = parse_datetime(value) if isinstance(value, str) else value
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    exact = f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
    words = _relative(timezone.now() - moment, local, short)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


def _relative(elapsed: timedelta, local: datetime, short: bool) -> str:
    minutes = int(elapsed.total_seconds() // 60)
    if minutes < 0 or minutes >= 24 * 60:
        return _date(local)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return _minutes(minutes, short)
    return _hours(minutes // 60, short)


def _minutes(n: int, short: bool) -> str:
    if short:
        return npgettext("age in a table cell", "%(n)sm", "%(n)sm", n) % {"n": n}
    return ngettext("%(n)s min ago", "%(n)s min ago", n) % {"n": n}


def _hours(n: int, short: bool) -> str:
    if short:
        return npgettext("age in a table cell", "%(n)sh", "%(n)sh", n) % {"n": n}
    return ngettext("%(n)s h ago", "%(n)s h ago", n) % {"n": n}


def _date(local: datetime) -> str:
    if local.year == timezone.localtime().year:
        return date_format(local, pgettext("date of this year, Django date format", "j M"))
    return date_format(local, pgettext("date with year, Django date format", "j M Y"))


# --- addresses and text ----------------------------------------------------


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, **changes: Any) -> str:
    """The present query with keys set, or removed by None; the list's cursor is dropped unless set."""
    request: HttpRequest | None = context.get("request")
    query: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for key in (*CURSORS, *changes):
        query.pop(key, None)
    for key, value in changes.items():
        if value in (None, ""):
            continue
        query.setlist(key, value if isinstance(value, list | tuple) else [str(value)])
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def nav_page(context: Context, *prefixes: str) -> SafeString | str:
    """` aria-current="page"` when the page's URL name starts with one of the prefixes."""
    return SafeString(' aria-current="page"') if _is_at(context, prefixes) else ""


@register.simple_tag(takes_context=True)
def nav_section(context: Context, *prefixes: str) -> SafeString | str:
    """` data-section="current"` for the heading of a group of pages."""
    return SafeString(' data-section="current"') if _is_at(context, prefixes) else ""


def _is_at(context: Context, prefixes: tuple[str, ...]) -> bool:
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    return bool(match and match.view_name and match.view_name.startswith(prefixes))


@register.filter
def highlight(text: Any, query: Any) -> SafeString:
    """The text, escaped, with each word of the query in `<mark>`."""
    plain = unicodedata.normalize("NFC", str(text if text is not None else ""))
    words = unicodedata.normalize("NFC", str(query or "")).split()
    if not words:
        return escape(plain)
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pieces = re.split(f"({longest_first})", plain, flags=re.IGNORECASE)
    marked = [f"<mark>{escape(piece)}</mark>" if i % 2 else escape(piece) for i, piece in enumerate(pieces)]
    return SafeString("".join(marked))


@register.simple_tag
def lang_of(text: Any) -> SafeString | str:
    """` lang="ko"` when the text is mostly Hangul and the page is in another language."""
    letters = [c for c in str(text or "") if c.isalpha()]
    hangul = sum(1 for c in letters if HANGUL.match(c))
    if not letters or hangul * 2 <= len(letters) or (get_language() or "").startswith("ko"):
        return ""
    return SafeString(' lang="ko"')


@register.simple_tag
def value_of(values: Mapping[Any, Any], key: Any) -> Any:
    """`values[key]`, or nothing: for columns that a page computes for all its rows at once."""
    return values.get(key, "")
