"""A form of a page as a browser would send it: every field with the value that the page gave it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.agreeing import what_is_asked

Values = dict[str, list[str]]


class _Forms(HTMLParser):
    """The values of each form of a page. A field belongs to the form that it names by its id, else to the one around
    it; what stands in a template is not there yet."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Values] = {}
        self.around = ""
        self.templates = 0
        self.options: tuple[list[str], list[str], list[str]] | None = None
        self.area: tuple[list[str], list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.around = known.get("id") or f"form {len(self.forms)}"
            self.forms.setdefault(self.around, {})
        elif tag == "template":
            self.templates += 1
        elif tag == "option" and self.options:
            (self.options[1] if "selected" in known else self.options[2]).append(known.get("value", ""))
        elif tag in ("input", "select", "textarea") and "disabled" not in known and not self.templates:
            self._field(tag, known)

    def _field(self, tag: str, known: dict[str, str]) -> None:
        form, name = known.get("form") or self.around, known.get("name", "")
        if not form or not name or (tag == "input" and not _is_sent(known)):
            return
        values = self.forms.setdefault(form, {}).setdefault(name, [])
        if tag == "select":
            self.options = (values, [], [])
        elif tag == "textarea":
            self.area = (values, [])
        else:
            values.append(known.get("value", "on" if known.get("type") == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.around = ""
        elif tag == "template":
            self.templates -= 1
        elif tag == "select" and self.options:
            values, chosen, offered = self.options
            values.extend(chosen or offered[:1])
            self.options = None
        elif tag == "textarea" and self.area:
            values, parts = self.area
            values.append("".join(parts).removeprefix("\n"))
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)


def _is_sent(known: dict[str, str]) -> bool:
    if known.get("type") in ("checkbox", "radio"):
        return "checked" in known
    return known.get("type") not in ("submit", "button", "image", "reset", "file")


def form_with(response: HttpResponse, name: str) -> Values:
    """The form of a page that has a field of this name."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return next(form for form in parser.forms.values() if name in form)


def send(client: Client, address: str, values: Values, **more: Any) -> HttpResponse:
    """Send a form; what it asks to be agreed to is agreed to. Fails unless it is saved."""
    response = client.post(address, values, **more)
    if key := what_is_asked(response):
        response = client.post(address, {**values, "agreed": [key]}, **more)
    assert response.status_code in (200, 204, 302), (address, response.status_code)
    assert response.status_code != 200 or more, f"{address} came back"
    return response
