"""The accounts of the person who is looking: where they belong, and where they act for others."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext

from customers.models import Account
from customers.querysets import may_act
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase


@dataclass
class MyAccount:
    """An account with the mark that says how the person belongs: "primary", "none" (another) or "acting"."""

    account: Account
    mark: str
    responsibilities: list[str] = field(default_factory=list)
    waiting: int = 0
    """Tickets that are not settled yet; filled in by the list that counts them."""

    @property
    def belonging(self) -> str:
        if self.mark == "primary":
            return phrase("Your primary %(term_account)s")
        return gettext("You act on its behalf") if self.mark == "acting" else gettext("Member")

    @property
    def acted_as(self) -> str:
        """As what the person acts for it; nothing for an account of their own."""
        return ", ".join(self.responsibilities)

    @property
    def belonging_with_responsibility(self) -> str:
        if self.mark != "acting":
            return self.belonging
        return gettext("On its behalf, as %(responsibility)s") % {"responsibility": self.acted_as}


def my_accounts(actor: Actor) -> list[MyAccount]:
    """The accounts that `actor` may open a ticket for: their own in order, the primary first, then the others by name.

    Two queries, or three for who acts for others, however many accounts there are.
    """
    own = actor.contact.associations.select_related("account").order_by("position")
    mine = [MyAccount(each.account, "none" if number else "primary") for number, each in enumerate(own)]
    return mine + (_acted_for(actor, {each.account.pk for each in mine}) if may_act(actor) else [])


def _acted_for(actor: Actor, own_ids: set[int]) -> list[MyAccount]:
    found: dict[int, MyAccount] = {}
    for relationship in actor.contact.acting_for.order_by(
        "account__search", "account_id", "responsibility__name"
    ):
        if relationship.account_id not in own_ids:
            entry = found.setdefault(relationship.account_id, MyAccount(relationship.account, "acting"))
            entry.responsibilities.append(relationship.responsibility.name)
    return list(found.values())


def standing_at(actor: Actor, account: Account | None) -> MyAccount | None:
    """How `account` stands to the person who looks; None where it is neither theirs nor acted for."""
    if account is None:
        return None
    return next((each for each in my_accounts(actor) if each.account.pk == account.pk), None)
