"""Keeping lists under names, sharing them, and choosing the one that opens by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from customers import policies
from customers.errors.records import TooManyViews, ViewGone
from customers.models import DefaultView, SavedView
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.core.models import User
from helpdesk.core.text import line
from helpdesk.core.validation import assign, check
from helpdesk.events.recording import record

MOST_VIEWS = 50
CHANGEABLE = ("name", "audience", "query")


def save_view(module: str, fields: Mapping[str, Any], *, actor: Actor) -> SavedView:
    """Keep a list (`query`, as the list's address has it) under a `name`, for an `audience` (else for oneself).

    Raises `InvalidFields` (a name taken, an unknown audience), `TooManyViews`, `PermissionDenied` for sharing
    without the right.
    """
    policies.require_save_views(actor, module)
    with transaction.atomic():
        owner = User.objects.select_for_update().get(pk=actor.user.pk)  # type: ignore[union-attr]
        view = SavedView(module=module, owner=owner)
        _changed(view, fields, actor)
        if SavedView.objects.filter(owner=owner, module=module).count() >= MOST_VIEWS:
            raise TooManyViews(MOST_VIEWS)
        view.save(force_insert=True)
        record("saved_view.created", subject=view, actor=actor, name=view.name, audience=view.audience)
    return view


def change_view(view: SavedView, fields: Mapping[str, Any], *, actor: Actor) -> SavedView:
    """Change name, audience or query. Raises as `save_view`, and `ViewGone`."""
    with transaction.atomic():
        view = _changeable(view, actor)
        changes = _changed(view, fields, actor)
        if changes:
            view.save()
            record("saved_view.changed", subject=view, actor=actor, name=view.name, changes=changes)
    return view


def delete_view(view: SavedView, *, actor: Actor) -> None:
    """Delete a view; whoever had it as the default has none then. Raises `ViewGone`."""
    with transaction.atomic():
        view = _changeable(view, actor)
        record("saved_view.deleted", subject=view, actor=actor, name=view.name, module=view.module)
        view.delete()


def set_default_view(
    module: str, *, actor: Actor, view: SavedView | None = None, code: str = "", name: str = ""
) -> None:
    """Let one's own list open with a saved view, or with one that every desk has (`code` and `name`); with neither
    it opens whole. Raises `ViewGone` for a view that the person does not see."""
    policies.require_save_views(actor, module)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.user.pk)  # type: ignore[union-attr]
        if view is not None:
            view = SavedView.objects.offered_to(actor).filter(pk=view.pk, module=module).first()
            if view is None:
                raise ViewGone
        before = DefaultView.objects.filter(user=user, module=module).first()
        wanted = view.key if view else code
        if wanted == (before.key if before else ""):
            return
        if not wanted:
            DefaultView.objects.filter(user=user, module=module).delete()
            record("saved_view.default_ended", subject=user, actor=actor, module=module)
            return
        DefaultView.objects.update_or_create(
            user=user, module=module, defaults={"view": view, "code": "" if view else code}
        )
        told = view.name if view else name
        record("saved_view.made_default", subject=user, actor=actor, module=module, name=told)


def _changed(view: SavedView, fields: Mapping[str, Any], actor: Actor) -> dict[str, list[Any]]:
    """Assign and judge. A view that is being shared needs the right to; one that already is may be renamed."""
    wanted = dict(fields)
    if "name" in wanted:
        wanted["name"] = line(str(wanted["name"]))
    changes = assign(view, wanted, allowed=CHANGEABLE)
    if view.is_shared and "audience" in changes:
        policies.require_share_views(actor)
    check(view)
    return changes


def _changeable(view: SavedView, actor: Actor) -> SavedView:
    """The view as it stands now, if the actor may change it."""
    policies.require_change_view(actor, view)
    view = locked(SavedView, view.pk, gone=ViewGone)
    policies.require_change_view(actor, view)
    return view
