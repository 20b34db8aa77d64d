"""The views of contacts and accounts that every desk has: lists that are asked for again and again."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.core.words import phrase_lazy

ALL = "all"


@dataclass(frozen=True)
class BuiltInView:
    """Has what a `SavedView` has. `query` is the list as its address carries it."""

    module: str
    code: str
    name: str | Promise
    query: str = "sort=name"
    is_shared = False
    owner_id = None

    @property
    def key(self) -> str:
        """What an address calls it."""
        return self.code

    def get_absolute_url(self) -> str:
        return f"{reverse(f'customers:{self.module}_list')}?view={self.code}&{self.query}"


def _of(module: str, *views: tuple[str, str | Promise, str]) -> dict[str, BuiltInView]:
    return {code: BuiltInView(module, code, name, query) for code, name, query in views}


BUILT_IN = {
    "contact": _of(
        "contact",
        (ALL, phrase_lazy("All %(term_contacts)s"), "sort=name"),
        ("unassociated", phrase_lazy("Without %(term_account)s"), "membership=none&sort=name"),
        ("recent", _("Recently added"), "added=month&sort=-created"),
        (
            "administrators",
            pgettext_lazy("among customers", "Administrators"),
            "role=administrator&sort=name",
        ),
        ("deactivated", _("Deactivated"), "active=no&sort=name"),
    ),
    "account": _of(
        "account",
        (ALL, phrase_lazy("All %(term_accounts)s"), "sort=name"),
        ("top", _("Top level"), "level=top&sort=name"),
        ("empty", phrase_lazy("Without %(term_contacts)s"), "people=none&sort=name"),
        ("partners", _("Partners"), "type=partner&sort=name"),
        ("recent", _("Recently added"), "added=month&sort=-created"),
    ),
}
