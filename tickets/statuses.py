"""The ticket statuses as every page reads them: code, kind, names and order, without a query of their own.

The rows (`tickets.models.TicketStatus`) are in a `SharedMemo`. A service that sets a status asks the table itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import translation

from helpdesk.core.database.memo import SharedMemo
from tickets.status_kinds import CUSTOMER_WORDS, KINDS, StatusKind

Names = Mapping[str, tuple[str, str]]
"""By language: the desk's name and the customers', which may be empty."""


@dataclass(frozen=True)
class Status:
    """One status. `label` and `customer_label` are in the language of the reader."""

    code: str
    kind: str
    in_use: bool = True
    names: Names = field(default_factory=dict)

    @property
    def is_default(self) -> bool:
        """Whether it is the one of its kind that the product sets by itself."""
        return self.code == self.kind

    @property
    def label(self) -> str:
        """The desk's name: as given for the language; for a default the product's word; else as given in another."""
        named, _customers = self._here()
        if not named and self.is_default:
            return str(StatusKind(self.kind).label)
        return named or next((name for name, _customers in self._elsewhere() if name), self.code)

    @property
    def customer_label(self) -> str:
        """The customers' name; without one, what the default of its kind is called."""
        _named, customers = self._here()
        if not customers and not self.is_default:
            customers = next((name for _named, name in self._elsewhere() if name), "")
            return customers or status_of(self.kind).customer_label
        return customers or str(CUSTOMER_WORDS[self.kind])

    def _here(self) -> tuple[str, str]:
        language = translation.get_language() or settings.LANGUAGE_CODE
        return self.names.get(language) or self.names.get(language.split("-")[0]) or ("", "")

    def _elsewhere(self) -> Iterable[tuple[str, str]]:
        """Its names in other languages, that of the desk first."""
        languages = sorted(self.names, key=lambda language: (language != settings.LANGUAGE_CODE, language))
        return (self.names[language] for language in languages)


def _read_statuses() -> list[tuple[str, str, bool, dict[str, tuple[str, str]]]]:
    names: dict[str, dict[str, tuple[str, str]]] = {}
    rows = apps.get_model("tickets", "TicketStatusName").objects.values_list(
        "status__code", "language", "name", "customer_name"
    )
    for code, language, name, customer_name in rows:
        names.setdefault(code, {})[language] = (name, customer_name)
    statuses = apps.get_model("tickets", "TicketStatus").objects.order_by("position", "id")
    return [
        (code, kind, in_use, names.get(code, {}))
        for code, kind, in_use in statuses.values_list("code", "kind", "in_use")
    ]


def _by_code(rows: Iterable[Any]) -> dict[str, Status]:
    return {code: Status(code, kind, in_use, names) for code, kind, in_use, names in rows}


_memo = SharedMemo("statuses", _read_statuses, _by_code, [(kind, kind, True, {}) for kind in KINDS])


def statuses() -> list[Status]:
    """Every status in its order, those that are out of use among them."""
    return list(_memo.value().values())


def statuses_in_use() -> list[Status]:
    """What can be chosen, in its order."""
    return [status for status in statuses() if status.in_use]


def status_of(code: str | None, kind: str = "") -> Status:
    """The status of a code. One that is gone (the history may name it) is the default of its kind, else only a code."""
    known = _memo.value()
    found = known.get(code or "") or known.get(kind)
    return found or Status(code or "", kind or (code if code in KINDS else StatusKind.OPEN))


def codes_of(kinds: Collection[str]) -> list[str]:
    """The codes of every status of these kinds, in their order."""
    return [status.code for status in statuses() if status.kind in kinds]


def kinds_made_of(codes: Collection[str]) -> list[str] | None:
    """The kinds whose statuses these codes are, all of them and no other; None when they are only some of a kind."""
    chosen = {status.kind for status in statuses() if status.code in codes}
    return [kind for kind in KINDS if kind in chosen] if set(codes_of(chosen)) <= set(codes) else None


def forget_statuses() -> None:
    """Make every process read the statuses again."""
    _memo.forget()


@receiver([post_save, post_delete], sender="tickets.TicketStatus", dispatch_uid="statuses.forget")
@receiver([post_save, post_delete], sender="tickets.TicketStatusName", dispatch_uid="statuses.forget_names")
def _forget_changed_statuses(**_kwargs: Any) -> None:
    """Now, for the rest of this request, and after the commit, for whoever read the old rows meanwhile."""
    forget_statuses()
    transaction.on_commit(forget_statuses)
