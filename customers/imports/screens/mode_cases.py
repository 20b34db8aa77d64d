"""What each mode does, as a before and after with made-up accounts: what people choose a mode by."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.imports.engine.modes import ADD, FILL, OVERWRITE
from customers.imports.matching import targets
from customers.imports.screens.presenting import Tile
from helpdesk.core.words import phrase

_OLD_PHONE, _NEW_PHONE = "02-555-0100", "02-555-0142"


@dataclass(frozen=True)
class Side:
    """One side of the arrow: tiles, words, or both; grey words say that nothing happens."""

    tiles: tuple[Tile, ...] = ()
    words: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Case:
    """Who, and what becomes of it."""

    who: str
    before: Side
    after: Side


def cases(kind: str, mode: str) -> list[Case]:
    """The two cases of a mode for a file of this kind."""
    of_kind = _OF_CONTACTS if kind == targets.CONTACTS else _OF_ACCOUNTS
    return of_kind[mode]()


def _new() -> str:
    return _("Hanbit Square")


def _old() -> tuple[str, str]:
    return _("Hanbit Tower"), _("Dongbaek Residence")


def _tiles(*names: str) -> tuple[Tile, ...]:
    return tuple(Tile(name, position == 0, is_new=False) for position, name in enumerate(names))


# --- A file of contacts ------------------------------------------------------------------
def _becomes_primary(who: str, before: str) -> Case:
    primary = _("%(name)s, primary") % {"name": _new()}
    return Case(who, Side(remark=before), Side(_tiles(_new()), primary))


def _stays(who: str, remark: str) -> Case:
    both = _tiles(*_old())
    return Case(who, Side(both), Side(both, remark=remark))


def _add_contacts() -> list[Case]:
    who = _("Not here yet, file says %(name)s") % {"name": _new()}
    return [_becomes_primary(who, _("nothing")), _stays(_("Already here"), _("row skipped"))]


def _fill_contacts() -> list[Case]:
    who = phrase("No %(term_account)s yet, file says %(name)s", name=_new())
    return [_becomes_primary(who, _("none")), _stays(phrase("Has %(term_accounts)s"), _("unchanged"))]


def _overwrite_contacts() -> list[Case]:
    who = phrase("Has %(term_accounts)s, file says %(name)s", name=_new())
    title = _("Director")
    return [
        Case(who, Side(_tiles(*_old())), Side(_tiles(_new(), *_old()), _("nothing is lost"))),
        Case(_("Job title, blank in the file"), Side(words=title), Side((), title, _("blanks never erase"))),
    ]


# --- A file of accounts --------------------------------------------------------------------
def _account(name: str) -> tuple[Tile, ...]:
    return (Tile(name, is_primary=False, is_new=False),)


def _add_accounts() -> list[Case]:
    return [
        Case(_("Not here yet"), Side(remark=_("nothing")), Side(_account(_new()), _new())),
        Case(
            _("Already here"), Side(_account(_old()[0])), Side(_account(_old()[0]), remark=_("row skipped"))
        ),
    ]


def _fill_accounts() -> list[Case]:
    return [
        Case(_("No phone yet"), Side(remark=_("none")), Side((), _NEW_PHONE)),
        Case(_("Has a phone"), Side(words=_OLD_PHONE), Side((), _OLD_PHONE, _("unchanged"))),
    ]


def _overwrite_accounts() -> list[Case]:
    return [
        Case(_("Another phone in the file"), Side(words=_OLD_PHONE), Side((), _NEW_PHONE)),
        Case(
            _("Phone, blank in the file"),
            Side(words=_OLD_PHONE),
            Side((), _OLD_PHONE, _("blanks never erase")),
        ),
    ]


_OF_CONTACTS = {ADD: _add_contacts, FILL: _fill_contacts, OVERWRITE: _overwrite_contacts}
_OF_ACCOUNTS = {ADD: _add_accounts, FILL: _fill_accounts, OVERWRITE: _overwrite_accounts}


# --- The words around the choice --------------------------------------------------------------
@dataclass(frozen=True)
class MatchWording:
    """What the page that matches columns asks and says, for a file of this kind."""

    question: str
    matching: str
    also_add: str
    scope: str


def wording(kind: str) -> MatchWording:
    """The sentences for contacts, or for accounts."""
    if kind == targets.CONTACTS:
        return MatchWording(
            phrase("What should happen to %(term_contacts)s you already have?"),
            _("Matched by reference number, then email, then external id"),
            phrase("Also add %(term_contacts)s who are not here yet"),
            phrase(
                "Only the primary %(term_account)s is imported. "
                "Add the others on the %(term_contact)s, or by bulk update."
            ),
        )
    return MatchWording(
        phrase("What should happen to %(term_accounts)s you already have?"),
        _("Matched by number, then external id, then name"),
        phrase("Also add %(term_accounts)s that are not here yet"),
        phrase("A parent that is not here yet is created by its name."),
    )
