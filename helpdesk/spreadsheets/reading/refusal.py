"""Why a file cannot be read: a code, which the desk says as a sentence (`helpdesk.spreadsheets.errors`)."""


class Unreadable(Exception):
    """The file as a whole cannot be read; ``code`` is a key of `helpdesk.spreadsheets.errors.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
