"""The three groups of staff, and what each may do. Apps add their permissions from `AppConfig.ready`."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps as django_apps

AGENT, MANAGER, ADMINISTRATOR = "agent", "manager", "administrator"
ROLES = (AGENT, MANAGER, ADMINISTRATOR)

_granted: dict[str, set[str]] = defaultdict(set)


def grant(role: str, permissions: Iterable[str]) -> None:
    """Give a role permissions such as ``customers.add_contact``; the higher roles get them too."""
    for higher in ROLES[ROLES.index(role) :]:
        _granted[higher].update(permissions)


def granted_to(role: str) -> frozenset[str]:
    """The permissions of a role, those of the lower ones among them."""
    return frozenset(_granted[role])


def sync_groups(*, using: str, **_: Any) -> None:
    """Create the groups and set their permissions after every migration, so that a release needs no hand work."""
    group_model = django_apps.get_model("auth", "Group")
    permission_model = django_apps.get_model("auth", "Permission")
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permission_model.objects.using(using).select_related("content_type")
    }
    for role in ROLES:
        group, _created = group_model.objects.using(using).get_or_create(name=role)
        group.permissions.set([known[name] for name in _granted[role] if name in known])
