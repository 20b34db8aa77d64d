"""What the steps of a job refuse, each with a sentence that says what is so."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError


class StepPassed(DomainError):
    """The job has moved on, and what was asked for is no longer its next step."""

    def __init__(self) -> None:
        super().__init__(_("This is already past that step."))


class UndoTooLate(DomainError):
    """There is nothing to undo, or no longer time to."""

    def __init__(self) -> None:
        super().__init__(_("This can no longer be undone."))


class TakenOver(Exception):
    """Somebody else goes on with this job, or has ended it."""


class Cancelled(Exception):
    """Somebody pressed *Stop*; what is done stays."""


class Stopped(Exception):
    """The job cannot go on; `code` says why and is kept as its `problem`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
