"""What a rule, a channel and the system may do: permissions of actors that are no signed-in person, in one table.

People hold permissions through their groups (`helpdesk.core.roles`). A machine has no more than the highest role has: a
permission that no role is granted is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpdesk.core.roles import ADMINISTRATOR, granted_to

DELETING = ("delete", "erase")
EXPORTING = ("export",)
RIGHTS_OF_PEOPLE = frozenset(
    {
        # Who signs in, as what, and what they reach.
        *("core.add_user", "core.change_user", "core.use_admin", "customers.link_contact_to_desk"),
        *("core.add_departmentmember", "core.change_departmentmember"),
        # What a contact may do for an account.
        *(
            "customers.add_contactrelationship",
            "customers.add_responsibility",
            "customers.change_responsibility",
        ),
        # What stands for a person: the PIN, and the help center as that person sees it.
        *("customers.reveal_support_pin", "customers.view_as_contact"),
    }
)
FOR_CHANNELS = frozenset(
    {
        # Who writes: found by a method, or created; an address that mail bounces from is marked.
        *(
            "customers.view_contact",
            "customers.add_contact",
            "customers.change_contact",
            "customers.view_account",
        ),
        # What they write, and who else gets it. A channel changes nothing else of a ticket.
        *("tickets.view_ticket", "tickets.add_ticket", "tickets.view_message", "tickets.add_message"),
        *("tickets.view_attachment", "tickets.add_participant"),
    }
)


def _system_may(permission: str) -> bool:
    """Migrations, commands, the clock and the import of somebody who has gone: all that an administrator may."""
    return permission in granted_to(ADMINISTRATOR)


def _rule_may(permission: str) -> bool:
    """An administrator's rights, minus deleting, exporting and rights of people."""
    verb = permission.partition(".")[2].partition("_")[0]
    withheld = verb in (*DELETING, *EXPORTING) or permission in RIGHTS_OF_PEOPLE
    return not withheld and permission in granted_to(ADMINISTRATOR)


def _channel_may(permission: str) -> bool:
    """What brings in a message needs, and no more."""
    return permission in FOR_CHANNELS


RIGHTS: Mapping[str, Callable[[str], bool]] = {
    "system": _system_may,
    "rule": _rule_may,
    "channel": _channel_may,
}
"""By `Actor.kind`."""


def machine_may(kind: str, permission: str) -> bool:
    """Whether an actor of this kind holds a permission such as ``customers.delete_account``; of people: no."""
    return kind in RIGHTS and RIGHTS[kind](permission)
