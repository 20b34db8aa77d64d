"""What a service raises when a rule says no."""

from collections.abc import Sequence


class DomainError(Exception):
    """A rule was broken. `message` is a translated sentence that says what to do next; `field` names a form field,
    `status` is the answer's over HTTP."""

    status = 422

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class AgreementNeeded(DomainError):
    """A rule asks first. The same call goes through with `key` as what was agreed to; `sentences` say what that is."""

    def __init__(self, sentences: Sequence[str], key: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences
        self.key = key
