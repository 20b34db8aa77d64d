"""The request as our middleware hands it on, and the views that know it.

Views, and what they hand their request to, say `DeskRequest`. Where Django's own signature says `HttpRequest`, which a
subclass may not narrow, class-based views read `self.request`, and admin classes ask `actor_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard, cast

from django.http import HttpRequest
from django.views.generic.base import TemplateResponseMixin, View

from helpdesk.core.actors import Actor

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from helpdesk.core.models import User


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in; for annotations alone, none is made from this class.

    A page that is open to visitors takes Django's `HttpRequest`.
    """

    user: User
    actor: Actor
    htmx: HtmxDetails


@dataclass(frozen=True)
class Reader:
    """Who reads, where a filter set asks its request for that: lists are also read without one."""

    actor: Actor

    @property
    def user(self) -> User | None:
        return self.actor.user


class DeskView(TemplateResponseMixin, View):
    """What every mixin of ours for class-based views stands on: its request is the desk's."""

    request: DeskRequest


def is_signed_in(request: HttpRequest) -> TypeGuard[DeskRequest]:
    """Whether somebody is signed in; for what visitors reach too, and for requests that our middleware never saw."""
    return getattr(request, "actor", None) is not None


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request that is known to come from somebody signed in."""
    return cast(DeskRequest, request).actor
