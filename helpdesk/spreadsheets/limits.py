"""How large a file may be that people upload."""

from __future__ import annotations

from django.conf import settings


def max_bytes() -> int:
    """The largest file that can be uploaded."""
    return int(settings.HELPDESK_IMPORT_MAX_BYTES)
