"""Where a request comes from: the visitor's address, as the proxies in front of the desk tell it.

Each proxy appends the address that it was called from to `X-Forwarded-For`, so the entry to believe is the one that
the outermost of our own proxies wrote: `HELPDESK_PROXIES` from the right. What stands left of it, a visitor can write.
"""

from __future__ import annotations

import ipaddress

from allauth.core.internal.httpkit import clean_client_ip
from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - no address to listen on: a request that came over a socket file
IPV6_NETWORK = 64
"""A visitor with IPv6 has a whole network of this length to choose addresses from."""


def address_of(request: HttpRequest) -> str:
    """The visitor's address; `UNKNOWN` when neither a proxy nor the connection tells one."""
    told = _forwarded(request) or clean_client_ip(request.META.get("REMOTE_ADDR") or "")
    return _plain(told) if told else UNKNOWN


def network_of(request: HttpRequest) -> str:
    """What counts as one visitor where tries are counted: an IPv4 address, or an IPv6 network."""
    address = address_of(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK}", strict=False).network_address)


def _forwarded(request: HttpRequest) -> str | None:
    """The entry of our outermost proxy. Fewer entries than proxies: the request came past one, so none is believed."""
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = settings.HELPDESK_PROXIES
    if not proxies or len(entries) < proxies:
        return None
    found: str | None = clean_client_ip(entries[-proxies])
    return found


def _plain(address: str) -> str:
    """An IPv4 address that was written as IPv6 (``::ffff:192.0.2.1``) as itself: else all of them were one network."""
    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
