"""Writing deliveries, in the transaction of the change that asks for them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.db import models
from django.utils import timezone

from helpdesk.core.sealing import seal
from helpdesk.outbox.letters import kind_of
from helpdesk.outbox.models import TRIED_FOR, Delivery


@dataclass(frozen=True)
class Recipient:
    """Somebody to write to. `person` is the record that the address belongs to, for erasure and merge to find."""

    address: str
    name: str = ""
    language: str = ""
    person: models.Model | None = None


@dataclass(frozen=True)
class Wanted:
    """A message of one kind: what it is made of, what it is about, and how long it is of use."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    secret: Mapping[str, Any] = field(default_factory=dict)
    about: models.Model | None = None
    message_id: str = ""
    expires_at: datetime | None = None
    is_for_nobody: bool = False
    """Nothing is sent. The row is written all the same where the answer may not tell whether anybody is meant."""


def post(wanted: Wanted, recipients: Iterable[Recipient]) -> list[Delivery]:
    """Write a delivery for each recipient; the worker sends them once the transaction is through.

    Raises `KeyError` when nobody registered the kind.
    """
    kind_of(wanted.kind)
    rows = [_row(wanted, recipient) for recipient in recipients]
    return Delivery.objects.bulk_create(rows)


def _row(wanted: Wanted, recipient: Recipient) -> Delivery:
    now = timezone.now()
    sealed = seal(dict(wanted.secret)) if wanted.secret else ""
    return Delivery(
        kind=wanted.kind,
        params=dict(wanted.params),
        sealed="" if wanted.is_for_nobody else sealed,
        address=recipient.address,
        name=recipient.name[:250],
        language=recipient.language or settings.LANGUAGE_CODE,
        message_id=wanted.message_id or f"<{secrets.token_hex(16)}@{mail_host()}>",
        is_urgent=wanted.expires_at is not None,
        created_at=now,
        next_at=now,
        give_up_at=now + TRIED_FOR,
        expires_at=wanted.expires_at,
        state=Delivery.State.CANCELLED if wanted.is_for_nobody else Delivery.State.WAITING,
        ended_at=now if wanted.is_for_nobody else None,
        **_reference("recipient", recipient.person),
        **_reference("about", wanted.about),
    )


def _reference(name: str, thing: models.Model | None) -> dict[str, Any]:
    if thing is None:
        return {}
    return {f"{name}_type": thing._meta.label_lower, f"{name}_id": thing.pk}


def mail_host() -> str:
    """The host that our message ids name."""
    return urlparse(settings.HELPDESK_PUBLIC_URL).hostname or "localhost"
