"""Every address that the URL resolver knows, and how to go there."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver; `name` carries its namespaces."""

    name: str
    pattern: str

    @property
    def key(self) -> str:
        return self.name or self.pattern


def _walk(patterns: list, namespaces: tuple[str, ...], prefix: str) -> Iterator[Address]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry.url_patterns, inner, pattern)
        elif isinstance(entry, URLPattern):
            yield Address(":".join([*namespaces, entry.name]) if entry.name else "", pattern)


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, (), ""))
