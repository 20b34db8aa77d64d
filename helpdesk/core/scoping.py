"""Who may see what, in one door: a queryset method. Views below refuse to run without it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase

from helpdesk.core.actors import Actor
from helpdesk.core.web.requests import DeskRequest, DeskView


class ScopedQuerySet(models.QuerySet):
    """A queryset of records that not everybody may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Only what `actor` may see; nothing for anyone unknown."""
        raise NotImplementedError(f"{type(self).__name__} does not say who may see it.")


class PermissionMixin(DeskView):
    """Ask for `permission_required` (a name such as ``customers.delete_account``) before anything else."""

    permission_required: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.permission_required:
            self.request.actor.require(self.permission_required)
        return super().dispatch(request, *args, **kwargs)


class StaffRequiredMixin(PermissionMixin):
    """The workspace: whoever is not staff learns nothing, not even that the address exists."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _require_staff(self.request)
        return super().dispatch(request, *args, **kwargs)


class ContactRequiredMixin(DeskView):
    """The help center: for people with a contact that is active."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _require_contact(self.request)
        return super().dispatch(request, *args, **kwargs)


class ScopedViewMixin(DeskView):
    """For Django's generic views: the queryset is always what the actor may see."""

    model: Any

    def get_queryset(self) -> Any:
        return self.model._default_manager.visible_to(self.request.actor)


def _require_staff(request: DeskRequest) -> None:
    if not request.actor.is_staff:
        raise Http404


def _require_contact(request: DeskRequest) -> None:
    contact = request.actor.contact
    if contact is None or not contact.is_active:
        raise PermissionDenied("contact")
    request.actor = request.actor.as_contact()


def staff_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The function form of `StaffRequiredMixin`."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _require_staff(request)
        return view(request, *args, **kwargs)

    return guarded


def contact_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The function form of `ContactRequiredMixin`."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _require_contact(request)
        return view(request, *args, **kwargs)

    return guarded
