"""The e-mail domains of accounts, made as they are given: of one account by a form, of thousands by an import or its
undo. However many they are, the same rows and the same history come of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from customers.errors.records import DomainTaken
from customers.models import Account, AccountDomain
from customers.values.domains import tidy
from helpdesk.core.database.bulk import insert
from helpdesk.core.database.lookups import one_of
from helpdesk.core.validation import clean_changed
from helpdesk.events.recording import Happening


def rewrite_domains(accounts: Mapping[int, Account], lists: Mapping[int, Iterable[str]]) -> list[Happening]:
    """Make the domains of each of these accounts, which are locked or new, exactly those given
    (``{account id: domains}``), in the caller's transaction. Returns what is to be recorded.

    Raises `PublicMailDomain`, `InvalidFields`, and `DomainTaken` when another account has one.
    """
    wanted = {pk: {domain for text in given if (domain := tidy(text))} for pk, given in lists.items()}
    present: dict[int, dict[str, int]] = {pk: {} for pk in wanted}
    rows = (
        AccountDomain.objects.filter(one_of("account_id", wanted)) if wanted else AccountDomain.objects.none()
    )
    for row, account, domain in rows.values_list("pk", "account", "domain"):
        present[account][domain] = row
    changed = [pk for pk in wanted if wanted[pk] != present[pk].keys()]
    gone = [row for pk in changed for domain, row in present[pk].items() if domain not in wanted[pk]]
    if gone:
        AccountDomain.objects.filter(one_of("id", gone)).delete()
    insert(_added({pk: wanted[pk] - present[pk].keys() for pk in changed}))
    return [
        Happening(
            "account.domains_changed",
            accounts[pk],
            None,
            {"changes": {"domains": [sorted(present[pk]), sorted(wanted[pk])]}},
        )
        for pk in changed
    ]


def _added(domains: Mapping[int, Iterable[str]]) -> list[AccountDomain]:
    """The new rows, once it is sure that they may be there."""
    rows = [
        AccountDomain(account_id=pk, domain=domain) for pk, new in domains.items() for domain in sorted(new)
    ]
    for row in rows:
        clean_changed(row, ["domain"])
    names = [row.domain for row in rows]
    taken = (
        AccountDomain.objects.filter(one_of("domain", names)).select_related("account").first()
        if rows
        else None
    )
    if taken:
        raise DomainTaken(taken.shown, taken.account.name)
    return rows
