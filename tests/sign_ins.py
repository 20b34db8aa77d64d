"""Who an address signs in, as tests ask it."""

from helpdesk.core.identity import whose
from helpdesk.core.models import User


def signs_in(address: str) -> User | None:
    """The user whom the address finds, confirmed or not."""
    owner = whose(address)
    return owner.user if owner else None
