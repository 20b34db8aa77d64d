"""Secrets at rest: what the database keeps for a while and nobody may read there, encrypted by `SECRET_KEY`."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class Unreadable(Exception):
    """Sealed with a key that this process does not have."""


def _keys() -> MultiFernet:
    """The present key first; old ones (`SECRET_KEY_FALLBACKS`) still open what they sealed."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"helpdesk.sealing:" + force_bytes(secret)).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(value: Any) -> str:
    """A JSON value, encrypted."""
    return _keys().encrypt(json.dumps(value).encode()).decode()


def unseal(text: str) -> Any:
    """The value again. Raises `Unreadable`."""
    try:
        return json.loads(_keys().decrypt(text.encode()))
    except InvalidToken as error:
        raise Unreadable from error
