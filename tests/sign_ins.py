"""Who an address signs in, as tests ask it."""

from helpdesk.core.models import User
from helpdesk.sign_in.identity import whose


def signs_in(address: str) -> User | None:
    """The user whom the address finds, confirmed or not."""
    owner = whose(address)
    return owner.user if owner else None
