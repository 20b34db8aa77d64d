"""The help center as somebody else sees it: its own views, for that person, under another address, and nothing written.

The request handed on is a copy: the session, the person signed in and every other tab stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import ResolverMatch, get_script_prefix, resolve, reverse, set_script_prefix

from customers.models import Contact
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.database.read_only import read_only
from helpdesk.core.models import User
from helpdesk.core.web.requests import DeskRequest

FILES = "tickets:attachment_download"


@dataclass(frozen=True)
class Looking:
    """That the page is only looked at: templates know it as `looking`, name the person and let the verbs rest."""

    contact: Contact
    way_out: str


def show_as(request: DeskRequest, contact: Contact, *, mount: str, rest: str) -> HttpResponseBase:
    """What `contact` gets at the help center's address `/rest`; every link on it leads on below `mount`."""
    match = resolve(f"/{rest}")
    if match.app_name != "portal" and match.view_name != FILES:
        raise Http404
    seen = _as_seen_by(contact, request, match)
    with _mounted_at(mount), read_only():
        response = match.func(seen, *match.args, **match.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    return response


class _LookedAt(DeskRequest):
    """For annotations: the copy also says that it is only looked at."""

    looking: Looking


def _as_seen_by(contact: Contact, request: DeskRequest, match: ResolverMatch) -> DeskRequest:
    seen = cast(_LookedAt, copy(request))
    seen.user = contact.user or User(name=contact.name, email=contact.default_email)
    seen.actor = Actor(
        kind=actors.CONTACT, user=contact.user, label=contact.name, contact=contact, answers={}
    )
    seen.resolver_match = match
    seen.looking = Looking(contact, way_out=reverse("tickets:contact_access", args=[contact.pk]))
    return seen


@contextmanager
def _mounted_at(mount: str) -> Iterator[None]:
    """Addresses made in here start with `mount`, as if the whole site lived there."""
    before = get_script_prefix()
    set_script_prefix(mount)
    try:
        yield
    finally:
        set_script_prefix(before)
