"""The marks of the interface: icons, people, accounts, priority, times.

Every mark a screen shows comes from here, so that it looks and reads the same in a table cell, a dialog and
on a phone. No tag runs a query: they only read attributes of the object they are given.
"""

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from heroicons.templatetags.heroicons import heroicon_outline

from helpdesk.core.ages import date_in_words, relative
from helpdesk.core.web.highlighting import marked
from helpdesk.core.web.marks import (
    BARS,
    HANGUL,
    PRIORITY_BARS,
    account_letters,
    initials,
    lang_of_mark,
    stable_hue,
)
from helpdesk.core.web.once import FIELD, new_key

register = template.Library()

SIZES = {"s": "--s", "m": "", "": "", "l": "--l", "xl": "--xl"}
ACCOUNT_MARKS = {"none", "primary", "acting", "new", "gone"}
CURSORS = ("after", "before")


# --- forms -----------------------------------------------------------------


@register.simple_tag
def once() -> SafeString:
    """The key of this form as it is shown: however often it is sent, it is done once (`helpdesk.core.web.once`)."""
    key = new_key()
    return format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off" data-once="{}">',
        FIELD,
        key,
        reverse("core:once_answered", args=[key]),
    )


# --- icons -----------------------------------------------------------------


@register.simple_tag
def icon(name: str, small: bool = False) -> SafeString:
    """A Heroicons outline icon, hidden from assistive technology: a word beside it speaks."""
    return _icon(str(name), bool(small))


@functools.cache
def _icon(name: str, small: bool) -> SafeString:
    attributes: dict[str, object] = {"class": "icon icon--s" if small else "icon", "aria-hidden": "true"}
    return SafeString(heroicon_outline(name, size=16 if small else 20, **attributes))


# --- people and accounts ---------------------------------------------------


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
    return mark_with_word("prio prio--urgent" if priority == "urgent" else "prio", drawing, label, word)


def mark_with_word(classes: str, drawing: SafeString, label: object, word: bool) -> SafeString:
    """A drawing with its word, which is for assistive technology alone unless `word`."""
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
    words = relative(local, short=short)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


@register.filter
def day(moment: datetime) -> str:
    """The date in the reader's zone, written as in the lists."""
    return date_in_words(timezone.localtime(moment))


# --- numbers ---------------------------------------------------------------


@register.filter
def grouped(number: Any) -> str:
    """A whole number with its digits grouped as the language does: 1,284."""
    return number_format(number or 0, force_grouping=True)


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
def nav_section(context: Context, *prefixes: str, unless: str = "") -> SafeString | str:
    """` data-section="current"` for the heading of a group of pages, by their names; `unless` are those with one."""
    here = _is_at(context, prefixes) and not (unless and _is_at(context, (unless,)))
    return SafeString(' data-section="current"') if here else ""


def _is_at(context: Context, prefixes: tuple[str, ...]) -> bool:
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    return bool(match and match.view_name and match.view_name.startswith(prefixes))


@register.filter
def highlight(text: Any, query: Any) -> SafeString:
    """The text, escaped, with each word of the query in `<mark>`."""
    return marked(text, query)


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
