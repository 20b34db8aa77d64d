"""Whose address is this? The one function that says who an e-mail address belongs to, for every door that signs in.

An address is found by its key (`helpdesk.core.text.addresses`) and compared again in Python: what a database folds
while it looks is not ours to say. Letters go to `Owner.address`, the one that is stored, never to the text that
somebody typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.core.models import User
from helpdesk.core.text.addresses import address_key


@dataclass(frozen=True)
class Owner:
    """Who signs in with an address. One that is not confirmed opens nothing but by a code that was sent to it."""

    user: User
    address: str
    is_confirmed: bool = True


Resolver = Callable[[str, "User | None"], "Owner | None"]
Claim = Callable[[str, "User | None"], str]
_resolvers: list[Resolver] = []
_claims: list[Claim] = []
_address_lists: list[Callable[[User], list[str]]] = []


def register_resolver(resolver: Resolver) -> None:
    """Let a higher floor say whose an address is that nobody of the desk has; it may create the user. Called at start
    with the key, and the user who has this address as their own, if any. An owner that it returns is never staff."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def register_claim(claim: Claim) -> None:
    """Let a higher floor refuse an address for somebody of the desk: called with the key and the user, returns the
    sentence that says why not, else an empty text."""
    if claim not in _claims:
        _claims.append(claim)


def register_addresses(addresses: Callable[[User], list[str]]) -> None:
    """Let a higher floor say by which addresses it lets a user sign in, the one for letters first."""
    if addresses not in _address_lists:
        _address_lists.append(addresses)


def addresses_of(user: User) -> list[str]:
    """The stored addresses that open the sign-in of a user, the one for letters first; none for nobody's."""
    if user.is_staff:
        return [user.email] if user.email else []
    own = [user.email] if user.email else []
    return own + [address for addresses in _address_lists for address in addresses(user)]


def whose(address: str) -> Owner | None:
    """The active person whom an address signs in; None for nobody.

    People of the desk by their own address alone, never through a contact. Contacts by any of their addresses.
    """
    key = address_key(address)
    if not key:
        return None
    user = user_with(key)
    # Asked for people of the desk too: how much is looked up tells nothing of whose an address is.
    owners = [resolve(key, user) for resolve in _resolvers]
    if user and user.is_staff:
        return Owner(user, user.email or "") if user.is_active else None
    return next((owner for owner in owners if owner and _is_fit(owner, key)), None)


def _is_fit(owner: Owner, key: str) -> bool:
    return owner.user.is_active and not owner.user.is_staff and address_key(owner.address) == key


def user_with(key: str) -> User | None:
    """The user whose own address has this key."""
    user = User.objects.filter(email_key=key).first()
    return user if user and user.email and address_key(user.email) == key else None


def why_not_of_the_desk(key: str, user: User | None) -> str:
    """Why this address cannot be that of somebody of the desk; empty when it can."""
    return next((sentence for claim in _claims if (sentence := claim(key, user))), "")
