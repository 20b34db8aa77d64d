"""The keys of contact methods, computed anew: after a change of the rules that make them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from customers.errors.records import NotAnAddress
from customers.services.methods.values import normalised
from helpdesk.core.words import phrase

BATCH = 2000


@dataclass(frozen=True)
class Collision:
    """A method whose key would be that of another one, or that is no address any more; nobody guesses whose it is."""

    contact: int
    value: str
    other: int | None

    def __str__(self) -> str:
        if self.other is None:
            return phrase(
                "%(Term_contact)s %(n)s: %(value)s cannot be used as an address.",
                n=self.contact,
                value=self.value,
            )
        return phrase(
            "%(Term_contact)s %(n)s: %(value)s is also an address of %(term_contact)s %(other)s.",
            n=self.contact,
            value=self.value,
            other=self.other,
        )


def rekey(methods: Any, *, write: bool = True) -> list[Collision]:
    """Give each method (of this model class) the value and the key that the rules make of it today; without `write`
    only look. Returns those that stay as they are because the key is taken, or because there is none."""
    found: list[Collision] = []
    for method, value, key in _stale(methods):
        if key is None:
            found.append(Collision(method.contact_id, method.value, None))
            continue
        same = methods.objects.filter(kind=method.kind, value_key=key).exclude(pk=method.pk)
        if method.kind != "email":
            same = same.filter(contact=method.contact_id)
        other = same.first()
        if other is not None:
            found.append(Collision(method.contact_id, method.value, other.contact_id))
        elif write:
            methods.objects.filter(pk=method.pk).update(value=value, value_key=key)
    return found


def _stale(methods: Any) -> Iterator[tuple[Any, str, str | None]]:
    """Those whose key is another one today."""
    for method in methods.objects.order_by("pk").iterator(chunk_size=BATCH):
        try:
            value, key = normalised(method.kind, method.value)
        except NotAnAddress:
            if method.kind == "email":
                yield method, method.value, None
            continue
        if (value, key) != (method.value, method.value_key):
            yield method, value, key
