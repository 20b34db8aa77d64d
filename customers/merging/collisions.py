"""What stands in the way of undoing a merge, in words. It is stored as codes and data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from customers.merging.notes import find_model
from helpdesk.core.words import phrase


def collision_words(collisions: Sequence[dict[str, Any]]) -> list[str]:
    """What was edited since the merge, a sentence each, in the reader's language."""
    return [_SENTENCES[collision["what"]](collision) for collision in collisions]


def _field_words(collision: dict[str, Any]) -> str:
    model = find_model(collision["model"])
    name = collision["field"]
    field: Any = model._meta.get_field(name) if model else None
    label = str(field.verbose_name) if field else name
    return phrase("%(name)s: %(field)s was edited since", name=collision["name"], field=label)


def _moved_words(collision: dict[str, Any]) -> str:
    model = find_model(collision["model"])
    kind = str(model._meta.verbose_name_plural) if model else collision["model"]
    shown = ", ".join(f"#{pk}" for pk in collision["ids"][:10]) + ("…" if len(collision["ids"]) > 10 else "")
    return phrase("%(kind)s that belong to somebody else by now: %(ids)s", kind=kind, ids=shown)


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "field": _field_words,
    "moved": _moved_words,
    "gone": lambda told: phrase("%(name)s was removed since", name=told["name"]),
    "row": lambda told: phrase("%(name)s has another in its place by now", name=told["name"]),
    "list": lambda told: phrase("The %(term_accounts)s of %(name)s were edited since", name=told["name"]),
    "place": lambda told: phrase(
        "The %(term_accounts)s of these were edited since: %(names)s", names=", ".join(told["names"])
    ),
}
