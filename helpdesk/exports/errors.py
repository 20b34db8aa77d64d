"""What stops an export, as the codes that its job keeps, each with a sentence for the page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NOT_ALLOWED, NO_COLUMNS, FILTER_GONE, NO_ROOM, CRASHED = (
    "not_allowed",
    "no_columns",
    "filter_gone",
    "no_room",
    "crashed",
)
SENTENCES = {
    NOT_ALLOWED: _("Whoever started this export may no longer export this list."),
    NO_COLUMNS: _("None of the chosen columns is there any more. Export the list again with others."),
    FILTER_GONE: _(
        "A filter of the list names what was deleted meanwhile, so that the file would have held more than was "
        "asked for. Export the list again."
    ),
    NO_ROOM: _("The server has no room left for the file. Try again later."),
    CRASHED: _("Something unforeseen stopped this export. Export the list again."),
}


def sentence(code: str) -> str:
    """The sentence for a stored code, in the reader's language."""
    return str(SENTENCES.get(code, SENTENCES[CRASHED]))
