"""What may be wrong with the customers' data: each finding with a count that stops at a thousand.

Every count is asked of an index (`Exists`, partial indexes), and remembered for a minute: the page asks for each by
itself, so that a slow one keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from customers.models import Account, Contact, DuplicatePair
from customers.services.associations import account_limit
from helpdesk.core.actors import Actor
from helpdesk.core.web.listing import how_many
from helpdesk.core.words import phrase

SECONDS = 60
KEY = "data-health:{}"


@dataclass(frozen=True)
class Finding:
    """One line of the page. `title` and `meaning` are made when somebody reads them; `rows` is what is counted;
    `list_name` and `query` lead to the list of it, `remedy` (an URL name) to what can be done for all at once."""

    code: str
    title: Callable[[], str]
    meaning: Callable[[], str]
    rows: Callable[[Actor], QuerySet[Any]]
    list_name: str
    query: str = ""
    remedy: str = ""
    remedy_words: Callable[[], str] = lambda: ""
    permission: str = "customers.change_contact"
    """What the remedy takes."""

    def count(self, actor: Actor) -> int:
        """How many, up to a thousand and one. Everybody of the desk sees the same records."""
        number = cache.get_or_set(KEY.format(self.code), lambda: how_many(self.rows(actor)), SECONDS)
        return int(number or 0)


def forget_counts() -> None:
    """After a remedy, the page shows what it did."""
    cache.delete_many([KEY.format(finding.code) for finding in FINDINGS.values()])


def _contacts(actor: Actor) -> Any:
    return Contact.objects.visible_to(actor)


def _accounts(actor: Actor) -> Any:
    return Account.objects.visible_to(actor)


FINDINGS = {
    finding.code: finding
    for finding in (
        Finding(
            "no-account",
            lambda: phrase("%(term_contacts)s without %(term_account)s"),
            lambda: phrase(
                "Nobody but themselves sees their %(term_tickets)s, and no list by %(term_account)s has them."
            ),
            lambda actor: _contacts(actor).without_account(),
            "customers:contact_list",
            "membership=none",
            "customers:health_domains",
            lambda: phrase("Associate by domain…"),
        ),
        Finding(
            "duplicates",
            lambda: phrase("Possible duplicates"),
            lambda: phrase(
                "Two %(term_contacts)s with the same phone, the same name in one %(term_account)s or similar addresses."
            ),
            lambda actor: DuplicatePair.objects.visible_to(actor).open().folded(),
            "customers:duplicate_list",
        ),
        Finding(
            "phones",
            lambda: phrase("Phones that are no numbers"),
            lambda: phrase("They cannot be called with one press, and nobody is found by them."),
            lambda actor: _contacts(actor).with_unparsed_phone(),
            "customers:contact_list",
            "health=phone",
            "customers:health_phones",
            lambda: phrase("Read them as numbers…"),
        ),
        Finding(
            "bouncing",
            lambda: phrase("Addresses that bounce"),
            lambda: phrase("The mail server of the address refused what the desk sent, for good."),
            lambda actor: _contacts(actor).bouncing(),
            "customers:contact_list",
            "health=bouncing",
            "customers:health_bouncing",
            lambda: phrase("Try them again…"),
        ),
        Finding(
            "limit",
            lambda: phrase(
                "%(term_contacts)s at the limit of %(limit)s %(term_accounts)s", limit=account_limit()
            ),
            lambda: phrase(
                "They cannot be associated with another %(term_account)s until one is removed. "
                "In the list, the %(term_accounts)s of many are replaced at once."
            ),
            lambda actor: _contacts(actor).with_at_least(account_limit()),
            "customers:contact_list",
            "health=limit",
        ),
        Finding(
            "no-people",
            lambda: phrase("%(term_accounts)s without %(term_contacts)s"),
            lambda: phrase("Nobody belongs to them: left over from an import, or their people have gone."),
            lambda actor: _accounts(actor).without_people(),
            "customers:account_list",
            "people=none",
            "customers:health_unused",
            lambda: phrase("Delete the unused…"),
            "customers.delete_account",
        ),
        Finding(
            "no-administrator",
            lambda: phrase("%(term_accounts)s without customer administrator"),
            lambda: phrase("They have people, but none who can invite colleagues or keep the details right."),
            lambda actor: _accounts(actor).without_administrator(),
            "customers:account_list",
            "people=unmanaged",
            "customers:health_appoint",
            lambda: phrase("Appoint the only person…"),
            "customers.change_account",
        ),
    )
}
