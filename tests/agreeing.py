"""Doors that ask before they let more people see more: sending a form, and agreeing to what it says."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

AGREED = re.compile(r'name="agreed" value="([^"]*)"')


def what_is_asked(answer: HttpResponse) -> str:
    """What there is to be agreed to; empty when nothing is asked."""
    found = AGREED.search(answer.content.decode())
    return unescape(found[1]) if found else ""


def agreeing(client: Client, address: str, data: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
    """Send a form, be asked, and send it once more. Fails when nothing is asked."""
    asked = client.post(address, data or {}, **more)
    key = what_is_asked(asked)
    assert key, f"{address} asks nothing: {asked.status_code}"
    return client.post(address, {**(data or {}), "agreed": key}, **more)
