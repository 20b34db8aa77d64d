"""What a desk on a network should not leave as it is: `check --deploy` and /readyz say it, setting by setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register, run_checks
from django.http.request import validate_host

OF_ONE_PROCESS = ("LocMemCache", "DummyCache")
TO_NOBODY = ("console.EmailBackend", "dummy.EmailBackend", "locmem.EmailBackend", "filebased.EmailBackend")


@register(Tags.security, deploy=True)
def settings_are_fit(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Settings that work, and are wrong for a desk on a network."""
    return [*_cache(), *_mail(), *_public_url(), *_proxies()]


def _cache() -> Iterator[CheckMessage]:
    if settings.CACHES["default"]["BACKEND"].endswith(OF_ONE_PROCESS):
        yield Warning(
            "CACHE_URL names a cache that each process has for itself.",
            hint="With several workers, used codes, limits and renamed words differ from one to the other. Leave "
            "CACHE_URL out: the database is the cache then.",
            id="core.W001",
        )


def _mail() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND.endswith(TO_NOBODY):
        yield Warning(
            f"EMAIL_BACKEND is {settings.EMAIL_BACKEND}, which sends nothing.",
            hint="Leave EMAIL_BACKEND out to send by SMTP (EMAIL_HOST), or name a backend of django-anymail.",
            id="core.W002",
        )


def _public_url() -> Iterator[CheckMessage]:
    address = urlparse(settings.HELPDESK_PUBLIC_URL)
    if address.scheme != "https":
        yield Warning(
            f"HELPDESK_PUBLIC_URL is {settings.HELPDESK_PUBLIC_URL}: links in letters lead there without encryption.",
            hint="Set it to the address that people type, beginning with https://.",
            id="core.W003",
        )
    if not validate_host((address.hostname or "").lower(), settings.ALLOWED_HOSTS):
        yield Warning(
            f"The host of HELPDESK_PUBLIC_URL, {address.hostname}, is not in ALLOWED_HOSTS: links in letters lead to "
            "an address that this desk refuses.",
            hint="Add it to ALLOWED_HOSTS, or correct HELPDESK_PUBLIC_URL.",
            id="core.W004",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Warning(
            "ALLOWED_HOSTS is *: the desk answers to any name that somebody points at it.",
            hint="Name the hosts of this desk.",
            id="core.W005",
        )


def _proxies() -> Iterator[CheckMessage]:
    if settings.BEHIND_TLS_PROXY and not settings.HELPDESK_PROXIES:
        yield Warning(
            "HELPDESK_PROXIES is 0 behind a proxy: every visitor has the proxy's address, and one who is stopped "
            "for trying passwords stops all.",
            hint="Set it to the number of proxies in front that append to X-Forwarded-For.",
            id="core.W006",
        )
    if settings.HELPDESK_PROXIES and not settings.BEHIND_TLS_PROXY:
        yield Warning(
            f"HELPDESK_PROXIES is {settings.HELPDESK_PROXIES}, but BEHIND_TLS_PROXY is off: X-Forwarded-For is "
            "believed while X-Forwarded-Proto is not.",
            hint="Set BEHIND_TLS_PROXY=true, or HELPDESK_PROXIES=0 where nothing stands in front.",
            id="core.W007",
        )


def advice() -> list[str]:
    """What `check --deploy` finds about the security of this desk, one sentence each; nothing for a demo."""
    if settings.LOCAL:
        return []
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [f"{message.id}: {message.msg}" for message in found if not message.is_silenced()]
