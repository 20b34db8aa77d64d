"""Who does something: every service takes an `actor`, every audit entry names one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.db.models import Model

    from helpdesk.core.models import User

Answer = TypeVar("Answer")
AGENT, CONTACT, RULE, CHANNEL, SYSTEM = "agent", "contact", "rule", "channel", "system"


@dataclass(frozen=True)
class Actor:
    """The doer of a change. `contact` is the signed-in person's contact (a `customers.Contact`), if one is linked."""

    kind: str
    user: User | None = None
    label: str = ""
    contact: Any = None
    cause: Model | None = None
    """The entry of the audit feed (`helpdesk.events`) because of which this is done."""
    depth: int = 0
    batch: int | None = None
    """The id of the job that does it, when the change is one of many: an import, a bulk update."""
    asked: frozenset[str] = frozenset()
    """The consumers of events that the starter of the job wants to hear of each of its changes."""
    answers: dict[Any, Any] | None = field(default=None, compare=False, repr=False)
    """Answers kept for `once` while a page is read; None wherever what was answered may change."""

    @classmethod
    def for_user(cls, user: User, *, reading: bool = False) -> Actor:
        """The actor of a signed-in user: an agent when staff, else the linked contact. `reading`: for one page."""
        contact = getattr(user, "contact", None)
        kind = AGENT if user.is_staff else CONTACT
        answers: dict[Any, Any] | None = {} if reading else None
        return cls(kind=kind, user=user, label=user.get_full_name(), contact=contact, answers=answers)

    def once(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """What `ask()` says, asked once a page under this key."""
        if self.answers is None:
            return ask()
        if key not in self.answers:
            self.answers[key] = ask()
        return cast("Answer", self.answers[key])

    @classmethod
    def system(cls, label: str) -> Actor:
        """The desk itself: a migration, a command, a clock."""
        return cls(kind=SYSTEM, label=label)

    @classmethod
    def channel(cls, label: str) -> Actor:
        """A way in, such as a mailbox or an import, when no person is signed in."""
        return cls(kind=CHANNEL, label=label)

    @property
    def is_staff(self) -> bool:
        """Whether the whole workspace is open: agents, and the desk's own machinery."""
        if self.kind in {SYSTEM, CHANNEL, RULE}:
            return True
        return bool(self.kind == AGENT and self.user and self.user.is_active and self.user.is_staff)

    def as_contact(self) -> Actor:
        """The same person in the help center: somebody of the desk who is also a contact sees what the contact sees."""
        return replace(self, kind=CONTACT)

    def can(self, permission: str) -> bool:
        """Whether this actor holds a permission such as ``customers.delete_account``."""
        if self.kind in {SYSTEM, CHANNEL, RULE}:
            return True
        return bool(self.kind == AGENT and self.user and self.user.has_perm(permission))

    def require(self, permission: str) -> None:
        """Raise `PermissionDenied` unless `can(permission)`."""
        if not self.can(permission):
            raise PermissionDenied(permission)
