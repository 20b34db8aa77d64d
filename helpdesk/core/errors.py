"""What a service raises when a rule says no."""


class DomainError(Exception):
    """A rule was broken. `message` is a translated sentence that says what to do next; `field` names a form field."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
