"""Who does something: every service takes an `actor`, every audit entry names one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import PermissionDenied

from helpdesk.core.machine_rights import RIGHTS, machine_may

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
        """The desk itself: a migration, a command, a clock, the import of somebody who has gone."""
        return cls(kind=SYSTEM, label=label)

    @classmethod
    def rule(cls, label: str, *, cause: Model | None = None, depth: int = 0) -> Actor:
        """A rule of an administrator's, with the entry that it answers to."""
        return cls(kind=RULE, label=label, cause=cause, depth=depth)

    @classmethod
    def channel(cls, label: str, *, contact: Any = None) -> Actor:
        """A way in, such as a mailbox. `contact`: whom what it brings was proved to come from, when that person has no
        right of their own to do it, as a participant who answers a mail."""
        return cls(kind=CHANNEL, label=label, contact=contact)

    @property
    def is_machine(self) -> bool:
        """Whether it is no person: what it may do stands in `machine_rights`."""
        return self.kind in RIGHTS

    @property
    def is_staff(self) -> bool:
        """Whether the whole workspace is open: agents, and the desk's own machinery."""
        if self.is_machine:
            return True
        return bool(self.kind == AGENT and self.user and self.user.is_active and self.user.is_staff)

    @property
    def departments(self) -> frozenset[int] | None:
        """What of the desk it reaches: None for everything, else the departments whose tickets it does.

        Whoever is not of the desk reaches none of it. A query for somebody limited, asked once a page.
        """
        if not self.is_staff:
            return frozenset()
        user = self.user if self.kind == AGENT else None
        if user is None or user.reach == user.Reach.EVERYTHING:
            return None
        return self.once("departments", lambda: _departments_of(user))

    @property
    def is_limited(self) -> bool:
        """Whether it is of the desk and reaches only a part of its tickets."""
        return self.is_staff and self.departments is not None

    def as_contact(self) -> Actor:
        """The same person in the help center: somebody of the desk who is also a contact sees what the contact sees."""
        return replace(self, kind=CONTACT)

    def can(self, permission: str) -> bool:
        """Whether this actor holds a permission such as ``customers.delete_account``."""
        if self.is_machine:
            return machine_may(self.kind, permission)
        return bool(self.kind == AGENT and self.user and self.user.has_perm(permission))

    def require(self, permission: str) -> None:
        """Raise `PermissionDenied` unless `can(permission)`."""
        if not self.can(permission):
            raise PermissionDenied(permission)


def _departments_of(user: User) -> frozenset[int]:
    return frozenset(user.memberships.order_by().values_list("department_id", flat=True))
