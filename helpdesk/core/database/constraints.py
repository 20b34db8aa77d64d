"""Named constraints whose sentence is translated, and speaks the desk's words, when it is read.

Give `violation_error_message` as ``gettext_noop("Another %(term_account)s has this name.")``: a migration keeps the
plain text, and no words are looked up while models load.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from helpdesk.core.words import phrase


class _Worded:
    violation_error_message: Any

    def get_violation_error_message(self) -> str:
        return phrase(str(self.violation_error_message), name=self.name)  # type: ignore[attr-defined]


class UniqueConstraint(_Worded, models.UniqueConstraint):
    """Django's, with words."""


class CheckConstraint(_Worded, models.CheckConstraint):
    """Django's, with words."""
